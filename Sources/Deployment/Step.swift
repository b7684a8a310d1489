public import Rendering
import Topology
public import Uploads

/// One thing to do, with the reason why it has to be done. A step names things and never holds an id
/// that does not exist yet, so that a plan can be printed, compared and kept.
public struct Step: Sendable, Identifiable {
    /// Unique in a plan, e.g. `controller/migrate nova`.
    public var id: String
    public var phase: Phase
    /// The node that it touches; nil for a step that talks to the cloud's APIs.
    public var node: String?
    public var title: String
    /// Why the plan holds it: what was found and what is wanted.
    public var reason: String
    public var action: Action
    /// Steps that must have succeeded before; those that the plan does not hold count as done.
    public var after: [String]

    init(
        _ phase: Phase, on node: String? = nil, _ title: String, because reason: String, _ action: Action,
        after: [String] = []
    ) {
        self.id = Step.id(node, title)
        self.phase = phase
        self.node = node
        self.title = title
        self.reason = reason
        self.action = action
        self.after = after
    }

    static func id(_ node: String?, _ title: String) -> String { "\(node ?? "cloud")/\(title)" }
}

extension Step: CustomStringConvertible, CustomReflectable {
    public var description: String { id }

    /// A step carries scripts and files with secrets, which no dump may show.
    public var customMirror: Mirror { Mirror(self, children: ["id": id, "reason": reason, "after": after]) }
}

/// What a step does.
public enum Action: Sendable {
    case install(PackageInstallation)
    /// Keep what the packages made as a layer for the sandbox's next node.
    case keepLayer(packages: [String])
    case write([RenderedFile], directories: [NeededDirectory])
    case run(Script)
    case units(UnitChange)
    case cloud(CloudAction)
    /// Put an image where Nova's VMware driver looks for it before it fetches it.
    case primeCache(CachePriming)
}

/// Packages to be installed on a node without starting anything.
public struct PackageInstallation: Sendable, Equatable {
    public var packages: [String]
    /// debconf answers.
    public var preseed: String
    /// Units that the packages enable and that wait for their configuration, or are not wanted at all.
    public var disable: [String]
}

/// A shell script for a node; it travels on standard input, so that nothing of it is seen in a process list.
public struct Script: Sendable, Equatable {
    public var text: String
    public var timeoutSeconds: Int
    /// Written after success, so that a killed run knows where it was.
    public var stamp: Stamp?

    /// A fact that a script leaves on the node, under `/var/lib/polyvisor/stamps`.
    public struct Stamp: Sendable, Equatable {
        public var name: String
        public var value: String
    }
}

extension Script: CustomStringConvertible, CustomReflectable {
    public var description: String { "‹script of \(text.split(separator: "\n").count) lines›" }
    public var customMirror: Mirror { Mirror(self, children: ["script": description]) }
}

/// systemd units to be changed on a node.
public struct UnitChange: Sendable, Equatable {
    /// To be enabled and restarted (which starts what does not run).
    public var restart: [String] = []
    public var disable: [String] = []
    public var mask: [String] = []
    /// TCP ports on the node that must answer afterwards.
    public var awaitPorts: [Int] = []
    /// The units that may hold these ports; another program that does is named, before anything is restarted.
    public var portHolders: [String] = []
}
