import Foundation
import Testing

@testable import OpenStack

/// The error that a call of a cloud ends with.
func failure(_ body: () async throws -> Void) async -> OpenStackError? {
    await #expect(throws: OpenStackError.self) { try await body() }
}

@Suite("A cloud", .timeLimit(.minutes(1)))
struct CloudTests {
    let stub: StubCloud
    let cloud: Cloud

    init() throws {
        stub = try StubCloud()
        cloud = stub.cloud()
    }

    @Test("logs in once for many calls at the same time")
    func oneLogin() async throws {
        let cloud = cloud
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 1...20 { group.addTask { try await cloud.networks().count } }
            for try await count in group { #expect(count == 0) }
        }
        #expect(stub.logins == 1)
        let login = stub.server.requests.first { $0.path == "/identity/v3/auth/tokens" }?.json?["auth"]
        #expect(login?["scope"]?["project"] == ["name": "admin", "domain": ["name": "Default"]])
        #expect(login?["identity"]?["methods"] == ["password"])
        #expect(
            stub.calls.allSatisfy { $0.headers["x-auth-token"] == "token-1" && $0.path == "/network/v2.0/networks" })
    }

    @Test("logs in anew when the token is refused, once")
    func renewal() async throws {
        _ = try await cloud.networks()
        stub.revokeTokens()
        _ = try await cloud.networks()
        #expect(stub.logins == 2)
        let refused = Answer(401, ["error": ["message": "go away"]])
        stub.script("GET /network/v2.0/networks", refused, refused, refused)
        let error = await failure { _ = try await cloud.networks() }
        #expect(error?.kind == .authentication && error?.reason == "HTTP 401: go away")
        #expect(stub.logins == 3)
    }

    @Test("logs in before the token is too old, whatever Keystone's clock says")
    func expiry() async throws {
        stub.setTokenLifetime(3600)
        _ = try await cloud.networks()
        _ = try await cloud.networks()
        #expect(stub.logins == 1)
        // A short life is used to its half, as a run of minutes outlives such a token again and again.
        let other = stub.cloud()
        stub.setTokenLifetime(4)
        _ = try await other.networks()
        #expect(stub.logins == 2)
        try await Task.sleep(for: .milliseconds(2100))
        _ = try await other.networks()
        #expect(stub.logins == 3)
    }

    @Test("says that a user or password is wrong in Keystone's words")
    func wrongPassword() async throws {
        let stranger = Cloud(
            Credentials(
                authURL: stub.credentials.authURL + "/", username: "admin", password: "wrong!", project: "admin"))
        let error = await failure { try await stranger.authenticate() }
        #expect(error?.kind == .authentication)
        #expect(
            error.map { "\($0)" }
                == "log in as admin of admin at \(stub.root)/identity/v3: HTTP 401: The request you have made requires "
                + "authentication.")
    }

    @Test("names the endpoints that there are when one is missing")
    func noEndpoint() async throws {
        var credentials = stub.credentials
        credentials.region = "Nowhere"
        let error = await failure { _ = try await Cloud(credentials).networks() }
        #expect(error?.kind == .noEndpoint)
        #expect(
            error?.reason == "the catalogue has no public endpoint of type network in region Nowhere; it has none")
    }

    @Test("prefers an endpoint that it was given")
    func override() async throws {
        var credentials = stub.credentials
        credentials.region = "Elsewhere"
        credentials.endpoints = ["network": "\(stub.root)/network"]
        #expect(try await Cloud(credentials).networks().isEmpty)
    }

    @Test("shows password and token in none of its texts")
    func secrets() async throws {
        try await cloud.authenticate()
        var credentials = stub.credentials
        credentials.authURL = "http://admin:\(escaped(StubCloud.password))@127.0.0.1:1/v3"
        let error = await failure { try await Cloud(credentials).authenticate() }
        let session = try await cloud.currentSession()
        var texts: [String] = []
        for value in [cloud, stub.credentials, credentials, session, error as Any] as [Any] {
            texts += ["\(value)", String(reflecting: value)]
            var dumped = ""
            dump(value, to: &dumped)
            texts.append(dumped)
        }
        for text in texts {
            #expect(!text.contains("s3cret") && !text.contains("token-"), "\(text)")
        }
    }

    @Test("hides a password that a service repeats, however it is written")
    func echoedPassword() async throws {
        let secret = StubCloud.password
        let forms = [
            secret, #"s3cret-\'"\\&-pass"#, #"s3cret-'\"\\&-pass"#, "s3cret-&#39;&#34;\\&amp;-pass", escaped(secret),
        ]
        for form in forms {
            stub.script(
                "POST /identity/v3/users",
                Answer(400, ["error": ["message": .string("Invalid input for field 'password': \(form) is too short")]])
            )
            let error = await failure { try await cloud.ensureUser("nova", password: secret) }
            #expect(error?.reason == "HTTP 400: Invalid input for field 'password': ••• is too short")
        }
    }
}

@Suite("A service that is starting", .timeLimit(.minutes(1)))
struct PatienceTests {
    let stub: StubCloud

    init() throws { stub = try StubCloud() }

    let busy = Answer(503, text: "Service Unavailable")

    @Test("is asked again while it answers 503, and no longer than allowed")
    func unavailable() async throws {
        stub.script("GET /network/v2.0/networks", busy, busy)
        #expect(try await stub.cloud(patience: .seconds(20)).networks().isEmpty)
        #expect(stub.calls.count == 3)
        stub.script("GET /network/v2.0/networks", busy)
        let error = await failure { _ = try await stub.cloud().networks() }
        #expect(error?.kind == .status(503) && error?.reason == "HTTP 503: Service Unavailable")
        #expect(stub.calls.count == 4)
    }

    @Test("is found when it begins to listen")
    func refused() async throws {
        var early: StubCloud? = try StubCloud()
        let port = try #require(early?.server.port)
        let cloud = try #require(early?.cloud(patience: .seconds(20)))
        early = nil
        let networks = Task { try await cloud.networks() }
        try await Task.sleep(for: .milliseconds(500))
        let late = try StubCloud(port: port)
        #expect(try await networks.value.isEmpty)
        #expect(late.logins == 1)
    }

    @Test("is given up in time, with the reason")
    func deadline() async throws {
        let credentials = Credentials(authURL: "http://127.0.0.1:1/v3", username: "u", password: "p", project: "p")
        let took = await ContinuousClock().measure {
            let error = await failure { try await Cloud(credentials, patience: .seconds(1)).authenticate() }
            #expect(error?.kind == .unreachable)
        }
        // Other tests may hold all threads for a while; without an end it would take for ever.
        #expect(took < .seconds(40))
        stub.script("GET /compute/v2.1/", Answer(500), Answer(502), Answer(500, text: "<html><h1>Oops</h1></html>"))
        let error = await failure { try await stub.cloud().waitUntilAnswering(.compute, within: .milliseconds(250)) }
        #expect(error?.doing == "wait for the compute service")
        #expect([.status(500), .status(502)].contains(error?.kind))
        stub.script("GET /placement/", Answer(500), Answer(503))
        try await stub.cloud().waitUntilAnswering(.placement, within: .seconds(20))
        try await stub.cloud().waitUntilAnswering(.identity, within: .seconds(20))
    }

    @Test("is no longer asked when the task is cancelled")
    func cancelled() async throws {
        let credentials = Credentials(authURL: "http://127.0.0.1:1/v3", username: "u", password: "p", project: "p")
        let cloud = Cloud(credentials, patience: .seconds(50))
        let call = Task { try await cloud.waitUntilAnswering(.identity, within: .seconds(50)) }
        try await Task.sleep(for: .milliseconds(200))
        call.cancel()
        #expect(await failure { try await call.value }?.kind == .cancelled)
    }
}

@Suite("A microversion", .timeLimit(.minutes(1)))
struct MicroversionTests {
    let stub: StubCloud

    init() throws { stub = try StubCloud() }

    @Test("is the newest that both sides know, and is asked for once")
    func negotiated() async throws {
        let cloud = stub.cloud()
        stub.script("GET /placement/", Answer(200, ["versions": [["max_version": "1.28", "min_version": "1.0"]]]))
        for _ in 1...2 {
            _ = try await cloud.flavors()
            _ = await failure { _ = try await cloud.allocations(ofConsumer: "x") }
        }
        let versions = stub.calls.map { $0.headers["openstack-api-version"] }
        #expect(versions == ["compute 2.93", "placement 1.28", "compute 2.93", "placement 1.28"])
        #expect(stub.server.requests.filter { $0.path.hasSuffix("/") }.count == 2)
    }

    @Test("is not sent to a service that has none, and never to the others")
    func absent() async throws {
        let cloud = stub.cloud()
        stub.script("GET /compute/v2.1/", Answer(200, ["version": ["id": "v2.0", "version": "", "min_version": ""]]))
        _ = try await cloud.flavors()
        _ = try await cloud.networks()
        #expect(stub.calls.allSatisfy { $0.headers["openstack-api-version"] == nil })
    }

    @Test("that both sides know has to exist")
    func tooNew() async throws {
        stub.script("GET /compute/v2.1/", Answer(300, ["versions": [["version": "3.5", "min_version": "3.0"]]]))
        let error = await failure { _ = try await stub.cloud().flavors() }
        #expect(error?.kind == .version && error?.reason == "compute speaks 3.0 to 3.5, Polyvisor up to 2.93")
    }
}
