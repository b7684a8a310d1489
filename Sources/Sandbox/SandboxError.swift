/// Why the sandbox could not do something on this machine.
public struct SandboxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What sort of trouble it is, for callers that decide by it.
    public enum Kind: Sendable, Equatable {
        /// Not run as root.
        case notRoot
        /// Programs of the host that the sandbox needs are missing.
        case missingTools
        /// The kernel or the host's set-up lacks something.
        case unsupportedHost
        /// Too little room on the file system.
        case diskFull
        /// A name or a network is taken by something that this lab did not make.
        case inUse
        /// The topology asks for something that a sandbox cannot make.
        case topology
        /// The lab was made from a topology that differs in what cannot be changed while it runs.
        case changed
        /// A command of the host failed.
        case command
        /// A node or a vCenter did not start.
        case process
        /// A file could not be read or written.
        case file
    }

    /// What a caller may act on.
    public var kind: Kind
    /// What was being done, with the node or file it was done to.
    public var doing: String
    /// The system's words, or ours where it has none.
    public var reason: String
    /// What the user can do about it.
    public var hint: String?

    init(_ kind: Kind, doing: String, reason: String, hint: String? = nil) {
        self.kind = kind
        self.doing = doing
        self.reason = reason
        self.hint = hint
    }

    public var description: String { "\(doing): \(reason)" + (hint.map { "\n  hint: \($0)" } ?? "") }
}
