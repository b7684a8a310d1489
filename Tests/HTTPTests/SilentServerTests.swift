import Foundation
import Testing

@testable import HTTP

@Suite("A server that takes the connection and says nothing", .timeLimit(.minutes(1)))
struct SilentServerTests {
    let server: SilentServer
    let client: HTTPClient

    init() throws {
        server = try SilentServer()
        client = HTTPClient(connectTimeout: .milliseconds(500))
    }

    func request(_ scheme: String, timeout: Duration) -> HTTPRequest {
        HTTPRequest(method: "GET", url: "\(scheme)://127.0.0.1:\(server.port)/", timeout: timeout)
    }

    @Test("is given up after the request's time, not the connection's")
    func plain() async throws {
        let clock = ContinuousClock()
        let began = clock.now
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(request("http", timeout: .seconds(1)))
        }
        #expect(error?.kind == .timeout)
        #expect(clock.now - began >= .seconds(1))
    }

    /// A handshake is part of connecting.
    @Test(
        "instead of a TLS handshake is given up after the connection's time",
        arguments: [TLSVerification.system, .insecure, .thumbprint(String(repeating: "0", count: 64))])
    func handshake(_ tls: TLSVerification) async throws {
        let client = HTTPClient(tls: tls, connectTimeout: .seconds(2))
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(request("https", timeout: .seconds(50)))
        }
        #expect(error?.kind == .unreachable && error?.certificate == nil)
        // Of the two times, the one that it names has ended.
        #expect(error?.reason == "no TLS connection within 2.0 seconds")
    }

    @Test("does not hold up cancellation, also in the handshake", arguments: ["http", "https"])
    func cancelled(_ scheme: String) async throws {
        let client = HTTPClient(
            tls: .thumbprint(String(repeating: "0", count: 64)), connectTimeout: .seconds(50))
        let request = request(scheme, timeout: .seconds(50))
        let call = Task { try await client.send(request) }
        try await server.waitForConnection()
        call.cancel()
        let error = await #expect(throws: HTTPError.self) { try await call.value }
        // Not that its time was over, which would be another kind.
        #expect(error?.kind == .cancelled)
    }
}

/// Listens; the kernel completes the connections, and nobody reads what arrives.
final class SilentServer {
    let port: Int
    private let listener: Int32

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(listener, raw, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, raw, &length) == 0
            }
        }
        guard isBound else { throw ServerProblem("cannot listen: \(String(cString: strerror(errno)))") }
        (self.listener, port) = (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    deinit { close(listener) }

    func waitForConnection() async throws {
        var bell = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        while poll(&bell, 1, 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }
    }
}
