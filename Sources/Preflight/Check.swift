import Facts
import Wording

/// One question that preflight asks: a value in `Check.all`, so that adding one is adding one.
public struct Check: Sendable {
    /// Short and lasting, e.g. `drs`: what scripts and reports call it.
    public let name: String
    /// What is well when it finds nothing: "DRS places instances by itself".
    public let title: String
    /// Whether it may stop `up`.
    public let weight: Weight
    let examine: Examine

    init(_ name: String, _ title: String, _ weight: Weight, _ examine: Examine) {
        self.name = name
        self.title = title
        self.weight = weight
        self.examine = examine
    }

    /// How much what a check finds weighs.
    public enum Weight: String, Sendable, Encodable {
        /// It may find an error: what the lab cannot come up with, or no instance start.
        case proof
        /// It warns or notes, and never stops anything.
        case advice
    }

    /// What a check looks at. Each gets what was read before and reads nothing itself, so that the same sight always
    /// gives the same findings.
    enum Examine: Sendable {
        /// A vSphere server, reached or not.
        case server(@Sendable (ServerSight) -> [Finding])
        /// A vSphere server that let us in, with its inventory.
        case inventory(@Sendable (ServerSight, ServerFacts) -> [Finding])
        /// What one nova-compute drives: a cluster of a vCenter, or a single ESXi host.
        case compute(@Sendable (ComputeSight) -> [Finding])
        /// A node, reached or not.
        case node(@Sendable (NodeSight) -> [Finding])
        /// A node that let us in. It throws where the node did not say what it needs: it is not made then.
        case facts(@Sendable (NodeSight, NodeFacts) throws(NotRead) -> [Finding])
        /// A vSphere server as a node sees it.
        case outlook(@Sendable (Outlook) -> [Finding])
    }

    /// What it cannot do without.
    public var needs: Need {
        switch examine {
        case .server: .server
        case .inventory, .compute: .inventory
        case .node: .node
        case .facts: .nodeFacts
        case .outlook: .outlook
        }
    }

    /// What has to be there before a check can be made.
    public enum Need: String, Sendable, Encodable {
        case server, inventory, node
        case nodeFacts = "node facts"
        case outlook = "a node's view of a vCenter"
    }
}

/// Something that is not as Nova needs it.
public struct Finding: Sendable, Equatable, Encodable {
    /// How bad a finding is.
    public enum Level: String, Sendable, Encodable, Comparable {
        /// Good to know.
        case note
        /// The lab comes up, and something in it will fail or surprise.
        case warning
        /// The lab cannot come up, or no instance could start.
        case error

        private var rank: Int { self == .note ? 0 : self == .warning ? 1 : 2 }
        public static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }
    }

    /// How bad it is.
    public var level: Level
    /// What it is about, by its own name: `ESXi host esx3.example.org`.
    public var object: String
    /// What it should be.
    public var expected: String
    /// What it is.
    public var found: String
    /// Why Nova cares: the bug, the option, or the place in its code.
    public var why: String
    /// What to do.
    public var remedy: String
    /// Whether it may pass by itself in a moment, so that it counts only when it is still there after some looks.
    var mayPass = false

    private enum CodingKeys: String, CodingKey { case level, object, expected, found, why, remedy }

    /// The same of something that moves by itself.
    var moving: Finding {
        var finding = self
        finding.mayPass = true
        return finding
    }

    init(
        _ level: Level, _ object: String, expected: String, found: String, why: String, remedy: String
    ) {
        self.level = level
        self.object = VisibleText(object).line
        self.expected = VisibleText(expected).line
        self.found = VisibleText(found).line
        self.why = why
        self.remedy = VisibleText(remedy).line
    }
}

extension Finding {
    static func error(
        _ object: String, expected: String, found: String, why: String, remedy: String
    ) -> Finding {
        Finding(.error, object, expected: expected, found: found, why: why, remedy: remedy)
    }

    static func warning(
        _ object: String, expected: String, found: String, why: String, remedy: String
    ) -> Finding {
        Finding(.warning, object, expected: expected, found: found, why: why, remedy: remedy)
    }

    static func note(
        _ object: String, expected: String, found: String, why: String, remedy: String
    ) -> Finding {
        Finding(.note, object, expected: expected, found: found, why: why, remedy: remedy)
    }
}
