import Foundation
import HTTP
import XML

/// A session with one vCenter.
///
/// A session that the server has ended (by default after 30 idle minutes, or at a restart) is renewed
/// without the caller's notice. What fails is a `VSphereError`, with the server's own words.
public actor VCenterConnection {
    /// Where the vCenter is, and as whom we are there.
    public nonisolated let endpoint: VCenterEndpoint
    /// What the server said of itself when the connection was opened.
    public nonisolated let about: AboutInfo
    nonisolated let content: ServiceContent
    nonisolated let client: HTTPClient
    private var session: Session?
    private var logins = 0
    /// The login that is under way, which everyone who finds the session gone waits for.
    private var renewal: Task<Session, any Error>?

    /// One login. Views live as long as it does.
    struct Session: Sendable {
        let number: Int
        let cookie: String
        let user: UserSession
        var views: [[String]: ManagedObjectReference] = [:]
    }

    private init(_ endpoint: VCenterEndpoint, _ client: HTTPClient, _ content: ServiceContent) {
        self.endpoint = endpoint
        self.client = client
        self.content = content
        about = content.about
    }

    /// Connects and logs in.
    ///
    /// - Throws: `VSphereError`: `unreachable`, `untrustedCertificate`, `invalidLogin` and others.
    public static func open(_ endpoint: VCenterEndpoint) async throws(VSphereError) -> VCenterConnection {
        let client = HTTPClient(tls: endpoint.tls, connectTimeout: min(endpoint.timeout, .seconds(15)))
        let doing = "connect"
        do {
            let request = SOAPRequest(endpoint: endpoint, version: nil, cookie: nil)
            let answer = try await request.send(.retrieveServiceContent, through: client)
            let connection = VCenterConnection(endpoint, client, try ServiceContent(answer.response.value()))
            _ = try await connection.current()
            return connection
        } catch {
            throw error.at(endpoint.label, doing: error.kind == .invalidLogin ? "log in" : doing)
        }
    }

    /// Ends the session. The connection may still be used: it logs in again then.
    public func logout() async throws(VSphereError) {
        guard let session else { return }
        self.session = nil
        do {
            _ = try await request(session.cookie).send(.logout(content.sessionManager), through: client)
        } catch {
            if error.kind != .notAuthenticated { throw error.at(endpoint.label, doing: "log out") }
        }
    }

    /// Performs an operation of one or more calls in the current session, and once more in a new one if
    /// the server has forgotten it. The whole operation, as views are gone with their session.
    func perform<T: Sendable>(
        _ doing: String, _ operation: (Session) async throws(Trouble) -> T
    ) async throws(VSphereError) -> T {
        do throws(Trouble) {
            let session = try await current()
            do throws(Trouble) {
                return try await operation(session)
            } catch {
                guard error.kind == .notAuthenticated else { throw error }
                if self.session?.number == session.number { self.session = nil }
                return try await operation(try await current())
            }
        } catch {
            throw error.at(endpoint.label, doing: doing)
        }
    }

    func call(_ method: VimMethod, in session: Session) async throws(Trouble) -> SOAPResponse {
        try await request(session.cookie).send(method, through: client).response
    }

    /// Elements of one name in the returned values, each turned into a value as it comes, and the rest of the answer.
    func call<T: Sendable>(
        _ method: VimMethod, in session: Session, each name: String,
        _ make: @escaping @Sendable (XMLElement) throws(Trouble) -> T
    ) async throws(Trouble) -> (all: [T], rest: SOAPResponse) {
        let (request, client) = (request(session.cookie), client)
        return try await request.patiently(method) { () throws(Trouble) in
            let all = Gathered<T>()
            let answer = try await request.sendOnce(
                method, through: client,
                streaming: (name, { (element) throws(Trouble) in try all.append(try make(element)) }))
            return (all.values, answer.response)
        }
    }

    /// A view of everything of these types, made at its first use in a session.
    func view(of types: [String], in session: Session) async throws(Trouble) -> ManagedObjectReference {
        if let known = self.session?.views[types], self.session?.number == session.number { return known }
        let method = VimMethod.createContainerView(content.viewManager, below: content.rootFolder, types: types)
        let view = try await call(method, in: session).reference()
        if self.session?.number == session.number { self.session?.views[types] = view }
        return view
    }

    private func request(_ cookie: String?) -> SOAPRequest {
        SOAPRequest(endpoint: endpoint, version: about.apiVersion, cookie: cookie)
    }

    /// The session, by a login if there is none; one login for all who ask at once.
    private func current() async throws(Trouble) -> Session {
        if let session { return session }
        let task = renewal ?? Task { try await self.login() }
        renewal = task
        do {
            return try await task.value
        } catch {
            throw (error as? Trouble) ?? Trouble(.cancelled, "cancelled")
        }
    }

    private func login() async throws(Trouble) -> Session {
        defer { renewal = nil }
        let login = VimMethod.login(content.sessionManager, endpoint.credentials)
        let answer = try await request(nil).send(login, through: client)
        guard let cookie = answer.cookie else {
            throw Trouble(.malformedResponse, "the server accepted the login and set no session cookie")
        }
        logins += 1
        let session = Session(number: logins, cookie: cookie, user: UserSession(try answer.response.value()))
        self.session = session
        return session
    }
}

extension VCenterConnection {
    /// Does something in a session of its own, which ends whatever comes of it.
    public static func open<T: Sendable>(
        _ endpoint: VCenterEndpoint, _ body: (VCenterConnection) async throws(VSphereError) -> T
    ) async throws(VSphereError) -> T {
        let connection = try await open(endpoint)
        do throws(VSphereError) {
            let value = try await body(connection)
            try await connection.logout()
            return value
        } catch {
            // Who does not answer is not asked once more; in a task of its own, as ours may be cancelled.
            if ![.unreachable, .timeout, .connection].contains(error.kind) {
                _ = await Task { try await connection.logout() }.result
            }
            throw error
        }
    }
}
