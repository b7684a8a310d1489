/// What there is of a lab's sandbox, for `status`.
public struct SandboxStatus: Sendable, Equatable {
    /// One node.
    public struct Node: Sendable, Equatable {
        /// The node's name.
        public var name: String
        /// Its management address.
        public var address: String
        /// Whether its systemd-nspawn runs.
        public var isRunning: Bool
        /// Process id of its systemd-nspawn on the host; nil when it does not run.
        public var pid: Int32?
        /// Whether it began on a kept layer of packages rather than on the bare base.
        public var startedOnLayer: Bool
        /// Resident memory of the node's processes in bytes, where the host accounts for it.
        public var memory: Int64?
    }

    /// One simulated vCenter.
    public struct VCenter: Sendable, Equatable {
        /// The vCenter's key in the topology.
        public var name: String
        /// The address at which it listens.
        public var address: String
        /// Whether the simulator runs and has said that it is ready.
        public var isReady: Bool
        /// The simulator's process on this host; nil when it does not run.
        public var pid: Int32?
    }

    /// The lab's name.
    public var lab: String
    /// In the topology's order.
    public var nodes: [Node]
    /// In the topology's order.
    public var vcenters: [VCenter]
    /// Everything that `down` will remove.
    public var parts: Leftovers
}
