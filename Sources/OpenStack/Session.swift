import Foundation
import HTTP

/// A token, and the catalogue that came with it. It prints without the token.
struct Session: Sendable, CustomStringConvertible, CustomReflectable {
    let token: String
    /// Service type → URL for our region and interface.
    let endpoints: [String: String]
    /// When the token is too old to begin something with it, by this machine's clock.
    let renewal: ContinuousClock.Instant?
    /// What was agreed on with a service; `.some(nil)`: it knows no microversions.
    var versions: [Cloud.Service: Microversion?] = [:]

    var description: String { "session" }
    var customMirror: Mirror { Mirror(self, children: []) }

    var isFresh: Bool { renewal.map { ContinuousClock.now < $0 } ?? true }

    static func logIn(_ credentials: Credentials, _ client: HTTPClient, _ patience: Patience) async throws -> Session {
        let doing = "log in as \(credentials)"
        let body = try JSONEncoder().encode(PasswordLogin(credentials))
        let request = HTTPRequest(
            method: "POST", url: credentials.authURL + "/auth/tokens", headers: [("Content-Type", "application/json")],
            body: .data(body), timeout: .seconds(60))
        // A login is a POST, but it changes nothing.
        let response = try await patience.send(request, through: client, doing: doing, isStarting: { $0 == 503 })
        guard response.status == 201, let token = response.header("X-Subject-Token") else {
            throw OpenStackError(response, doing: doing).hiding([credentials.password])
        }
        let answer = try Cloud.decode(TokenAnswer.self, from: response, doing: doing).token
        return Session(token: token, endpoints: answer.endpoints(credentials), renewal: answer.renewal)
    }

    /// Whether a user has this password: a login without a project says so, and changes nothing.
    static func isPassword(
        _ password: String, ofUser id: String, _ credentials: Credentials, _ client: HTTPClient
    ) async throws -> Bool {
        let doing = "look whether a password has to be set"
        let body = try JSONEncoder().encode(PasswordLogin(userID: id, password: password))
        let request = HTTPRequest(
            method: "POST", url: credentials.authURL + "/auth/tokens", headers: [("Content-Type", "application/json")],
            body: .data(body), timeout: .seconds(60))
        let response = try await Patience(.zero).send(request, through: client, doing: doing)
        guard [201, 401].contains(response.status) else {
            throw OpenStackError(response, doing: doing).hiding([password])
        }
        return response.status == 201
    }
}

/// `POST /v3/auth/tokens` with a password.
private struct PasswordLogin: Encodable {
    var auth: Auth

    struct Auth: Encodable {
        var identity: Identity
        var scope: Scope?
    }
    struct Identity: Encodable {
        var methods = ["password"]
        var password: [String: User]
    }
    struct User: Encodable {
        var id, name: String?
        var password: String
        var domain: [String: String]?
    }
    struct Scope: Encodable { var project: Project }
    struct Project: Encodable {
        var name: String
        var domain: [String: String]
    }

    /// Scoped to a project.
    init(_ credentials: Credentials) {
        let user = User(
            name: credentials.username, password: credentials.password, domain: ["name": credentials.userDomain])
        auth = Auth(
            identity: Identity(password: ["user": user]),
            scope: Scope(project: Project(name: credentials.project, domain: ["name": credentials.projectDomain])))
    }

    init(userID: String, password: String) {
        auth = Auth(identity: Identity(password: ["user": User(id: userID, password: password)]))
    }
}

private struct TokenAnswer: Decodable { var token: Token }

private struct Token: Decodable {
    var catalog: [Entry]?
    var issued_at, expires_at: String?

    struct Entry: Decodable {
        var type: String
        var endpoints: [Endpoint]
    }
    struct Endpoint: Decodable {
        var interface, url: String
        var region, region_id: String?
    }

    func endpoints(_ credentials: Credentials) -> [String: String] {
        let pairs = (catalog ?? []).compactMap { entry in
            entry.endpoints.first {
                $0.interface == credentials.interface && ($0.region_id ?? $0.region) == credentials.region
            }.map { (entry.type, $0.url) }
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first }).merging(credentials.endpoints) { $1 }
    }

    /// A minute before the end. Keystone's clock may differ from ours, but the time between two of its own does not.
    var renewal: ContinuousClock.Instant? {
        guard let begin = issued_at.flatMap(Self.date), let end = expires_at.flatMap(Self.date), end > begin else {
            return nil
        }
        return .now + .seconds(max(0, end.timeIntervalSince(begin) - 60))
    }

    /// To the second: `2026-11-21T07:00:00.000000Z`.
    private static func date(_ text: String) -> Date? { try? Date(text.prefix(19) + "Z", strategy: .iso8601) }
}
