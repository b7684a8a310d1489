/// What a picture of a cloud shows, before it is SVG, Mermaid or dot: a value that only says who stands where.
public struct Diagram: Sendable, Equatable {
    /// The lab's or the cloud's name.
    public var title: String
    /// A line below the title.
    public var subtitle: String
    /// Nodes without a hypervisor: controllers, network and storage nodes.
    public var control: [Box]
    /// Nodes that run nova-compute.
    public var computes: [Box]
    /// The vCenters with the clusters that are driven.
    public var vcenters: [Group]
    /// The network of the nodes themselves.
    public var management: Bar
    /// The networks that instances are attached to.
    public var networks: [Bar]

    /// A node, or a cluster of a vCenter; or many that are alike.
    public struct Box: Sendable, Equatable {
        /// Unlike that of any other box or bar.
        public var id: String
        /// The node's or the cluster's name.
        public var title: String
        /// What is said below the title.
        public var lines: [String]
        /// How many it stands for.
        public var count = 1
        /// The hosts of the nova-compute services that it stands for.
        public var hosts: [String] = []
        /// The ids of the networks that its instances can be attached to.
        public var networks: [String] = []
        /// The names of the vCenters that its nova-compute services drive.
        public var drives: [String] = []
        /// How its hypervisors did; nil if none was looked at.
        public var verdict: Verdict?

        /// A box that is attached to nothing yet.
        public init(id: String, title: String, lines: [String], hosts: [String] = []) {
            self.id = id
            self.title = title
            self.lines = lines
            self.hosts = hosts
        }
    }

    /// A vCenter with its clusters.
    public struct Group: Sendable, Equatable {
        /// Unlike that of any other box or bar.
        public var id: String
        /// The vCenter's key in the topology.
        public var name: String
        /// What is said below the name.
        public var line: String
        /// Its clusters, in the topology's order.
        public var clusters: [Box]
    }

    /// A network.
    public struct Bar: Sendable, Equatable {
        /// Unlike that of any other box or bar.
        public var id: String
        /// What stands on it.
        public var title: String

        /// A network to which boxes are attached by its id.
        public init(id: String, title: String) {
            self.id = id
            self.title = title
        }
    }

    /// How many of a box's hypervisors passed, and how many did not.
    public struct Verdict: Sendable, Equatable {
        /// Proven.
        public var passed: Int
        /// Not proven, for whatever reason.
        public var failed: Int

        /// "passed", "failed", or how many of how many.
        public var text: String {
            if failed == 0 { return passed == 1 ? "passed" : "\(passed) passed" }
            return passed + failed == 1 ? "failed" : "\(failed) of \(passed + failed) failed"
        }
    }

    /// A cloud of which nothing but its hypervisors is known.
    public init(title: String, subtitle: String, computes: [Box], management: Bar) {
        self.title = title
        self.subtitle = subtitle
        self.computes = Self.gathered(computes, "hypervisors")
        self.management = management
        control = []
        vcenters = []
        networks = []
    }

    /// The same picture with what a verification found.
    ///
    /// - Parameter verdicts: whether a hypervisor passed, by the host of its nova-compute service.
    public func marked(_ verdicts: [String: Bool]) -> Diagram {
        func marked(_ box: Box) -> Box {
            let seen = box.hosts.compactMap { verdicts[$0] }
            var box = box
            let passed = seen.count { $0 }
            box.verdict = seen.isEmpty ? nil : Verdict(passed: passed, failed: seen.count - passed)
            return box
        }
        var diagram = self
        diagram.computes = computes.map(marked)
        diagram.vcenters = vcenters.map { group in
            var group = group
            group.clusters = group.clusters.map(marked)
            return group
        }
        return diagram
    }
}
