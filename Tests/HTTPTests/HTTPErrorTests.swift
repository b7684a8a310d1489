import Foundation
import Testing

@testable import HTTP

@Suite("A request that fails", .timeLimit(.minutes(2)))
struct HTTPErrorTests {
    let server: TestServer
    let client = HTTPClient(connectTimeout: .seconds(2))

    init() throws { server = try TestServer() }

    func get(_ path: String, timeout: Duration = .seconds(20), stall: Duration? = nil) -> HTTPRequest {
        HTTPRequest(
            method: "GET", url: "http://127.0.0.1:\(server.port)\(path)", timeout: timeout, stallTimeout: stall)
    }

    func kind(of request: HTTPRequest) async -> HTTPError.Kind? {
        await #expect(throws: HTTPError.self) { try await client.send(request) }?.kind
    }

    @Test("tells whether the name, the port or the answer is missing")
    func kinds() async throws {
        #expect(await kind(of: .init(method: "GET", url: "http://polyvisor.invalid/")) == .resolve)
        #expect(await kind(of: .init(method: "GET", url: "http://127.0.0.1:1/")) == .unreachable)
        #expect(await kind(of: get("/slow?s=5", timeout: .milliseconds(300))) == .timeout)
        #expect(await kind(of: get("/stall?s=8", stall: .seconds(1))) == .timeout)
        #expect(await kind(of: get("/stall?s=0")) == .protocolFailure)
    }

    @Test("is a timeout also on a connection that was kept open")
    func timeoutAfterReuse() async throws {
        _ = try await client.send(get("/echo"))
        #expect(await kind(of: get("/slow?s=5", timeout: .milliseconds(300))) == .timeout)
    }

    @Test("is unreachable where the listener takes no connection")
    func fullBacklog() async throws {
        let listener = try FullListener()
        let client = HTTPClient(connectTimeout: .milliseconds(400))
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(.init(method: "GET", url: "http://127.0.0.1:\(listener.port)/"))
        }
        #expect(error?.kind == .unreachable)
        #expect(error?.reason == "no connection within 0.4 seconds")
    }

    @Test(
        "is refused before anything is sent when it is none",
        arguments: ["", "127.0.0.1", "ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://a b/"])
    func noURL(_ url: String) async throws {
        #expect(await kind(of: .init(method: "GET", url: url)) == .protocolFailure)
    }

    @Test("is refused when a header would begin another one, without showing it")
    func headerInjection() async throws {
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(
                .init(method: "GET", url: get("/echo").url, headers: [("X-Auth-Token", "s3cret\r\nX-Admin: yes")]))
        }
        #expect(error?.kind == .protocolFailure && error?.reason.contains("X-Auth-Token") == true)
        #expect(error.map { "\($0)".contains("s3cret") } == false)
        #expect(try server.requests.isEmpty)
    }

    @Test("ends at once when its task is cancelled, before or on the way")
    func cancellation() async throws {
        let (client, slow) = (client, get("/slow?s=3000"))
        let clock = ContinuousClock()
        for delay in [Duration.zero, .milliseconds(300)] {
            let task = Task { try await client.send(slow) }
            try await Task.sleep(for: delay)
            let began = clock.now
            task.cancel()
            let error = await #expect(throws: HTTPError.self) { try await task.value }
            #expect(error?.kind == .cancelled)
            #expect(clock.now - began < .seconds(900))
        }
        #expect(try await client.send(get("/echo")).status == 200)
    }

    @Test("shows no password, query, header or body in any of its texts")
    func secrets() async throws {
        let request = HTTPRequest(
            method: "POST", url: "http://admin:s3cret@127.0.0.1:1/path?token=s3cret#s3cret",
            headers: [("Authorization", "s3cret")], body: .data(Data("s3cret".utf8)))
        let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
        #expect(error?.doing == "POST http://127.0.0.1:1/path")
        let noURL = HTTPRequest(method: "GET", url: "http://s3cret b")
        var texts = ["\(request)", String(reflecting: request), "\(noURL)"]
        dump(request, to: &texts[0])
        if let error {
            texts += ["\(error)", String(reflecting: error)]
            dump(error, to: &texts[1])
        }
        let response = HTTPResponse(status: 201, headers: [("X-Subject-Token", "s3cret")], body: Data("s3cret".utf8))
        texts += ["\(response)", String(reflecting: response)]
        dump(response, to: &texts[2])
        for text in texts { #expect(!text.contains("s3cret")) }
    }
}

/// Listens and never accepts; its backlog is full.
private final class FullListener {
    let port: Int
    private var sockets: [Int32] = []

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(listener, raw, length) == 0 && listen(listener, 0) == 0 && getsockname(listener, raw, &length) == 0
            }
        }
        guard bound else { throw ServerProblem("cannot listen") }
        port = Int(UInt16(bigEndian: address.sin_port))
        sockets = [listener]
        for _ in 1...3 {
            let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = connect(client, $0, length) }
            }
            sockets.append(client)
        }
    }

    deinit { sockets.forEach { close($0) } }
}
