import Foundation
import HTTP

/// A cloud as one user sees it: asks Keystone for a token, finds the services in its catalogue, and asks anew when
/// the token is too old or no longer accepted. It prints without the token.
public actor Cloud: CustomReflectable {
    /// Who asks, and at which Keystone.
    public nonisolated let credentials: Credentials
    nonisolated let client: HTTPClient
    nonisolated let patience: Patience
    /// For the first login, and for the later ones.
    private var loginPatience: Patience
    private var session: Session?
    private var login: Task<Session, any Error>?

    /// - Parameter patience: how long each call waits for a service that is starting, which is one that refuses
    ///   connections, or answers 503 to what does no harm twice. nil: 15 seconds, but the first login waits for no
    ///   connection, so that a cloud that is not there is noticed at once.
    public init(_ credentials: Credentials, patience: Duration? = nil) {
        self.credentials = credentials
        self.patience = Patience(patience ?? .seconds(15))
        loginPatience = Patience(patience ?? .seconds(15), connecting: patience ?? .zero)
        // With TLS the handshake is part of it, for which a busy service takes some seconds.
        client = HTTPClient(
            tls: credentials.tls, connectTimeout: .seconds(15), advice: credentials.certificateAdvice)
    }

    public nonisolated var customMirror: Mirror { Mirror(self, children: ["credentials": "\(credentials)"]) }

    /// A service by its type in the catalogue.
    public enum Service: String, Sendable {
        case identity, image, network, compute, placement
        case volume = "volumev3"

        /// The newest microversion that the models here were written for.
        var newest: Microversion? {
            switch self {
            case .compute: Microversion(2, 93)
            case .placement: Microversion(1, 39)
            default: nil
            }
        }

        /// What the service may be called in a catalogue: Cinder was `volumev3` for years, and newer clouds have the name of
        /// the service types authority, or an alias of it.
        var types: [String] {
            self == .volume ? [rawValue, "block-storage", "block-store"] : [rawValue]
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

    /// Whose token it is; logs in if there is none yet.
    public func owner() async throws -> TokenOwner { try await currentSession().owner }

    /// Whether the catalogue has a service, by its type.
    public func has(_ service: Service) async throws -> Bool {
        try await currentSession().endpoint(of: service) != nil
    }

    /// Waits until a service answers anything but an error of its own.
    ///
    /// - Throws: what it said last when it does not within the time.
    public func waitUntilAnswering(_ service: Service, within limit: Duration) async throws {
        let doing = "wait for the \(service.rawValue) service"
        let url: String
        if service == .identity {
            url = credentials.authURL
        } else {
            url = try endpoint(of: service, try await currentSession(), doing) + "/"
        }
        let response = try await Patience(limit).send(
            HTTPRequest(method: "GET", url: url, timeout: .seconds(30)), through: client, doing: doing,
            isStarting: { $0 >= 500 })
        if response.status >= 500 { throw OpenStackError(response, doing: doing) }
    }

    /// The next call logs in anew: the catalogue has changed.
    func forgetSession() { session = nil }

    /// Several calls that find no token wait for one login; a call that is cancelled stops waiting and leaves it to
    /// the others.
    func currentSession() async throws -> Session {
        if let session, session.isFresh { return session }
        let task = login ?? beginLogin()
        let (answers, waiting) = AsyncThrowingStream<Session, any Error>.makeStream()
        Task {
            waiting.yield(with: await task.result)
            waiting.finish()
        }
        for try await session in answers { return session }
        throw OpenStackError(.cancelled, doing: "log in as \(credentials)", reason: "it was cancelled")
    }

    private func beginLogin() -> Task<Session, any Error> {
        let task = Task {
            defer { login = nil }
            let new = try await Session.logIn(credentials, client, loginPatience)
            (session, loginPatience) = (new, patience)
            return new
        }
        login = task
        return task
    }

    /// A call may learn late that its token is refused, when another has a new one already.
    func forget(_ refused: Session) { if session?.token == refused.token { session = nil } }

    func remember(_ version: Microversion?, of service: Service, for asked: Session) {
        if session?.token == asked.token { session?.versions[service] = .some(version) }
    }

    /// Keystone's own URL may be registered for another network; the one that we log in at works.
    nonisolated func endpoint(of service: Service, _ session: Session, _ doing: String) throws -> String {
        let found = session.endpoint(of: service)
        guard let base = service == .identity ? credentials.endpoints["identity"] ?? credentials.authURL : found else {
            let known = session.endpoints.keys.sorted().joined(separator: ", ")
            let region = credentials.region.map { " in region \($0)" } ?? ""
            throw OpenStackError(
                .noEndpoint, doing: doing,
                reason: "the catalogue has no \(credentials.interface) endpoint of type \(service.rawValue)\(region); "
                    + "it has \(known.isEmpty ? "none" : known)")
        }
        return base.hasSuffix("/") ? String(base.dropLast()) : base
    }
}
