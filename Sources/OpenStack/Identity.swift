extension Cloud {
    /// The names of all users.
    public func userNames() async throws -> Set<String> {
        Set(try await get(.identity, "/users", as: Users.self, doing: "list users").users.map(\.name))
    }

    /// A domain; made if it is missing.
    @discardableResult
    public func ensureDomain(_ name: String) async throws -> Ensured {
        try await ensure {
            try await get(
                .identity, "/domains?name=\(escaped(name))", as: Domains.self, doing: "look for domain \(name)"
            ).domains.first?.id
        } make: {
            let body = ["domain": ["name": name]]
            return try await post(.identity, "/domains", body, as: OneDomain.self, doing: "create domain \(name)")
                .domain.id
        }
    }

    /// A project; made if it is missing.
    ///
    /// - Parameter domain: the domain's id, which is not its name; `default` is the id of the one called Default.
    @discardableResult
    public func ensureProject(_ name: String, domain: String = "default") async throws -> Ensured {
        try await ensure {
            let query = "name=\(escaped(name))&domain_id=\(escaped(domain))"
            return try await get(
                .identity, "/projects?\(query)", as: Projects.self, doing: "look for project \(name)"
            ).projects.first?.id
        } make: {
            let body = ["project": ["name": name, "domain_id": domain]]
            return try await post(
                .identity, "/projects", body, as: OneProject.self, doing: "create project \(name)"
            ).project.id
        }
    }

    /// A role; made if it is missing.
    @discardableResult
    public func ensureRole(_ name: String) async throws -> Ensured {
        try await ensure {
            try await get(
                .identity, "/roles?name=\(escaped(name))", as: Roles.self, doing: "look for role \(name)"
            ).roles.first?.id
        } make: {
            let body = ["role": ["name": name]]
            return try await post(.identity, "/roles", body, as: OneRole.self, doing: "create role \(name)").role.id
        }
    }

    /// A user with this password: made, or given the password where a login with it fails.
    ///
    /// A password that is right is not set again: that would end all tokens of the user.
    @discardableResult
    public func ensureUser(_ name: String, password: String, domain: String = "default") async throws -> Ensured {
        let user = try await ensure {
            let query = "name=\(escaped(name))&domain_id=\(escaped(domain))"
            return try await get(.identity, "/users?\(query)", as: Users.self, doing: "look for user \(name)").users
                .first?.id
        } make: {
            let body = ["user": ["name": name, "password": password, "domain_id": domain]]
            let call = Call(
                method: "POST", service: .identity, path: "/users", doing: "create user \(name)", body: try json(body),
                secrets: [password])
            return try Self.decode(OneUser.self, from: try await succeed(call), doing: call.doing).user.id
        }
        if user.changed { return user }
        if try await Session.isPassword(password, ofUser: user.id, credentials, client) { return user }
        try await succeed(
            Call(
                method: "PATCH", service: .identity, path: "/users/\(user.id)", doing: "set the password of \(name)",
                body: try json(["user": ["password": password]]), secrets: [password]))
        return Ensured(id: user.id, changed: true)
    }

    /// Gives a user a role in a project. Returns whether the user did not have it.
    @discardableResult
    public func assign(role: Ensured, toUser user: Ensured, inProject project: Ensured) async throws -> Bool {
        let path = "/projects/\(project.id)/users/\(user.id)/roles/\(role.id)"
        let look = Call(method: "HEAD", service: .identity, path: path, doing: "look for a role assignment")
        if try await succeed(look, accepting: [404]).status != 404 { return false }
        try await tell("PUT", .identity, path, doing: "assign a role")
        return true
    }
}

private struct Domains: Decodable { var domains: [Named] }
private struct OneDomain: Decodable { var domain: Named }
private struct Projects: Decodable { var projects: [Named] }
private struct OneProject: Decodable { var project: Named }
private struct Roles: Decodable { var roles: [Named] }
private struct OneRole: Decodable { var role: Named }
private struct Users: Decodable { var users: [Named] }
private struct OneUser: Decodable { var user: Named }
