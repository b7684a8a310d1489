/// Why the guest image could not be built: while doing what, the reason, and what to do.
public struct GuestImageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cases that a caller may want to tell apart without reading text.
    public enum Kind: Sendable, Equatable {
        /// A program of this name is not on this machine.
        case toolMissing(String)
        /// apt knows no such package, or its lists were never fetched.
        case packageUnknown(String)
        /// A program ended with a status other than zero.
        case commandFailed(String)
        /// A file of the cache could not be read or written.
        case io
    }

    /// What a caller may act on.
    public let kind: Kind
    /// "write the boot partition"
    public let doing: String
    /// The program's or the system's own words.
    public let reason: String
    /// What to do about it, where that is known.
    public let hint: String?

    init(_ kind: Kind, doing: String, reason: String, hint: String? = nil) {
        self.kind = kind
        self.doing = doing
        self.reason = reason
        self.hint = hint
    }

    public var description: String {
        "guest image: \(doing): \(reason)" + (hint.map { "\n  hint: \($0)" } ?? "")
    }
}
