/// What there is of a lab's sandbox, for `status`.
public struct SandboxStatus: Sendable, Equatable {
    /// One node.
    public struct Node: Sendable, Equatable {
        public var name: String
        public var address: String
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
        public var name: String
        public var address: String
        public var isReady: Bool
        public var pid: Int32?
    }

    public var lab: String
    public var nodes: [Node]
    public var vcenters: [VCenter]
    /// Everything that `down` will remove.
    public var parts: Leftovers
}
