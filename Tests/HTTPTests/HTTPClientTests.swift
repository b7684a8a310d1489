import Foundation
import Synchronization
import Testing

@testable import HTTP

/// What `/echo` of the test server says about a request.
struct Echo: Decodable {
    var method, path: String
    var length: Int
    /// Adler-32 of the body.
    var checksum: UInt32
    var headers: [String: String]
}

extension HTTPClient {
    func echo(_ request: HTTPRequest) async throws -> Echo {
        try JSONDecoder().decode(Echo.self, from: try await send(request).body)
    }
}

@Suite("An HTTP client", .timeLimit(.minutes(2)))
struct HTTPClientTests {
    let server: TestServer
    let client = HTTPClient(connectTimeout: .seconds(5), bodyLimit: 1 << 20)

    init() throws { server = try TestServer() }

    func url(_ path: String) -> String { "http://127.0.0.1:\(server.port)\(path)" }

    @Test("sends method, headers and body, and reads a header whatever its case")
    func echo() async throws {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let body: HTTPBody = method == "GET" ? .none : .data(Data("grüße".utf8))
            let headers = [("X-Auth-Token", "t0ken"), ("X-Empty", "")]
            let seen = try await client.echo(.init(method: method, url: url("/echo?a=b"), headers: headers, body: body))
            #expect(seen.method == method && seen.path == "/echo?a=b")
            #expect(seen.headers["x-auth-token"] == "t0ken" && seen.headers["x-empty"] == "")
            #expect(seen.length == (method == "GET" ? 0 : 7))
        }
        let response = try await client.send(.init(method: "HEAD", url: url("/echo")))
        #expect(response.status == 200 && response.body.isEmpty && response.header("x-seen-BY") == "tests")
        let empty = try await client.echo(.init(method: "POST", url: url("/echo")))
        #expect(empty.length == 0 && empty.headers["content-length"] == "0")
    }

    @Test("uses one connection for one request after another")
    func reuse() async throws {
        for _ in 1...5 { _ = try await client.send(.init(method: "GET", url: url("/echo"))) }
        #expect(try server.seen.filter { $0 == "connection" }.count == 1)
    }

    @Test("sends a body again when the server has closed the connection that was kept open")
    func staleConnection() async throws {
        _ = try await client.send(.init(method: "GET", url: url("/echo")))
        let body = Data(repeating: 7, count: 100_000)
        let seen = try await client.echo(.init(method: "POST", url: url("/drop"), body: .data(body)))
        #expect(seen.length == body.count)
        #expect(try server.requests == ["GET /echo", "POST /drop", "POST /drop"])
    }

    @Test("does not follow redirects")
    func redirect() async throws {
        let response = try await client.send(.init(method: "GET", url: url("/redirect")))
        #expect(response.status == 302 && response.header("location") == "/echo")
        #expect(try server.requests == ["GET /redirect"])
    }

    @Test("uses no proxy, whatever the environment says")
    func proxy() async throws {
        // The environment belongs to all tests: this one gets a process of its own.
        await #expect(processExitsWith: .success) {
            setenv("http_proxy", "http://127.0.0.1:1", 1)
            setenv("ALL_PROXY", "http://127.0.0.1:1", 1)
            let server = try TestServer()
            let url = "http://127.0.0.1:\(server.port)/echo"
            #expect(try await HTTPClient().send(.init(method: "GET", url: url)).status == 200)
        }
    }

    @Test("refuses a response that is larger than it takes, whatever its status")
    func tooLarge() async throws {
        for status in [200, 500] {
            let request = HTTPRequest(method: "GET", url: url("/big?bytes=1048577&status=\(status)"))
            let error = await #expect(throws: HTTPError.self) { try await client.send(request) }
            #expect(error?.kind == .tooLarge)
        }
        let fits = try await client.send(.init(method: "GET", url: url("/big?bytes=1048576")))
        #expect(fits.body.count == 1 << 20)
    }

    @Test("hands a large response on piece by piece, and stops when it is not wanted")
    func streamedResponse() async throws {
        let count = Atomic(0)
        let request = HTTPRequest(method: "GET", url: url("/big?bytes=30000000"))
        let response = try await client.send(request) { count.add($0.count, ordering: .relaxed) }
        #expect(count.load(ordering: .relaxed) == 30_000_000 && response.body.isEmpty)
        let error = await #expect(throws: HTTPError.self) {
            try await client.send(request) { _ in throw ServerProblem("disk full") }
        }
        #expect(error?.kind == .file && error?.reason.hasSuffix("disk full") == true)
        let refused = try await client.send(.init(method: "GET", url: url("/big?bytes=9&status=404"))) { _ in
            Issue.record("an error's body is not for the callback")
        }
        #expect(refused.body.count == 9)
    }

    /// Two at a time, which is what blocked threads of Swift would do on two cores, would take 200 seconds.
    @Test("serves many slow requests at once and leaves Swift's threads alone")
    func manyAtOnce() async throws {
        let heartbeat = Task {
            var beats = 0
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(50))
                beats += 1
            }
            return beats
        }
        let (client, address) = (client, url("/slow?s=4"))
        let took = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...100 { group.addTask { try await client.send(.init(method: "GET", url: address)).status } }
                for try await status in group { #expect(status == 200) }
            }
        }
        heartbeat.cancel()
        #expect(took < .seconds(150))
        #expect(await heartbeat.value > 5)
    }

    @Test("has a thread no longer than there is a client")
    func threads() async throws {
        for _ in 1...20 { _ = try await HTTPClient().send(.init(method: "GET", url: url("/echo"))) }
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(600)
        while try Self.transferThreads() >= 20, clock.now < deadline { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try Self.transferThreads() < 20)
    }

    private static func transferThreads() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").filter { task in
            // A thread may end between the listing and the look.
            (try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)) == "polyvisor-http\n"
        }.count
    }
}
