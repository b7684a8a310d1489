import Foundation
public import HTTP

/// Who asks, and where Keystone is. Secrets show in nothing that is printed.
public struct Credentials: Sendable, CustomStringConvertible, CustomReflectable {
    /// Keystone's URL with its version, e.g. `http://10.77.0.10:5000/v3`.
    public var authURL: String
    /// How we prove who we are.
    public var identification: Identification
    /// What the token shall be good for.
    public var scope: Scope
    /// nil: whatever region the catalogue names first.
    public var region: String?
    /// Which endpoints of the catalogue are used: public, internal or admin.
    public var interface: String
    /// What the certificates of all endpoints are verified with.
    public var tls: TLSVerification
    /// What errors say of certificates that are not accepted: where credentials come from decides what can be set.
    public var certificateAdvice = CertificateAdvice.caFileOrThumbprint
    /// Service type → URL to be used instead of the catalogue's.
    public var endpoints: [String: String] = [:]

    /// How one proves to Keystone who one is.
    public enum Identification: Sendable {
        case password(Principal, password: String)
        /// By its id, or by its name and its user. It brings its project with it.
        case applicationCredential(id: String, secret: String)
        case namedApplicationCredential(String, user: Principal, secret: String)
        /// One that somebody else got; it cannot be renewed.
        case token(String)
    }

    /// A user or a project: by its id, or by its name within a domain.
    public enum Principal: Sendable, Equatable {
        case id(String)
        case name(String, domain: Domain)

        var label: String {
            switch self {
            case .id(let text), .name(let text, _): text
            }
        }
    }

    /// A domain of Keystone, in which names of users and projects are unique.
    public enum Domain: Sendable, Equatable {
        case id(String)
        case name(String)
    }

    /// What a token is good for.
    public enum Scope: Sendable, Equatable {
        case project(Principal)
        case domain(Domain)
        /// The whole cloud, and nothing in any project.
        case system
        /// What somebody else entrusted to the user, by the trust's id: a project of theirs.
        case trust(String)
        /// That of the application credential or the token.
        case given
    }

    /// A user with a password in a project, both by name.
    ///
    /// - Parameters:
    ///   - userDomain: the name of the user's domain.
    ///   - projectDomain: the name of the project's domain.
    public init(
        authURL: String, username: String, password: String, project: String, userDomain: String = "Default",
        projectDomain: String = "Default", region: String? = "RegionOne", interface: String = "public",
        tls: TLSVerification = .system
    ) {
        self.init(
            authURL: authURL,
            identification: .password(.name(username, domain: .name(userDomain)), password: password),
            scope: .project(.name(project, domain: .name(projectDomain))))
        self.region = region
        self.interface = interface
        self.tls = tls
    }

    /// Any way to identify oneself, with the public endpoints and the system's certificate authorities. A slash at the end of
    /// the URL is taken off.
    public init(authURL: String, identification: Identification, scope: Scope) {
        self.authURL = authURL.hasSuffix("/") ? String(authURL.dropLast()) : authURL
        self.identification = identification
        self.scope = scope
        interface = "public"
        tls = .system
    }

    /// What no message may show: services repeat what they do not accept.
    var secrets: [String] {
        switch identification {
        case .password(_, let secret), .applicationCredential(_, let secret),
            .namedApplicationCredential(_, _, let secret), .token(let secret):
            [secret]
        }
    }

    public var description: String { "\(who)\(place) at \(shownURL)" }
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }

    private var who: String {
        switch identification {
        case .password(let user, _): user.label
        case .applicationCredential(let id, _): "application credential \(id)"
        case .namedApplicationCredential(let name, let user, _): "application credential \(name) of \(user.label)"
        case .token: "the owner of a token"
        }
    }

    private var place: String {
        switch scope {
        case .project(let project): " of \(project.label)"
        case .domain(.id(let name)), .domain(.name(let name)): " of domain \(name)"
        case .system: " of the whole system"
        case .trust(let id): " by trust \(id)"
        case .given: ""
        }
    }

    /// Without a user and a password that someone may have put into the URL.
    private var shownURL: String {
        guard var parts = URLComponents(string: authURL) else { return "(not a URL)" }
        (parts.user, parts.password, parts.query) = (nil, nil, nil)
        return parts.string ?? ""
    }
}
