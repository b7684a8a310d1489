/// Why a request got no response.
public struct HTTPError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cases that a caller may want to tell apart.
    public enum Kind: Sendable, Equatable {
        /// The host name has no address.
        case resolve
        /// Nothing listens there, or no connection, with its TLS handshake, came about in time; nothing was sent.
        case unreachable
        /// The server's certificate is not accepted (`certificate` says why), or it does not speak TLS.
        case tls
        /// There was a connection, but not the whole response in time.
        case timeout
        /// The task was cancelled.
        case cancelled
        /// The response is larger than the client takes.
        case tooLarge
        /// The body to be sent could not be read.
        case file
        /// The request is none that can be sent, the connection was lost, or what answers does not speak HTTP.
        case protocolFailure
    }

    /// What is wrong with a server's certificate.
    public enum CertificateProblem: Sendable, Equatable {
        /// No authority that we trust has signed it, or it is not valid now.
        case untrusted
        /// It is for another host name.
        case hostNameMismatch
        /// It is not the pinned one; the SHA-256 of the one that was seen, 64 lower-case hexadecimal digits.
        case thumbprintMismatch(seen: String?)
    }

    /// What a caller may act on.
    public let kind: Kind
    /// Method and URL, without a query or a password.
    public let doing: String
    /// libcurl's words, or ours where it has none.
    public let reason: String
    /// What to do about it, where that is known.
    public let hint: String?
    /// What is wrong with the certificate; nil where that is not it.
    public let certificate: CertificateProblem?

    init(
        _ kind: Kind, doing: String, reason: String, hint: String? = nil, certificate: CertificateProblem? = nil
    ) {
        self.kind = kind
        self.doing = doing
        self.reason = reason
        self.hint = hint
        self.certificate = certificate
    }

    public var description: String { "\(doing): \(reason)" + (hint.map { "\n  hint: \($0)" } ?? "") }
}
