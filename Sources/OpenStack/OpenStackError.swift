import Foundation
import HTTP

/// What a service of the cloud refused or could not do.
public struct OpenStackError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cases that a caller may want to tell apart.
    public enum Kind: Sendable, Equatable {
        /// Keystone does not accept user and password, or a service does not accept the token.
        case authentication
        /// No answer at all.
        case unreachable
        /// The server's certificate is not accepted.
        case untrustedCertificate
        /// The catalogue has no such service.
        case noEndpoint
        /// The service no longer speaks the versions that we do.
        case version
        /// An HTTP status that means failure.
        case status(Int)
        /// The answer is not what the API promises.
        case unexpectedAnswer
        /// What is there differs from what was asked for, and cannot be changed or is not ours to change.
        case conflict
        /// A server has the status ERROR.
        case serverFailed
        case timeout
        case cancelled
    }

    /// What a caller may act on.
    public let kind: Kind
    /// E.g. "create server vm1".
    public let doing: String
    /// The service's own words.
    public let reason: String
    /// `X-OpenStack-Request-Id`: what to search the service's log for.
    public let requestID: String?

    /// - Parameter doing: what was asked of which service.
    public init(_ kind: Kind, doing: String, reason: String, requestID: String? = nil) {
        self.kind = kind
        self.doing = doing
        self.reason = reason
        self.requestID = requestID
    }

    public var description: String { "\(doing): \(reason)" + (requestID.map { " (\($0))" } ?? "") }

    init(_ error: HTTPError, doing: String) {
        let kind: Kind =
            switch error.kind {
            case .timeout: .timeout
            case .cancelled: .cancelled
            case .tls: .untrustedCertificate
            case .tooLarge: .unexpectedAnswer
            default: .unreachable
            }
        self.init(kind, doing: doing, reason: "\(error)")
    }

    init(_ response: HTTPResponse, doing: String) {
        let status = response.status
        self.init(
            status == 401 ? .authentication : .status(status), doing: doing,
            reason: "HTTP \(status): \(Self.message(in: response.body))",
            requestID: response.header("X-OpenStack-Request-Id"))
    }

    /// The same without these values, also where a service wrote them with escapes.
    func hiding(_ secrets: [String]) -> OpenStackError {
        let forms = secrets.filter { !$0.isEmpty }.flatMap(Self.spellings).sorted { $0.count > $1.count }
        let shown = forms.reduce(reason) { $0.replacing($1, with: "•••") }
        return OpenStackError(kind, doing: doing, reason: shown, requestID: requestID)
    }

    /// As it is, as Python's repr and JSON write it, in HTML, and in a URL.
    private static func spellings(of secret: String) -> [String] {
        let doubled = secret.replacing("\\", with: "\\\\")
        let html = secret.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        return [
            secret, doubled, doubled.replacing("'", with: "\\'"), doubled.replacing("\"", with: "\\\""),
            html, html.replacing("\"", with: "&quot;").replacing("'", with: "&#x27;"),
            html.replacing("\"", with: "&#34;").replacing("'", with: "&#39;"), escaped(secret),
        ]
    }

    /// Reads the message out of an error answer; every service wraps it in its own way:
    /// Keystone `{"error": {"message"}}`, Nova `{"badRequest": {"message"}}`, Neutron `{"NeutronError": {"message"}}`
    /// or the text alone, Placement `{"errors": [{"detail"}]}`, Glance plain text or HTML.
    static func message(in body: Data) -> String {
        guard let object = try? JSONSerialization.jsonObject(with: body) as? [String: Any] else {
            return readable(String(decoding: body.prefix(8000), as: UTF8.self))
        }
        if let first = (object["errors"] as? [[String: Any]])?.first {
            return readable(first["detail"] as? String ?? first["title"] as? String ?? "")
        }
        for case let inner as [String: Any] in object.values {
            if let message = inner["message"] as? String { return readable(message) }
        }
        let text = object["message"] as? String ?? object.values.lazy.compactMap { $0 as? String }.first
        return readable(text ?? "")
    }

    /// One line of at most 500 characters, without HTML's head and tags.
    private static func readable(_ text: String) -> String {
        let isHTML = text.contains(/<(html|body|h1|br)\b/.ignoresCase())
        let plain = isHTML ? text.replacing(/(?s)<(head|style)>.*?<\/\1>|<[^>]*>/.ignoresCase(), with: " ") : text
        let line = plain.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.isEmpty ? "no message" : String(line.prefix(500))
    }
}
