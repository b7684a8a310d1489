/// One file of a node, as it should be.
public struct RenderedFile: Sendable, Equatable {
    /// The absolute path on the node.
    public var path: String
    /// Its text, byte for byte; put together each time it is asked for.
    public var contents: String {
        get { body.text }
        set { body = RenderedText(newValue) }
    }
    /// The user that owns it.
    public var owner: String
    /// The group that owns it.
    public var group: String
    /// Permission bits, e.g. 0o640.
    public var mode: UInt16
    /// Holds a secret: its contents are shown nowhere.
    public var isSecret: Bool
    /// Rendered for the reader's hand: `up` never sends it, as it could cut the node off.
    public var isByHand: Bool
    /// The systemd units to restart when the file changes.
    public var units: [String]
    /// How `oslo-config-validator` checks the file on a node; nil for files that oslo.config does not read.
    public var oslo: OsloTarget?
    private var body: RenderedText

    /// A file; world-readable and root's unless said otherwise.
    public init(
        path: String, contents: String, owner: String = "root", group: String = "root", mode: UInt16 = 0o644,
        isSecret: Bool = false, isByHand: Bool = false, units: [String] = [], oslo: OsloTarget? = nil
    ) {
        self.path = path
        body = RenderedText(contents)
        self.owner = owner
        self.group = group
        self.mode = mode
        self.isSecret = isSecret
        self.isByHand = isByHand
        self.units = units
        self.oslo = oslo
    }

    init(_ recipe: Recipe, _ body: RenderedText, oslo: OsloTarget?) {
        path = recipe.path
        self.body = body
        (owner, group, mode) = (recipe.owner, recipe.group, recipe.mode)
        (isSecret, isByHand, units) = (recipe.isSecret, recipe.isByHand, recipe.units)
        self.oslo = oslo
    }
}

extension RenderedFile {
    /// Whether nobody else may read a copy of it either: it holds a secret, or its reader complains otherwise.
    var isPrivate: Bool { isSecret || mode & 0o077 == 0 }
}

extension RenderedFile: CustomStringConvertible, CustomReflectable {
    /// `/etc/nova/nova.conf ‹61 lines, secret›`: what a plan or a log may show of it.
    public var description: String {
        "\(path) ‹\(contents.split(separator: "\n").count) lines\(isSecret ? ", secret" : "")›"
    }

    public var customMirror: Mirror { Mirror(self, children: ["file": description]) }
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
    /// The absolute path on the node.
    public var path: String
    /// The user that owns it.
    public var owner: String
    /// The group that owns it.
    public var group: String
    /// Permission bits.
    public var mode: UInt16
}

/// Everything that a node needs on its disk.
public struct NodeFiles: Sendable, Equatable {
    /// The node's name.
    public var node: String
    /// In the order of their paths.
    public var files: [RenderedFile]
    /// To be made before services start.
    public var directories: [NeededDirectory]
}
