extension Cloud {
    /// The names of all users.
    public func userNames() async throws -> Set<String> {
        Set(try await get(.identity, "/users", as: Users.self, doing: "list users").users.map(\.name))
    }

    /// Service type → `interface URL` of each endpoint of our region.
    public func catalogue() async throws -> [String: Set<String>] {
        let services = try await services()
        let endpoints = try await endpoints()
        let pairs = services.map { service in
            let mine = endpoints.filter { $0.service_id == service.id && $0.region_id == credentials.region }
            return (service.type, Set(mine.map { "\($0.interface) \($0.url)" }))
        }
        return Dictionary(pairs, uniquingKeysWith: { $0.union($1) })
    }

    /// A project in the default domain; made if it is missing. Returns its id.
    public func ensureProject(_ name: String) async throws -> String {
        let found = try await get(
            .identity, "/projects?name=\(escaped(name))", as: Projects.self, doing: "look for project \(name)")
        if let project = found.projects.first { return project.id }
        let body = ["project": ["name": name, "domain_id": "default"]]
        return try await call("POST", .identity, "/projects", body, as: OneProject.self, doing: "create project \(name)")
            .project.id
    }

    /// A role; made if it is missing. Returns its id.
    public func ensureRole(_ name: String) async throws -> String {
        let found = try await get(.identity, "/roles?name=\(escaped(name))", as: Roles.self, doing: "look for role \(name)")
        if let role = found.roles.first { return role.id }
        let body = ["role": ["name": name]]
        return try await call("POST", .identity, "/roles", body, as: OneRole.self, doing: "create role \(name)").role.id
    }

    /// A user in the default domain with this password; made or given the password. Returns its id.
    public func ensureUser(_ name: String, password: String) async throws -> String {
        let found = try await get(.identity, "/users?name=\(escaped(name))", as: Users.self, doing: "look for user \(name)")
        if let user = found.users.first {
            try await call(
                "PATCH", .identity, "/users/\(user.id)", ["user": ["password": password]], doing: "set the password of \(name)")
            return user.id
        }
        let body = ["user": ["name": name, "password": password, "domain_id": "default"]]
        return try await call("POST", .identity, "/users", body, as: OneUser.self, doing: "create user \(name)").user.id
    }

    /// Gives a user a role in a project; giving it twice is no error.
    public func assign(role: String, toUser user: String, inProject project: String) async throws {
        try await call("PUT", .identity, "/projects/\(project)/users/\(user)/roles/\(role)", doing: "assign a role")
    }

    /// A service and its endpoints, all interfaces with one URL; what is there with another URL is changed, and
    /// what is there twice is removed.
    public func ensureService(_ name: String, type: String, url: String) async throws {
        let service = try await ensureServiceEntry(name, type)
        let there = try await endpoints().filter { $0.service_id == service && $0.region_id == credentials.region }
        for interface in ["public", "internal", "admin"] {
            let mine = there.filter { $0.interface == interface }
            let doing = "set the \(interface) endpoint of \(name)"
            if let first = mine.first {
                if first.url != url {
                    try await call("PATCH", .identity, "/endpoints/\(first.id)", ["endpoint": ["url": url]], doing: doing)
                }
                for extra in mine.dropFirst() {
                    try await call("DELETE", .identity, "/endpoints/\(extra.id)", doing: doing)
                }
            } else {
                let endpoint = [
                    "service_id": service, "interface": interface, "url": url, "region_id": credentials.region,
                ]
                try await call("POST", .identity, "/endpoints", ["endpoint": endpoint], doing: doing)
            }
        }
        forgetSession()
    }

    private func ensureServiceEntry(_ name: String, _ type: String) async throws -> String {
        if let service = try await services().first(where: { $0.type == type }) { return service.id }
        let body = ["service": ["name": name, "type": type]]
        return try await call("POST", .identity, "/services", body, as: OneService.self, doing: "create service \(name)")
            .service.id
    }

    private func services() async throws -> [ServiceEntry] {
        try await get(.identity, "/services", as: Services.self, doing: "list services").services
    }

    private func endpoints() async throws -> [EndpointEntry] {
        try await get(.identity, "/endpoints", as: Endpoints.self, doing: "list endpoints").endpoints
    }
}

private struct Projects: Decodable { var projects: [Named] }
private struct OneProject: Decodable { var project: Named }
private struct Roles: Decodable { var roles: [Named] }
private struct OneRole: Decodable { var role: Named }
private struct Users: Decodable { var users: [Named] }
private struct OneUser: Decodable { var user: Named }
private struct Services: Decodable { var services: [ServiceEntry] }
private struct OneService: Decodable { var service: ServiceEntry }
private struct Endpoints: Decodable { var endpoints: [EndpointEntry] }

private struct ServiceEntry: Decodable { var id, type: String }

/// Names as Keystone writes them.
private struct EndpointEntry: Decodable {
    var id, interface, url, service_id: String
    var region_id: String?
}
