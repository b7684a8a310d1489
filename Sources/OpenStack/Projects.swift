/// A project of Keystone.
public struct Project: Sendable, Equatable, Decodable {
    /// Keystone's id, 32 hexadecimal digits.
    public var id: String
    /// Unique in its domain.
    public var name: String
    public var description: String?
}

extension Cloud {
    /// All projects whose name begins so. Needs admin rights.
    public func projects(namePrefix: String) async throws -> [Project] {
        let doing = "list projects"
        let query = "?name__startswith=\(escaped(namePrefix))"
        // A Keystone that judges queries may know only whole names: then it tells all projects.
        let call = Call(service: .identity, path: "/projects\(query)", doing: doing)
        var response = try await succeed(call, accepting: [400])
        if response.status == 400 {
            response = try await succeed(Call(service: .identity, path: "/projects", doing: doing))
        }
        return try Self.decode(Projects.self, from: response, doing: doing).projects.filter {
            $0.name.hasPrefix(namePrefix)
        }
    }

    /// A new project.
    ///
    /// - Parameter domain: the domain's id, which is not its name.
    public func createProject(_ name: String, description: String, domain: String) async throws -> Project {
        let body = ["project": ["name": name, "description": description, "domain_id": domain]]
        let answer = try await post(
            .identity, "/projects", body, as: OneProject.self, doing: "create project \(name)")
        return answer.project
    }

    /// A project as it is now; nil when there is none.
    public func project(_ id: String) async throws -> Project? {
        try await find(.identity, "/projects/\(id)", as: OneProject.self, doing: "look at project \(id)")?.project
    }

    /// Removes a project; one that is not there is no error. What is in it stays in the other services, so that has to go
    /// first.
    public func deleteProject(_ id: String) async throws {
        try await delete(.identity, "/projects/\(id)", doing: "delete project \(id)")
    }

    /// Gives a user a role in a project, all by their ids.
    public func grant(role: String, toUser user: String, inProject project: String) async throws {
        try await tell(
            "PUT", .identity, "/projects/\(project)/users/\(user)/roles/\(role)", doing: "assign a role in a project")
    }

    /// The same cloud, as the same user sees it with a token for another project.
    public nonisolated func inProject(_ id: String) -> Cloud {
        var scoped = credentials
        scoped.scope = .project(.id(id))
        return Cloud(scoped)
    }

    /// Takes back what was set of a project's quotas; where none were set, that is no error.
    public func resetQuotas(_ kind: QuotaKind, ofProject id: String) async throws {
        try await delete(kind.service, kind.path(id), doing: "reset the quotas of project \(id)")
    }

    /// Whether there are servers in a project. Needs admin rights.
    public func hasServers(inProject id: String) async throws -> Bool {
        struct Answer: Decodable { var servers: [Named] }
        let path = "/servers?all_tenants=1&limit=1&project_id=\(escaped(id))"
        let answer = try await get(.compute, path, as: Answer.self, doing: "list the servers of project \(id)")
        return !answer.servers.isEmpty
    }

    /// The ports of a project.
    public func ports(ofProject id: String) async throws -> [Port] {
        try await get(
            .network, "/ports?project_id=\(escaped(id))", as: [String: [Port]].self,
            doing: "list the ports of project \(id)")["ports"] ?? []
    }
}

private struct Projects: Decodable { var projects: [Project] }
private struct OneProject: Decodable { var project: Project }
