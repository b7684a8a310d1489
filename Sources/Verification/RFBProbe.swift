import Foundation
import HTTP
import Wording

/// Opens a websocket and shakes hands with the VNC server behind it, until that says which screen it has.
struct RFBProbe: Sendable {
    let address: WebSocketAddress
    let tls: TLSVerification
    /// For each step.
    var timeout = Duration.seconds(20)

    /// Why there was no screen.
    struct Problem: Error, Equatable {
        let reason: String
    }

    /// What the server has, e.g. `RFB 003.008, 720×400`. Blocking calls, so on a thread of its own.
    func screen() async throws -> Result<String, Problem> {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: Result { () throws(Problem) in try talk() }) }
        }
    }

    private func talk() throws(Problem) -> String {
        let stream: ByteStream
        do throws(HTTPError) {
            stream = try ByteStream(address.origin, tls: tls, timeout: timeout)
        } catch {
            throw Problem(reason: "cannot be reached: \(error.reason)")
        }
        var socket = WebSocket(stream: stream)
        try socket.open(address)
        // RFC 6143 §7.1.1: the version, of which we speak the server's or 3.8.
        let greeting = try socket.read(12)
        let version = String(decoding: greeting.dropLast(), as: UTF8.self)
        guard greeting.starts(with: Array("RFB ".utf8)), greeting.last == 10 else {
            throw Problem(reason: "greets with \"\(VisibleText(version).folded)\", not with RFB")
        }
        try socket.send(Array("RFB 003.008\n".utf8))
        try agreeOnSecurity(&socket)
        // §7.3: we share the screen, and the server says how large it is.
        try socket.send([1])
        let size = try socket.read(4)
        return "\(version), \(Int(size[0]) << 8 | Int(size[1]))×\(Int(size[2]) << 8 | Int(size[3]))"
    }

    /// §7.1.2: Nova's proxy has let us in by the token, so it asks for nothing more (type 1, None).
    private func agreeOnSecurity(_ socket: inout WebSocket) throws(Problem) {
        let count = Int(try socket.read(1)[0])
        guard count > 0 else { throw Problem(reason: "refuses: \"\(try reason(&socket))\"") }
        let types = try socket.read(count)
        guard types.contains(1) else { throw Problem(reason: "wants a login of kind \(types)") }
        try socket.send([1])
        let result = try socket.read(4)
        guard result == [0, 0, 0, 0] else { throw Problem(reason: "refuses: \"\(try reason(&socket))\"") }
    }

    private func reason(_ socket: inout WebSocket) throws(Problem) -> String {
        let length = try socket.read(4).reduce(0) { $0 << 8 | Int($1) }
        return VisibleText(String(decoding: try socket.read(min(length, 1000)), as: UTF8.self)).folded
    }
}

/// The bytes that go through a websocket (RFC 6455).
private struct WebSocket {
    let stream: ByteStream
    /// As they came from the network, and what the frames among them carried.
    private var raw: [UInt8] = []
    private var payload: [UInt8] = []

    typealias Problem = RFBProbe.Problem

    init(stream: ByteStream) { self.stream = stream }

    mutating func open(_ address: WebSocketAddress) throws(Problem) {
        let key = Data((0..<16).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
        // websockify takes nothing but binary frames, and wants to be asked for them.
        let request = """
            GET \(address.path) HTTP/1.1\r
            Host: \(address.host):\(address.port)\r
            Origin: \(address.origin)\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: \(key)\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Protocol: binary\r
            \r

            """
        try write(Array(request.utf8))
        let end = Array("\r\n\r\n".utf8)
        while raw.firstRange(of: end) == nil {
            guard raw.count < 16384 else { throw Problem(reason: "answers with no HTTP") }
            try fill("closes the connection without an answer")
        }
        let status = String(decoding: raw.prefix { $0 != 13 }, as: UTF8.self)
        guard status.hasPrefix("HTTP/1.1 101") else {
            throw Problem(reason: "refuses: \"\(VisibleText(status).folded)\"")
        }
        guard let head = raw.firstRange(of: end) else { throw Problem(reason: "answers with no HTTP") }
        raw.removeSubrange(..<head.upperBound)
    }

    /// One frame (§5.2), masked as a client has to; nothing here is long.
    mutating func send(_ bytes: [UInt8]) throws(Problem) {
        let mask = (0..<4).map { _ in UInt8.random(in: .min ... .max) }
        try write([0x82, 0x80 | UInt8(bytes.count)] + mask + bytes.enumerated().map { $1 ^ mask[$0 % 4] })
    }

    /// So many bytes, over the borders of frames.
    mutating func read(_ count: Int) throws(Problem) -> [UInt8] {
        while payload.count < count { try takeFrame() }
        defer { payload.removeFirst(count) }
        return Array(payload.prefix(count))
    }

    private mutating func takeFrame() throws(Problem) {
        let closed = "is open, and closed before the VNC server said what it has"
        while raw.count < 2 { try fill(closed) }
        var (start, length) = (2, Int(raw[1] & 0x7F))
        if length >= 126 {
            let bytes = length == 126 ? 2 : 8
            while raw.count < 2 + bytes { try fill(closed) }
            length = raw[2..<(2 + bytes)].reduce(0) { ($0 << 8 | Int($1)) & 0xFF_FFFF }
            start += bytes
        }
        guard length <= 1 << 20 else { throw Problem(reason: "sends \(length) bytes where VNC sends few") }
        while raw.count < start + length { try fill(closed) }
        if raw[0] & 0x0F == 8 { throw Problem(reason: closed) }
        // Pings and pongs say nothing.
        if raw[0] & 0x0F <= 2 { payload += raw[start..<(start + length)] }
        raw.removeSubrange(..<(start + length))
    }

    private mutating func fill(_ closed: String) throws(Problem) {
        let bytes: [UInt8]
        do throws(HTTPError) {
            bytes = try stream.receive()
        } catch {
            throw Problem(reason: error.kind == .timeout ? "says nothing: \(error.reason)" : error.reason)
        }
        guard !bytes.isEmpty else { throw Problem(reason: closed) }
        raw += bytes
    }

    private func write(_ bytes: [UInt8]) throws(Problem) {
        do throws(HTTPError) { try stream.send(bytes) } catch { throw Problem(reason: error.reason) }
    }
}
