import Foundation

/// Opens a websocket and waits for the first words of the VNC server behind it.
struct RFBProbe: Sendable {
    let address: WebSocketAddress
    /// For each step.
    var timeout: Int = 10

    /// Why there was no greeting.
    struct Problem: Error, Equatable {
        let reason: String
    }

    /// What the server says first, e.g. `RFB 003.008`. Blocking calls, so on a thread of its own.
    func greeting() async throws -> Result<String, Problem> {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: Result { () throws(Problem) in try talk() }) }
        }
    }

    private func talk() throws(Problem) -> String {
        let socket = try connected()
        defer { close(socket) }
        let key = Data((0..<16).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
        // websockify takes nothing but binary frames, and wants to be asked for them.
        let request = """
            GET \(address.path) HTTP/1.1\r
            Host: \(address.host):\(address.port)\r
            Origin: http://\(address.host):\(address.port)\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: \(key)\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Protocol: binary\r
            \r

            """
        try send(Array(request.utf8), socket)
        var bytes: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        while bytes.firstRange(of: end) == nil {
            guard bytes.count < 16384 else { throw Problem(reason: "answers with no HTTP") }
            bytes += try receive(socket, "closes the connection without an answer")
        }
        let status = String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self)
        guard status.hasPrefix("HTTP/1.1 101") else {
            throw Problem(reason: "refuses: \"\(VisibleText(status).line)\"")
        }
        guard let head = bytes.firstRange(of: end) else { throw Problem(reason: "answers with no HTTP") }
        bytes.removeSubrange(..<head.upperBound)
        return try frame(bytes, socket)
    }

    /// The payload of the first frame with data (RFC 6455 §5.2); a server does not mask.
    private func frame(_ start: [UInt8], _ socket: Int32) throws(Problem) -> String {
        var bytes = start
        let closed = "is open, and closed before the VNC server said a word"
        while true {
            while bytes.count < 2 { bytes += try receive(socket, closed) }
            let (kind, length) = (bytes[0] & 0x0F, Int(bytes[1] & 0x7F))
            guard length < 126 else { throw Problem(reason: "sends \(length) bytes where RFB sends 12") }
            while bytes.count < 2 + length { bytes += try receive(socket, closed) }
            let payload = bytes[2..<(2 + length)]
            bytes.removeSubrange(..<(2 + length))
            switch kind {
            case 0...2 where !payload.isEmpty: return String(decoding: payload, as: UTF8.self)
            case 8: throw Problem(reason: closed)
            default: continue
            }
        }
    }

    private func connected() throws(Problem) -> Int32 {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(address.host, "\(address.port)", &hints, &found)
        guard code == 0, let first = found else { throw Problem(reason: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(first) }
        let descriptor = socket(
            first.pointee.ai_family, first.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), first.pointee.ai_protocol
        )
        guard descriptor >= 0 else { throw Problem(reason: Self.systemWords) }
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard connect(descriptor, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
            let words = Self.systemWords
            close(descriptor)
            throw Problem(reason: "cannot be reached: \(words)")
        }
        return descriptor
    }

    private func send(_ bytes: [UInt8], _ socket: Int32) throws(Problem) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Problem(reason: Self.systemWords) }
            sent += count
        }
    }

    private func receive(_ socket: Int32, _ closed: String) throws(Problem) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(socket, &chunk, chunk.count, 0)
            if count > 0 { return Array(chunk[..<count]) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { throw Problem(reason: "says nothing for \(timeout) s") }
            throw Problem(reason: closed)
        }
    }

    private static var systemWords: String { String(cString: strerror(errno)) }
}
