import Foundation
import Synchronization
import Testing

@testable import OpenStack

@Suite("An upload whose connection breaks", .timeLimit(.minutes(1)))
struct BrokenUploadTests {
    @Test("is an error, and Glance keeps no half image")
    func broken() async throws {
        let file = "/tmp/polyvisor-image-\(UUID().uuidString)"
        defer { unlink(file) }
        try Data(repeating: 42, count: 20_000_000).write(to: URL(fileURLWithPath: file))
        let stub = try StubCloud()
        let relay = try CuttingRelay(to: stub.server.port, after: 1_000_000)
        var credentials = stub.credentials
        credentials.endpoints = ["image": "http://127.0.0.1:\(relay.port)/image"]
        let cloud = Cloud(credentials, patience: .zero)
        let reports = Mutex<[Int64]>([])
        let error = await failure {
            let image = NewImage(name: "tiny", diskFormat: "vmdk", properties: [:])
            try await cloud.upload(image, from: file) { sent in reports.withLock { $0.append(sent) } }
        }
        #expect(error?.doing == "upload image tiny" && error?.kind == .unreachable)
        // On a connection that was kept open libcurl tries once more, on a new one.
        #expect(relay.cuts >= 1)
        // It broke on the way: some of it was sent, but not all.
        let sent = reports.withLock(\.last) ?? 0
        #expect(sent > 0 && sent < 20_000_000)
        #expect(stub.items("/image/v2/images").isEmpty)
        #expect(stub.writes == ["POST /image/v2/images", "DELETE /image/v2/images/images-1"])
    }
}

/// Passes bytes on to a server, and cuts a connection once that has sent so many.
private final class CuttingRelay: Sendable {
    let port: Int
    private let listener: Int32
    private let counter = Counter()

    private final class Counter: Sendable { let cuts = Mutex(0) }
    var cuts: Int { counter.cuts.withLock(\.self) }

    init(to server: Int, after limit: Int) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        (port, self.listener) = (try Self.listen(listener), listener)
        let counter = counter
        Thread {
            while case let client = accept(listener, nil, nil), client >= 0 {
                Thread { Self.relay(client, server, limit, counter) }.start()
            }
            close(listener)
        }.start()
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    private static func listen(_ listener: Int32) throws -> Int {
        var address = address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(listener, raw, length) == 0 && Glibc.listen(listener, 16) == 0
                    && getsockname(listener, raw, &length) == 0
            }
        }
        guard isBound else { throw StubProblem(description: "cannot listen: \(String(cString: strerror(errno)))") }
        return Int(in_port_t(bigEndian: address.sin_port))
    }

    private static func relay(_ client: Int32, _ server: Int, _ limit: Int, _ counter: Counter) {
        let upstream = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { for end in [client, upstream] { close(end) } }
        var target = address(server)
        let isConnected = withUnsafeMutablePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(upstream, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return }
        var total = 0
        var ends = [
            pollfd(fd: client, events: Int16(POLLIN), revents: 0),
            pollfd(fd: upstream, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&ends, 2, 30_000) > 0 {
            if ends[0].revents != 0 {
                guard let count = pass(client, upstream) else { return }
                total += count
            }
            if ends[1].revents != 0, pass(upstream, client) == nil { return }
            if total > limit { return counter.cuts.withLock { $0 += 1 } }
        }
    }

    /// How many bytes went over; nil at the end of the connection.
    private static func pass(_ source: Int32, _ target: Int32) -> Int? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(source, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        var sent = 0
        while sent < count {
            let written = buffer[sent..<count].withUnsafeBytes {
                send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard written > 0 else { return nil }
            sent += written
        }
        return count
    }
}
