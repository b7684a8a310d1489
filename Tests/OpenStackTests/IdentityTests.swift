import Testing

@testable import OpenStack

@Suite("Keystone", .timeLimit(.minutes(1)))
struct IdentityTests {
    let stub: StubCloud
    let cloud: Cloud

    init() throws {
        stub = try StubCloud()
        cloud = stub.cloud()
    }

    /// What a controller needs; whether anything had to be made.
    func setUp() async throws -> Bool {
        let domain = try await cloud.ensureDomain("heat")
        let project = try await cloud.ensureProject("service")
        let role = try await cloud.ensureRole("admin")
        let user = try await cloud.ensureUser("nova", password: "n0va")
        let isNew = try await cloud.assign(role: role, toUser: user, inProject: project)
        let service = try await cloud.ensureService("nova", type: "compute", url: "http://10.77.0.10:8774/v2.1")
        let changes = [domain.changed, project.changed, role.changed, user.changed, isNew, service]
        #expect(changes.allSatisfy { $0 == service })
        return service
    }

    @Test("gets each thing once, and a second run changes nothing")
    func once() async throws {
        #expect(try await setUp())
        #expect(
            stub.writes == [
                "POST /identity/v3/domains", "POST /identity/v3/projects", "POST /identity/v3/roles",
                "POST /identity/v3/users", "PUT /identity/v3/projects/projects-2/users/users-4/roles/roles-3",
                "POST /identity/v3/services", "POST /identity/v3/endpoints", "POST /identity/v3/endpoints",
                "POST /identity/v3/endpoints",
            ])
        let count = stub.writes.count
        #expect(try await !setUp())
        #expect(stub.writes.count == count)
        let urls = Set(["public", "internal", "admin"].map { "\($0) http://10.77.0.10:8774/v2.1" })
        #expect(try await cloud.catalogue() == ["compute": urls])
        #expect(try await cloud.userNames() == ["nova"])
    }

    @Test("has a wrong URL mended, and what is there twice removed")
    func endpoints() async throws {
        _ = try await setUp()
        let service = try #require(stub.items("/identity/v3/services").first?["id"])
        for url in ["http://old:8774/v2.1", "http://10.77.0.10:8774/v2.1"] {
            stub.put(
                [
                    "id": .string("extra-\(url.count)"), "service_id": service, "interface": "public",
                    "region_id": "RegionOne", "url": .string(url),
                ], into: "/identity/v3/endpoints")
        }
        let moved = "http://10.77.0.99:8774/v2.1"
        #expect(try await cloud.ensureService("nova", type: "compute", url: moved))
        #expect(try await !cloud.ensureService("nova", type: "compute", url: moved))
        let endpoints = stub.items("/identity/v3/endpoints")
        #expect(endpoints.count == 3 && endpoints.allSatisfy { $0["url"] == .string(moved) })
        #expect(stub.items("/identity/v3/services").count == 1)
    }

    @Test("gives a user another password only where the one it has is wrong")
    func password() async throws {
        _ = try await cloud.ensureUser("nova", password: "old")
        #expect(try await !cloud.ensureUser("nova", password: "old").changed)
        #expect(try await cloud.ensureUser("nova", password: "new").changed)
        #expect(try await !cloud.ensureUser("nova", password: "new").changed)
        #expect(stub.writes == ["POST /identity/v3/users", "PATCH /identity/v3/users/users-1"])
    }

    @Test("is looked at again when another made the same thing meanwhile")
    func race() async throws {
        stub.script("GET /identity/v3/roles", Answer(200, ["roles": []]))
        stub.script("POST /identity/v3/roles", Answer(409, ["error": ["message": "Conflict occurred"]]))
        stub.put(["id": "r", "name": "service"], into: "/identity/v3/roles")
        #expect(try await cloud.ensureRole("service") == Ensured(id: "r", changed: false))
        stub.script("POST /identity/v3/roles", Answer(409, ["error": ["message": "Conflict occurred"]]))
        #expect(await failure { try await cloud.ensureRole("other") }?.kind == .status(409))
    }

    @Test("is asked for names as they are")
    func escapedNames() async throws {
        #expect(try await cloud.ensureProject("a&b=ü c").changed)
        #expect(try await !cloud.ensureProject("a&b=ü c").changed)
        #expect(stub.calls.first?.query == ["name": "a&b=ü c", "domain_id": "default"])
    }
}
