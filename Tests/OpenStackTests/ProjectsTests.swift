import Testing

@testable import OpenStack

@Suite("Projects of Keystone", .timeLimit(.minutes(1)))
struct ProjectsTests {
    let stub: StubCloud
    let cloud: Cloud

    init() throws {
        stub = try StubCloud()
        cloud = stub.cloud()
    }

    @Test("are made with a description, given a user and removed; one that is gone is no error")
    func life() async throws {
        let project = try await cloud.createProject("run-1", description: "until noon", domain: "default")
        #expect(project.name == "run-1" && project.description == "until noon")
        #expect(stub.calls.last?.json?["project"]?["domain_id"] == "default")
        try await cloud.grant(role: "r", toUser: "u", inProject: project.id)
        #expect(stub.writes.last == "PUT /identity/v3/projects/\(project.id)/users/u/roles/r")
        #expect(try await cloud.project(project.id)?.name == "run-1")
        try await cloud.deleteProject(project.id)
        try await cloud.deleteProject(project.id)
        #expect(try await cloud.project(project.id) == nil)
    }

    @Test("are found by how their names begin, also where Keystone knows no such query", arguments: [200, 400])
    func found(_ status: Int) async throws {
        for name in ["run-1", "other", "run-2"] {
            _ = try await cloud.createProject(name, description: "", domain: "default")
        }
        if status == 400 {
            stub.script("GET /identity/v3/projects", Answer(400, ["error": ["message": "Additional properties"]]))
        }
        #expect(try await cloud.projects(namePrefix: "run-").map(\.name) == ["run-1", "run-2"])
    }

    @Test("get a token of their own")
    func scope() async throws {
        _ = try await cloud.inProject("p7").networks()
        let scope = stub.server.requests.first?.json?["auth"]?["scope"]
        #expect(scope == ["project": ["id": "p7"]])
    }
}
