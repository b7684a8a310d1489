import XML

/// What went wrong with a vCenter: which one, while doing what, why, and what to do.
public struct VSphereError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cases that a caller may want to tell apart without reading text.
    public enum Kind: Sendable, Equatable {
        /// No connection: refused, no route, or the name does not resolve.
        case unreachable
        /// The server's certificate is not trusted, or is not the one that was pinned.
        case untrustedCertificate
        /// Nothing came back in time, or a task did not end in time.
        case timeout
        /// The connection was lost, or what answers speaks no HTTP.
        case connection
        /// An HTTP status with which no vim25 server answers.
        case httpStatus(Int)
        /// The answer is no well-formed, complete and reasonable vim25 message.
        case malformedResponse
        /// A value that was given cannot be sent at all.
        case invalidInput
        /// User name or password is wrong.
        case invalidLogin
        /// The session is gone and could not be renewed.
        case notAuthenticated
        /// The account lacks a privilege.
        case noPermission
        /// The object no longer exists.
        case objectNotFound
        /// Any other fault, by its name in the API, e.g. `FileNotFound`.
        case fault(String)
        /// More than one object where there can only be one.
        case ambiguous
        /// The task that asked for it was cancelled.
        case cancelled
    }

    /// What a caller may act on.
    public let kind: Kind
    /// The vCenter's address.
    public let server: String
    /// "find the virtual machine 0123…"
    public let doing: String
    /// The server's own words where it said any.
    public let reason: String
    /// What to do about it, where that is known.
    public let hint: String?

    public var description: String {
        "vCenter \(server): \(doing): \(reason)" + (hint.map { "\n  hint: \($0)" } ?? "")
    }
}

/// A VSphereError before it is known where and at what it happened.
struct Trouble: Error, Equatable {
    var kind: VSphereError.Kind
    var reason: String
    var hint: String?
    /// When the server wants to be asked again, if it said so.
    var retryAfter: Duration?

    init(_ kind: VSphereError.Kind, _ reason: String, hint: String? = nil) {
        self.kind = kind
        self.reason = reason
        self.hint = hint
    }

    func at(_ server: String, doing: String) -> VSphereError {
        VSphereError(kind: kind, server: server, doing: doing, reason: reason, hint: hint)
    }
}

extension Trouble {
    /// Of decoding an answer: why it is no usable XML, or the trouble with what was in it.
    init(decoding error: any Error) {
        let why = (error as? XMLError)?.reason ?? "\(error)"
        self = error as? Trouble ?? Trouble(.malformedResponse, "the answer is not usable XML: \(why)")
    }

    /// A fault of the vim25 API, from the name of its type and the server's message.
    init(fault name: String, message: String) {
        let reason = message.isEmpty ? name : "\(message) (\(name))"
        switch name {
        case "InvalidLogin":
            self.init(
                .invalidLogin, reason,
                hint: "check username and password; the name includes the domain, as in administrator@vsphere.local")
        case "NotAuthenticated":
            self.init(.notAuthenticated, reason)
        case "NoPermission":
            self.init(.noPermission, reason, hint: "give the account a role with this privilege on the object")
        case "ManagedObjectNotFound":
            self.init(.objectNotFound, reason)
        default:
            self.init(.fault(name), reason)
        }
    }
}
