import Foundation
import Synchronization

/// An HTTP server on 127.0.0.1 whose answers are made by a function: one request for each connection.
final class LoopbackHTTP: Sendable {
    struct Request: Sendable {
        var method: String
        /// With its query, not decoded.
        var path: String
        var body: Data
        /// X-Auth-Token
        var token: String?
    }

    struct Answer: Sendable {
        var status = 200
        var headers: [String] = []
        var body = "{}"
    }

    struct Problem: Error { let text: String }

    let port: Int
    private let listener: Int32

    init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        let (descriptor, number) = try Self.listeningSocket()
        listener = descriptor
        port = number
        Thread.detachNewThread {
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else {
                    // Nobody else closes it: its number, used again by then, would be that of another test's server.
                    close(descriptor)
                    return
                }
                Thread.detachNewThread { Self.serve(connection, answer) }
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func serve(_ connection: Int32, _ answer: (Request) -> Answer) {
        defer { close(connection) }
        guard let request = read(connection) else { return }
        let answer = answer(request)
        let head = [
            "HTTP/1.1 \(answer.status) Said", "Content-Length: \(answer.body.utf8.count)", "Connection: close",
            "Content-Type: application/json",
        ]
        let text = (head + answer.headers).joined(separator: "\r\n") + "\r\n\r\n" + answer.body
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    private static func read(_ connection: Int32) -> Request? {
        var data = Data()
        var chunk = [UInt8](repeating: 0, count: 65536)
        let end = Data("\r\n\r\n".utf8)
        while true {
            if let head = data.range(of: end) {
                let lines = String(decoding: data[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                let length =
                    lines.first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
                let words = lines[0].split(separator: " ")
                if data.count - head.upperBound >= length, words.count == 3 {
                    let token = lines.first { $0.lowercased().hasPrefix("x-auth-token:") }
                    return Request(
                        method: String(words[0]), path: String(words[1]), body: Data(data[head.upperBound...]),
                        token: token.map { $0.dropFirst(13).trimmingCharacters(in: .whitespaces) })
                }
            }
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            data += chunk[..<count]
        }
    }
}

extension LoopbackHTTP {
    /// A socket on 127.0.0.1 that listens, and its port.
    static func listeningSocket() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
                    && listen(descriptor, 64) == 0
            }
        }
        guard isListening else { throw Problem(text: "cannot listen: \(String(cString: strerror(errno)))") }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}
