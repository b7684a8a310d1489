import Foundation
import HTTP

/// One call of a service.
struct Call: Sendable {
    var method = "GET"
    var service: Cloud.Service
    /// Behind the endpoint and the version, with the query.
    var path: String
    /// What is said when it fails, e.g. "create server vm1".
    var doing: String
    var body: HTTPBody = .none
    var contentType = "application/json"
    var timeout: Duration = .seconds(90)
    var stallTimeout: Duration?
    /// Values in the body that no error may show: services repeat what they do not accept.
    var secrets: [String] = []
    /// Asking for the versions is the one call that cannot name one.
    var namesVersion = true
    /// The newest microversion under which this call may be made; nil is the newest that both sides know.
    var newest: Microversion?
    /// A service and its microversion, for a call that exists from that one on, of a service that is not asked for its own.
    var version: String?
}

extension Cloud {
    /// Sends a call and gives its answer, whatever the status; logs in anew, once, where the token was refused.
    func send(_ call: Call) async throws -> HTTPResponse {
        let session = try await currentSession()
        let response = try await send(call, session)
        guard response.status == 401 else { return response }
        forget(session)
        return try await send(call, try await currentSession())
    }

    private func send(_ call: Call, _ session: Session) async throws -> HTTPResponse {
        var base = try endpoint(of: call.service, session, call.doing)
        // Nova tells its versions above the project that a catalogue may have in its URL.
        if !call.namesVersion, let version = base.firstRange(of: "/v2.1/") {
            base = String(base[..<version.upperBound])
        }
        if base.hasSuffix("/") { base.removeLast() }
        var headers = [
            ("X-Auth-Token", session.token), ("Accept", "application/json"), ("Content-Type", call.contentType),
        ]
        if let version = call.version {
            headers.append(("OpenStack-API-Version", version))
        } else if call.namesVersion, let version = try await microversion(of: call.service, session, call.doing) {
            let named = min(version, call.newest ?? version)
            headers.append(("OpenStack-API-Version", "\(call.service.rawValue) \(named)"))
        }
        let prefix = base.hasSuffix(call.service.prefix) ? "" : call.service.prefix
        let request = HTTPRequest(
            method: call.method, url: base + prefix + call.path, headers: headers, body: call.body,
            timeout: call.timeout, stallTimeout: call.stallTimeout)
        return try await patience.send(request, through: client, doing: call.doing)
    }

    /// The newest microversion that both sides know; asked for once in a session.
    private func microversion(
        of service: Service, _ session: Session, _ doing: String
    ) async throws -> Microversion? {
        guard let ours = service.newest else { return nil }
        if let known = session.versions[service] { return known }
        let ask = "ask for the versions of the \(service.rawValue) service"
        let response = try await send(Call(service: service, path: "/", doing: ask, namesVersion: false), session)
        // The caller's own request gets the same answer and knows what to do about it.
        if response.status == 401 { return nil }
        guard [200, 300].contains(response.status) else { throw OpenStackError(response, doing: ask) }
        let theirs = try Self.decode(VersionAnswer.self, from: response, doing: ask).range
        if let theirs, theirs.lowerBound > ours {
            throw OpenStackError(
                .version, doing: doing,
                reason:
                    "\(service.rawValue) speaks \(theirs.lowerBound) to \(theirs.upperBound), Polyvisor up to \(ours)")
        }
        let agreed = theirs.map { min($0.upperBound, ours) }
        remember(agreed, of: service, for: session)
        return agreed
    }

    /// The microversion that is spoken with a service, e.g. `2.93`; nil for a service that knows none.
    public func apiVersion(of service: Service) async throws -> String? {
        let doing = "ask for the versions of the \(service.rawValue) service"
        return try await microversion(of: service, try await currentSession(), doing)?.description
    }

    /// An answer with a status that means success, or one of those that are as good.
    @discardableResult
    func succeed(_ call: Call, accepting: [Int] = []) async throws -> HTTPResponse {
        let response = try await send(call)
        guard (200..<300).contains(response.status) || accepting.contains(response.status) else {
            throw OpenStackError(response, doing: call.doing).hiding(call.secrets + credentials.secrets)
        }
        return response
    }

    /// Reads an answer, or says that it is not what was expected.
    static func decode<T: Decodable>(_ type: T.Type, from response: HTTPResponse, doing: String) throws -> T {
        do {
            return try JSONDecoder().decode(type, from: response.body)
        } catch {
            throw OpenStackError(
                .unexpectedAnswer, doing: doing,
                reason: "HTTP \(response.status) with a body of another shape: \(place(of: error))",
                requestID: response.header("X-OpenStack-Request-Id"))
        }
    }

    /// Where a body is not as expected; the value itself stays out of the text.
    private static func place(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return "it is no JSON" }
        let context: DecodingError.Context
        switch error {
        case .keyNotFound(let key, let found):
            return "no \((found.codingPath + [key]).map(\.stringValue).joined(separator: "."))"
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found): context = found
        @unknown default: return "it cannot be read"
        }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? "it is no JSON of that kind" : "see \(path)"
    }
}
