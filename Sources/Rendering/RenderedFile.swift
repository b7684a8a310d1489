/// One file of a node, as it should be.
public struct RenderedFile: Sendable, Equatable {
    /// The absolute path on the node.
    public var path: String
    public var contents: String
    public var owner: String
    public var group: String
    /// Permission bits, e.g. 0o640.
    public var mode: UInt16
    /// Holds a secret: its contents are shown nowhere.
    public var isSecret: Bool
    /// The systemd units to restart when the file changes.
    public var units: [String]
    /// How `oslo-config-validator` checks the file on a node; nil for files that oslo.config does not read.
    public var oslo: OsloTarget?
}

/// What `oslo-config-validator --input-file` needs to know of a file.
public struct OsloTarget: Sendable, Equatable {
    /// The catalogue's component, e.g. `nova`.
    public var component: String
    /// A `--namespace` each.
    public var namespaces: [String]
}

/// A directory that services need and no package makes.
public struct NeededDirectory: Sendable, Equatable {
    public var path: String
    public var owner: String
    public var group: String
    public var mode: UInt16
}

/// Everything that a node needs on its disk.
public struct NodeFiles: Sendable, Equatable {
    /// The node's name.
    public var node: String
    /// In the order of their paths.
    public var files: [RenderedFile]
    public var directories: [NeededDirectory]
}
