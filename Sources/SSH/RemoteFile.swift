public import Foundation

/// A file as it shall be on a node.
public struct RemoteFile: Sendable {
    /// Where the bytes come from.
    public enum Contents: Sendable {
        case data(Data)
        /// A file on this machine, sent piece by piece.
        case localFile(String)
    }

    /// Absolute.
    public var path: String
    /// What it holds.
    public var contents: Contents
    /// A user's name or number on the node.
    public var owner: String
    /// A group's name or number on the node.
    public var group: String
    /// Permission bits, such as `0o640`.
    public var mode: UInt16

    /// A file that belongs to root and that everybody may read, unless said otherwise.
    public init(
        path: String, contents: Contents, owner: String = "root", group: String = "root", mode: UInt16 = 0o644
    ) {
        self.path = path
        self.contents = contents
        self.owner = owner
        self.group = group
        self.mode = mode
    }
}

/// What `write` does beside writing.
public struct WriteOptions: Sendable {
    /// A directory on the node that keeps what stood at each path before the first write:
    /// `<directory><path>`, or the marker `<directory>/.absent<path>` where nothing stood. What is kept is
    /// never overwritten. nil keeps nothing.
    public var originals: String?
    /// Whether missing parent directories are made (root's, mode 755), instead of failing.
    public var makesParents: Bool

    /// A plain write into a directory that is there, unless said otherwise.
    public init(keepingOriginalsIn originals: String? = nil, makingParents makesParents: Bool = false) {
        self.originals = originals
        self.makesParents = makesParents
    }
}

/// How far a write has come, in bytes of file contents and framing.
public struct WriteProgress: Sendable, Equatable {
    /// What the node has taken so far.
    public let sent: Int
    /// What it will have taken at the end.
    public let total: Int
}
