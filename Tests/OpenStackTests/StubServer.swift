import Foundation
import Synchronization

/// A request as it arrived.
struct Recorded: Sendable {
    var method = ""
    /// Without the query.
    var path = ""
    var query: [String: String] = [:]
    /// Names in lower case.
    var headers: [String: String] = [:]
    var body = Data()

    var json: JSON? { try? JSONDecoder().decode(JSON.self, from: body) }
    /// `POST /compute/v2.1/servers`
    var line: String { "\(method) \(path)" }
}

/// What the stub says.
struct Answer: Sendable {
    var status: Int
    var headers: [String: String] = [:]
    var body = Data()

    init(_ status: Int, _ json: JSON? = nil, headers: [String: String] = [:]) {
        self.status = status
        self.headers = headers
        if let json, let body = try? JSONEncoder().encode(json) { self.body = body }
    }

    init(_ status: Int, text: String, headers: [String: String] = [:]) {
        self.status = status
        self.headers = headers
        body = Data(text.utf8)
    }
}

/// A real HTTP server on 127.0.0.1 that keeps every request; it ends with the last reference to it.
final class StubServer: Sendable {
    let port: Int
    private let listener: Int32
    private let log = Log()

    var requests: [Recorded] { log.requests.withLock(\.self) }

    /// The threads of the connections keep it, not the server.
    private final class Log: Sendable { let requests = Mutex<[Recorded]>([]) }

    /// - Parameter port: zero is any; one that was used before can be used again at once.
    init(port: Int = 0, answer: @escaping @Sendable (Recorded) -> Answer) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (listener, log) = (listener, log)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(listener, raw, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, raw, &length) == 0
            }
        }
        guard isBound else { throw StubProblem(description: "cannot listen: \(String(cString: strerror(errno)))") }
        self.port = Int(in_port_t(bigEndian: address.sin_port))
        Thread {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                Thread { Self.serve(connection, log, answer) }.start()
            }
            // Not in deinit: the number would be another socket's while this thread still accepts from it.
            close(listener)
        }.start()
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func serve(_ connection: Int32, _ log: Log, _ answer: (Recorded) -> Answer) {
        defer { close(connection) }
        var input = Data()
        while let request = nextRequest(connection, &input) {
            log.requests.withLock { $0.append(request) }
            let answer = answer(request)
            var head = "HTTP/1.1 \(answer.status) \(answer.status)\r\nContent-Length: \(answer.body.count)\r\n"
            for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
            let body = request.method == "HEAD" ? Data() : answer.body
            let bytes = [UInt8](Data((head + "\r\n").utf8) + body)
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes { piece in
                    send(connection, piece.baseAddress, piece.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return }
                sent += count
            }
        }
    }

    private static func nextRequest(_ connection: Int32, _ input: inout Data) -> Recorded? {
        let end = Data("\r\n\r\n".utf8)
        while input.range(of: end) == nil { guard receive(connection, &input) else { return nil } }
        guard let range = input.range(of: end) else { return nil }
        var request = Recorded(head: String(decoding: input[..<range.lowerBound], as: UTF8.self))
        let length = request.headers["content-length"].flatMap { Int($0) } ?? 0
        input = Data(input[range.upperBound...])
        while input.count < length { guard receive(connection, &input) else { return nil } }
        request.body = Data(input.prefix(length))
        input = Data(input.dropFirst(length))
        return request
    }

    private static func receive(_ connection: Int32, _ input: inout Data) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(connection, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        input.append(contentsOf: buffer[..<count])
        return true
    }
}

extension Recorded {
    fileprivate init(head: String) {
        let lines = head.components(separatedBy: "\r\n")
        let words = (lines.first ?? "").split(separator: " ").map(String.init)
        let target = URLComponents(string: words.count > 1 ? words[1] : "")
        method = words.first ?? ""
        path = target?.path ?? ""
        query = Dictionary((target?.queryItems ?? []).map { ($0.name, $0.value ?? "") }) { $1 }
        headers = Dictionary(
            lines.dropFirst().compactMap { line in
                guard let colon = line.firstIndex(of: ":") else { return nil }
                let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                return (line[..<colon].lowercased(), value)
            }
        ) { $1 }
    }
}

struct StubProblem: Error, CustomStringConvertible { var description: String }
