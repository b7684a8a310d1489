import Foundation
import Testing

@testable import OpenStack

@Suite("A login", .timeLimit(.minutes(1)))
struct LoginTests {
    let login = "POST /identity/v3/auth/tokens"

    @Test("sends who, where and nothing else, and the token goes with every call")
    func body() async throws {
        let stub = try StubCloud()
        _ = try await stub.cloud().networks()
        let request = try #require(stub.server.requests.first)
        let user: JSON = [
            "name": "admin", "password": .string(StubCloud.password), "domain": ["name": "Default"],
        ]
        #expect(request.line == login && request.headers["x-auth-token"] == nil)
        #expect(
            request.json == [
                "auth": [
                    "identity": ["methods": ["password"], "password": ["user": user]],
                    "scope": ["project": ["name": "admin", "domain": ["name": "Default"]]],
                ]
            ])
        #expect(stub.calls.map { $0.headers["x-auth-token"] } == ["token-1"])
    }

    @Test("that fails is tried again by the next call")
    func again() async throws {
        let stub = try StubCloud()
        let cloud = stub.cloud()
        stub.script(login, Answer(500, ["error": ["message": "database is locked"]]))
        #expect(await failure { _ = try await cloud.networks() }?.kind == .status(500))
        #expect(try await cloud.networks().isEmpty)
        #expect(stub.logins == 2)
    }

    @Test("without a token in its answer is an error, not a session")
    func noToken() async throws {
        let stub = try StubCloud()
        stub.script(
            login, Answer(201, ["token": ["catalog": []]]),
            Answer(201, text: "<html>", headers: ["X-Subject-Token": "t"]))
        for _ in 1...2 {
            let error = await failure { try await stub.cloud().authenticate() }
            #expect(error?.doing.hasPrefix("log in as admin") == true)
        }
    }

    @Test("that Keystone does not answer is left at once by a cancelled call")
    func cancelled() async throws {
        let keystone = try SilentServer()
        let cloud = Cloud(
            Credentials(authURL: "\(keystone.root)/v3", username: "u", password: "s3cret", project: "p"))
        // The first call begins the login, the second waits for it too.
        let calls = [Task { try await cloud.networks() }, Task { try await cloud.networks() }]
        try await keystone.waitForConnection()
        for call in calls { call.cancel() }
        // A login that is waited for ends after 60 s, which is longer than the suite may take.
        for call in calls { #expect(await failure { _ = try await call.value }?.kind == .cancelled) }
    }

    @Test("goes on for the others when the call that began it is cancelled")
    func othersGoOn() async throws {
        let stub = try StubCloud()
        stub.script(login, Answer(503), Answer(503))
        let cloud = stub.cloud(patience: .seconds(20))
        let first = Task { try await cloud.networks() }
        while stub.logins == 0 { try await Task.sleep(for: .milliseconds(5)) }
        let second = Task { try await cloud.networks() }
        try await Task.sleep(for: .milliseconds(20))
        first.cancel()
        #expect(await failure { _ = try await first.value }?.kind == .cancelled)
        #expect(try await second.value.isEmpty)
        #expect(stub.logins == 3)
    }
}

@Suite("A service that restarts", .timeLimit(.minutes(1)))
struct RestartTests {
    let busy = Answer(503, text: "Service Unavailable")

    @Test("is waited for where that was not asked for, but the first login waits for none that is not there")
    func byDefault() async throws {
        let nobody = Credentials(authURL: "http://127.0.0.1:1/v3", username: "u", password: "p", project: "p")
        #expect(await failure { try await Cloud(nobody).authenticate() }?.kind == .unreachable)
        let stub = try StubCloud()
        stub.script("POST /identity/v3/auth/tokens", busy)
        let cloud = Cloud(stub.credentials)
        try await cloud.authenticate()
        stub.script("GET /network/v2.0/networks", busy)
        #expect(try await cloud.networks().isEmpty)
        stub.revokeTokens()
        stub.script("POST /identity/v3/auth/tokens", busy)
        #expect(try await cloud.networks().isEmpty)
        #expect(stub.logins == 4)
    }

    @Test("is given the time that it asks for, where there is so much")
    func retryAfter() async throws {
        let stub = try StubCloud()
        stub.script("GET /network/v2.0/networks", Answer(503, text: "later", headers: ["Retry-After": "1"]))
        let began = ContinuousClock.now
        #expect(try await stub.cloud(patience: .seconds(20)).networks().isEmpty)
        #expect(ContinuousClock.now - began >= .seconds(1))
        stub.script("GET /network/v2.0/networks", Answer(503, text: "later", headers: ["Retry-After": "3600"]))
        let error = await failure { _ = try await stub.cloud(patience: .seconds(20)).networks() }
        #expect(error?.kind == .status(503))
    }

    @Test("is told twice to delete, which does no harm")
    func deletes() async throws {
        let stub = try StubCloud()
        stub.script("DELETE /compute/v2.1/servers/x", busy, Answer(404))
        try await stub.cloud(patience: .seconds(20)).deleteServer("x")
        #expect(stub.writes.count == 2)
    }

    @Test("is not sent twice what changes something, when it answers 503")
    func writes() async throws {
        let stub = try StubCloud()
        stub.script("POST /identity/v3/roles", busy)
        let error = await failure { try await stub.cloud(patience: .seconds(20)).ensureRole("admin") }
        #expect(error?.kind == .status(503))
        #expect(stub.writes == ["POST /identity/v3/roles"])
    }

    @Test("may be sent everything when it did not take the connection")
    func refusedWrite() async throws {
        let stub = try StubCloud()
        var neutron: StubServer? = try StubServer { _ in Answer(500) }
        let port = try #require(neutron?.port)
        neutron = nil
        var credentials = stub.credentials
        credentials.endpoints = ["network": "http://127.0.0.1:\(port)"]
        let other = Cloud(credentials, patience: .seconds(20))
        let made = Task {
            try await other.tell("POST", .network, "/networks", ["network": ["name": "n"]], doing: "create a network")
        }
        try await Task.sleep(for: .milliseconds(300))
        let late = try StubServer(port: port) { _ in Answer(201) }
        try await made.value
        #expect(late.requests.map(\.line) == ["POST /v2.0/networks"])
    }
}

/// Takes connections and says nothing.
private final class SilentServer {
    private let listener: Int32
    private let port: UInt16
    var root: String { "http://127.0.0.1:\(port)" }

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
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
        guard isBound else { throw StubProblem(description: "cannot listen: \(String(cString: strerror(errno)))") }
        (self.listener, port) = (listener, UInt16(bigEndian: address.sin_port))
    }

    deinit { close(listener) }

    /// The kernel takes connections on its own; here one has arrived, and stays open until it is closed below.
    func waitForConnection() async throws {
        var bell = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        while poll(&bell, 1, 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }
    }
}
