import Foundation
import HTTP

/// A token, and the catalogue that came with it. It prints without the token.
struct Session: Sendable, CustomStringConvertible, CustomReflectable {
    let token: String
    /// Service type → URL for our region and interface.
    let endpoints: [String: String]
    /// When the token is too old to begin something with it, by this machine's clock.
    let renewal: ContinuousClock.Instant?
    /// Whose token it is, and what for.
    let owner: TokenOwner
    /// What was agreed on with a service; `.some(nil)`: it knows no microversions.
    var versions: [Cloud.Service: Microversion?] = [:]

    var description: String { "session" }
    var customMirror: Mirror { Mirror(self, children: []) }

    func endpoint(of service: Cloud.Service) -> String? { service.types.lazy.compactMap { endpoints[$0] }.first }

    var isFresh: Bool { renewal.map { ContinuousClock.now < $0 } ?? true }

    static func logIn(_ credentials: Credentials, _ client: HTTPClient, _ patience: Patience) async throws -> Session {
        let doing = "log in as \(credentials)"
        let body = try JSONEncoder().encode(LoginBody(credentials))
        let request = HTTPRequest(
            method: "POST", url: credentials.authURL + "/auth/tokens", headers: [("Content-Type", "application/json")],
            body: .data(body), timeout: .seconds(60))
        // A login is a POST, but it changes nothing.
        let response = try await patience.send(request, through: client, doing: doing, isStarting: { $0 == 503 })
        guard response.status == 201, let token = response.header("X-Subject-Token") else {
            throw OpenStackError(response, doing: doing).hiding(credentials.secrets)
        }
        let answer = try Cloud.decode(TokenAnswer.self, from: response, doing: doing).token
        return Session(
            token: token, endpoints: answer.endpoints(credentials), renewal: answer.renewal, owner: answer.owner)
    }

    /// Whether a user has this password: a login without a project says so, and changes nothing.
    static func isPassword(
        _ password: String, ofUser id: String, _ credentials: Credentials, _ client: HTTPClient
    ) async throws -> Bool {
        let doing = "look whether a password has to be set"
        let body = try JSONEncoder().encode(LoginBody(userID: id, password: password))
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

/// Whose a token is, and what it is good for.
public struct TokenOwner: Sendable, Equatable {
    /// The user's id.
    public var user: String
    /// The project's id; nil for a token that is good for no project.
    public var project: String?
    /// The id of the project's domain, or of the user's where there is no project.
    public var domain: String?
    /// The user's roles there, by their names: the ids.
    public var roleIDs: [String: String]

    /// The names of the user's roles there.
    public var roles: Set<String> { Set(roleIDs.keys) }
}

private struct TokenAnswer: Decodable { var token: Token }

private struct Token: Decodable {
    var catalog: [Entry]?
    var issued_at, expires_at: String?
    var user, project: Identified?
    var roles: [Role]?

    struct Identified: Decodable {
        var id: String
        var domain: Domain?
        struct Domain: Decodable { var id: String? }
    }
    struct Role: Decodable {
        var id: String?
        var name: String
    }

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
                $0.interface == credentials.interface
                    && (credentials.region == nil || ($0.region_id ?? $0.region) == credentials.region)
            }.map { (entry.type, $0.url) }
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first }).merging(credentials.endpoints) { $1 }
    }

    var owner: TokenOwner {
        TokenOwner(
            user: user?.id ?? "", project: project?.id, domain: (project ?? user)?.domain?.id,
            roleIDs: Dictionary((roles ?? []).map { ($0.name, $0.id ?? "") }, uniquingKeysWith: { first, _ in first }))
    }

    /// A minute before the end, or in the middle of a short life. Keystone's clock may differ from ours, but the time
    /// between two of its own does not.
    var renewal: ContinuousClock.Instant? {
        guard let begin = issued_at.flatMap(Self.date), let end = expires_at.flatMap(Self.date), end > begin else {
            return nil
        }
        let life = end.timeIntervalSince(begin)
        return .now + .seconds(max(life - 60, life / 2))
    }

    /// To the second: `2026-11-21T07:00:00.000000Z`.
    private static func date(_ text: String) -> Date? { try? Date(text.prefix(19) + "Z", strategy: .iso8601) }
}
