/// What went wrong on the way to a node or on it: which node, while doing what, why, and what to do.
public struct SSHError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cases that a caller may want to tell apart without reading text.
    public enum Kind: Sendable, Equatable {
        /// No TCP connection: refused, no route, or the name does not resolve.
        case unreachable
        /// No known_hosts file has a key for this host. Carries the key the node showed.
        case hostKeyUnknown(HostKey)
        /// known_hosts has another key for this host, or the key is marked as revoked. Carries the
        /// key the node showed.
        case hostKeyMismatch(shown: HostKey)
        /// The identity file is missing, unreadable, open to others or not a private key.
        case identityFile
        /// The identity file is encrypted with a passphrase.
        case passphrase
        /// An RSA key, which this libssh2 can sign with SHA-1 only.
        case rsaKeyUnsupported
        /// The node does not accept the key for this user.
        case authentication
        /// The login works, but another command than ours runs: a forced one, or a shell that lets nobody in.
        case noShell
        /// Commands run, but the login shell prints into what they print, so that nothing they say can be trusted.
        case noisyShell
        /// The peer does not speak SSH as it should, or shares no algorithm with us.
        case protocolFailure
        /// The connection is gone.
        case disconnected
        /// The time given for it has passed.
        case timeout
        /// The task that asked for it was cancelled.
        case cancelled
        /// No space left on the node's file system.
        case diskFull
        /// A command that had to succeed ended with this status.
        case commandFailed(status: Int32)
        /// A file could not be read or written, here or on the node; or a call of libssh2 failed.
        case io
    }

    /// What a caller may act on.
    public let kind: Kind
    /// The node's label.
    public let node: String
    /// "write /etc/nova/nova.conf"
    public let doing: String
    /// libssh2's words, the node's, or ours where neither has any.
    public let reason: String
    /// What to do about it, where that is known.
    public let hint: String?

    init(_ kind: Kind, node: String, doing: String, reason: String, hint: String? = nil) {
        self.kind = kind
        self.node = node
        self.doing = doing
        self.reason = reason
        self.hint = hint
    }

    public var description: String {
        "\(node): \(doing): \(reason)" + (hint.map { "\n  hint: \($0)" } ?? "")
    }
}
