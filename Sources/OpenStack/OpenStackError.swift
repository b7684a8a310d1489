import Foundation
import HTTP

/// What a service of the cloud refused or could not do.
public struct OpenStackError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cases that a caller may want to tell apart.
    public enum Kind: Sendable, Equatable {
        /// Keystone does not accept user and password.
        case authentication
        /// No answer at all.
        case unreachable
        /// The catalogue has no such service.
        case noEndpoint
        /// An HTTP status that means failure.
        case status(Int)
        /// The answer is not what the API promises.
        case unexpectedAnswer
        /// What is there differs from what was asked for, and cannot be changed.
        case conflict
        case timeout
        case cancelled
    }

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
            default: .unreachable
            }
        self.init(kind, doing: doing, reason: "\(error)")
    }

    /// Reads the message out of an error answer; every service wraps it in its own way:
    /// Keystone `{"error": {"message"}}`, Nova `{"badRequest": {"message"}}`, Neutron `{"NeutronError": {"message"}}`,
    /// Placement `{"errors": [{"detail"}]}`, Glance plain text or HTML.
    init(_ response: HTTPResponse, doing: String) {
        let status = response.status
        self.init(
            status == 401 ? .authentication : .status(status), doing: doing,
            reason: "HTTP \(status): \(Self.message(in: response.body))",
            requestID: response.header("X-OpenStack-Request-Id"))
    }

    static func message(in body: Data) -> String {
        guard let object = try? JSONSerialization.jsonObject(with: body) as? [String: Any] else {
            let text = String(decoding: body.prefix(2000), as: UTF8.self)
                .replacing(/<[^>]*>/, with: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
            return text.isEmpty ? "no message" : String(text.prefix(500))
        }
        if let errors = object["errors"] as? [[String: Any]], let first = errors.first {
            return first["detail"] as? String ?? first["title"] as? String ?? "no message"
        }
        for case let inner as [String: Any] in object.values {
            if let message = inner["message"] as? String { return message }
        }
        return object["message"] as? String ?? "no message"
    }
}
