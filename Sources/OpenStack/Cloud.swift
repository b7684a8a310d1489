import Foundation
import HTTP

/// A cloud as one user sees it: asks Keystone for a token, finds the services in its catalogue, and asks anew when
/// the token is no longer accepted.
public actor Cloud {
    public nonisolated let credentials: Credentials
    private let client: HTTPClient
    private var session: Session?
    private var login: Task<Session, any Error>?

    /// A token with the catalogue that came with it.
    struct Session: Sendable {
        var token: String
        /// Service type → URL for our region and interface.
        var endpoints: [String: String]
    }

    public init(_ credentials: Credentials) {
        self.credentials = credentials
        client = HTTPClient(tls: credentials.tls, connectTimeout: .seconds(5))
    }

    /// A service by its type in the catalogue, with the microversion header that its calls carry.
    public enum Service: String, Sendable {
        case identity, image, network, compute, placement

        /// Compute 2.93 is Zed's newest, placement 1.39 too; both are what the models here were written for.
        var microversion: String? {
            switch self {
            case .compute: "compute 2.93"
            case .placement: "placement 1.39"
            default: nil
            }
        }

        /// What the catalogue's URL lacks of the version.
        var prefix: String {
            switch self {
            case .network: "/v2.0"
            case .image: "/v2"
            default: ""
            }
        }
    }

    /// Authenticates, unless there is a token already.
    public func authenticate() async throws { _ = try await currentSession() }

    /// The next call logs in anew: the catalogue has changed.
    func forgetSession() { session = nil }

    /// Sends a request to a service and gives its answer, whatever the status, after a new login where the token
    /// was refused.
    func send(
        _ method: String, _ service: Service, _ path: String, body: HTTPBody = .none, type: String = "application/json",
        doing: String, timeout: Duration = .seconds(90)
    ) async throws -> HTTPResponse {
        for attempt in 1...2 {
            let session = try await currentSession()
            let response = try await send(method, service, path, body, type, session, doing, timeout)
            guard response.status == 401, attempt == 1 else { return response }
            self.session = nil
        }
        throw OpenStackError(.authentication, doing: doing, reason: "the token is refused")
    }

    private func send(
        _ method: String, _ service: Service, _ path: String, _ body: HTTPBody, _ type: String, _ session: Session,
        _ doing: String, _ timeout: Duration
    ) async throws -> HTTPResponse {
        // Keystone's own URL may be registered for another network; the one we logged in at works.
        guard let base = service == .identity ? credentials.authURL : session.endpoints[service.rawValue] else {
            throw OpenStackError(
                .noEndpoint, doing: doing,
                reason: "the catalogue has no \(credentials.interface) endpoint of type \(service.rawValue)")
        }
        var headers = [("X-Auth-Token", session.token), ("Accept", "application/json"), ("Content-Type", type)]
        if let version = service.microversion { headers.append(("OpenStack-API-Version", version)) }
        let root = base.hasSuffix("/") ? String(base.dropLast()) : base
        let prefix = root.hasSuffix(service.prefix) ? "" : service.prefix
        let request = HTTPRequest(
            method: method, url: root + prefix + path, headers: headers, body: body, timeout: timeout)
        do {
            return try await client.send(request)
        } catch {
            throw OpenStackError(error, doing: doing)
        }
    }

    /// Several calls that find no token wait for one login.
    private func currentSession() async throws -> Session {
        if let session { return session }
        if let login { return try await login.value }
        let task = Task { [credentials, client] in try await Self.logIn(credentials, client) }
        login = task
        defer { login = nil }
        let session = try await task.value
        self.session = session
        return session
    }

    private static func logIn(_ credentials: Credentials, _ client: HTTPClient) async throws -> Session {
        let doing = "log in as \(credentials)"
        let body = try JSONEncoder().encode(PasswordLogin(credentials))
        let response: HTTPResponse
        do {
            response = try await client.send(
                HTTPRequest(
                    method: "POST", url: credentials.authURL + "/auth/tokens",
                    headers: [("Content-Type", "application/json")], body: .data(body), timeout: .seconds(60)))
        } catch {
            throw OpenStackError(error, doing: doing)
        }
        guard response.status == 201, let token = response.header("X-Subject-Token") else {
            throw OpenStackError(response, doing: doing)
        }
        let answer = try decode(TokenAnswer.self, from: response, doing: doing)
        return Session(token: token, endpoints: answer.endpoints(credentials))
    }

    /// Reads an answer, or says that it is not what was expected.
    static func decode<T: Decodable>(_ type: T.Type, from response: HTTPResponse, doing: String) throws -> T {
        do {
            return try JSONDecoder().decode(type, from: response.body)
        } catch {
            throw OpenStackError(
                .unexpectedAnswer, doing: doing, reason: "HTTP \(response.status) with a body of another shape: \(error)",
                requestID: response.header("X-OpenStack-Request-Id"))
        }
    }
}

/// `POST /v3/auth/tokens` with a password, scoped to a project.
private struct PasswordLogin: Encodable {
    var auth: Auth

    struct Auth: Encodable {
        var identity: Identity
        var scope: Scope
    }
    struct Identity: Encodable {
        var methods = ["password"]
        var password: [String: User]
    }
    struct User: Encodable {
        var name, password: String
        var domain: [String: String]
    }
    struct Scope: Encodable { var project: Project }
    struct Project: Encodable {
        var name: String
        var domain: [String: String]
    }

    init(_ credentials: Credentials) {
        let user = User(
            name: credentials.username, password: credentials.password, domain: ["name": credentials.userDomain])
        auth = Auth(
            identity: Identity(password: ["user": user]),
            scope: Scope(project: Project(name: credentials.project, domain: ["name": credentials.projectDomain])))
    }
}

private struct TokenAnswer: Decodable {
    var token: Token

    struct Token: Decodable { var catalog: [Entry]? }
    struct Entry: Decodable {
        var type: String
        var endpoints: [Endpoint]
    }
    struct Endpoint: Decodable { var interface, url: String, region: String? }

    func endpoints(_ credentials: Credentials) -> [String: String] {
        let pairs = (token.catalog ?? []).compactMap { entry in
            entry.endpoints.first { $0.interface == credentials.interface && $0.region == credentials.region }
                .map { (entry.type, $0.url) }
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
