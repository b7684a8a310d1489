/// `POST /v3/auth/tokens`: who one is, and what the token shall be good for.
struct LoginBody: Encodable {
    private var auth: Auth

    private struct Auth: Encodable {
        var identity: Identity
        var scope: Scope?
    }

    private struct Identity: Encodable {
        var methods: [String]
        var password: [String: User]?
        var applicationCredential: ApplicationCredential?
        var token: [String: String]?

        enum CodingKeys: String, CodingKey {
            case methods, password, token
            case applicationCredential = "application_credential"
        }
    }

    private struct User: Encodable {
        var id, name, password: String?
        var domain: [String: String]?
    }

    private struct ApplicationCredential: Encodable {
        var id, name: String?
        var secret: String
        var user: User?
    }

    private struct Scope: Encodable {
        var project: User?
        var domain: [String: String]?
        var system: [String: Bool]?
        var trust: [String: String]?

        enum CodingKeys: String, CodingKey {
            case project, domain, system
            case trust = "OS-TRUST:trust"
        }
    }

    init(_ credentials: Credentials) {
        auth = Auth(
            identity: Self.identity(credentials.identification), scope: Self.scope(credentials.scope))
    }

    /// For the token of a user alone: without a scope.
    init(userID: String, password: String) {
        let user = User(id: userID, password: password)
        auth = Auth(identity: Identity(methods: ["password"], password: ["user": user]))
    }

    private static func identity(_ identification: Credentials.Identification) -> Identity {
        switch identification {
        case .password(let principal, let password):
            var user = fields(principal)
            user.password = password
            return Identity(methods: ["password"], password: ["user": user])
        case .applicationCredential(let id, let secret):
            return Identity(
                methods: ["application_credential"],
                applicationCredential: ApplicationCredential(id: id, secret: secret))
        case .namedApplicationCredential(let name, let user, let secret):
            return Identity(
                methods: ["application_credential"],
                applicationCredential: ApplicationCredential(name: name, secret: secret, user: fields(user)))
        case .token(let token): return Identity(methods: ["token"], token: ["id": token])
        }
    }

    private static func scope(_ scope: Credentials.Scope) -> Scope? {
        switch scope {
        case .project(let project): Scope(project: fields(project))
        case .domain(let domain): Scope(domain: fields(domain))
        case .system: Scope(system: ["all": true])
        case .trust(let id): Scope(trust: ["id": id])
        case .given: nil
        }
    }

    private static func fields(_ principal: Credentials.Principal) -> User {
        switch principal {
        case .id(let id): User(id: id)
        case .name(let name, let domain): User(name: name, domain: fields(domain))
        }
    }

    private static func fields(_ domain: Credentials.Domain) -> [String: String] {
        switch domain {
        case .id(let id): ["id": id]
        case .name(let name): ["name": name]
        }
    }
}
