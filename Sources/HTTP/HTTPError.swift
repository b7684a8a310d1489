/// Why a request got no response.
public struct HTTPError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cases that a caller may want to tell apart.
    public enum Kind: Sendable, Equatable {
        /// The host name has no address.
        case resolve
        /// Nothing listens there, or no way leads there.
        case unreachable
        /// The server's certificate is not trusted, is for another name, or is not the pinned one.
        case tls
        case timeout
        /// The task was cancelled.
        case cancelled
        /// The response is larger than the client takes.
        case tooLarge
        /// The body's file could not be read.
        case file
        /// The connection was lost, or what answers does not speak HTTP.
        case protocolFailure
    }

    public let kind: Kind
    /// Method and URL, without a query or a password.
    public let doing: String
    public let reason: String
    public let hint: String?

    init(_ kind: Kind, doing: String, reason: String, hint: String? = nil) {
        self.kind = kind
        self.doing = doing
        self.reason = reason
        self.hint = hint
    }

    public var description: String { "\(doing): \(reason)" + (hint.map { "\n  hint: \($0)" } ?? "") }
}

/// How a server's certificate is judged.
public enum TLSVerification: Sendable, Hashable {
    /// By the authorities that the system trusts.
    case system
    /// By the authorities in a PEM file alone.
    case caFile(String)
    /// It has to be the certificate with this SHA-256 (64 hexadecimal digits, colons allowed); its name and its
    /// issuer do not matter then.
    case thumbprint(String)
    /// Not at all.
    case insecure
}
