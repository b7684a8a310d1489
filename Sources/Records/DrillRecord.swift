/// What a drill has stopped and must start again: written down before it is stopped, and struck out when it runs again.
public struct DrillRecord: Sendable, Equatable, Codable {
    /// The run of `verify` that is at it.
    public var run: String
    /// The process that is at it, as `ProcessOwner` writes it.
    public var owner: String
    /// Which drill, by the name of its check.
    public var drill: String
    /// Of a compute service: where it is, and its unit.
    public var node: String?
    /// The systemd unit of nova-compute.
    public var unit: String?
    /// Of an ESXi host: its vCenter, its moref, and its name for people.
    public var vcenter: String?
    /// The moref's id, e.g. `host-12`.
    public var esxi: String?
    /// The host's name in vCenter.
    public var esxiName: String?

    /// A drill that has stopped nothing yet.
    public init(run: String, owner: String, drill: String) {
        (self.run, self.owner, self.drill) = (run, owner, drill)
    }

    /// In words.
    public var stopped: String {
        unit.map { "\($0) on \(node ?? "a node")" } ?? "ESXi \(esxiName ?? esxi ?? "host") of \(vcenter ?? "a vCenter")"
    }

    /// Whether the process that is at it is no more.
    ///
    /// The journal is a file of this machine, so one of another boot or another namespace is over too.
    public func isAbandoned(here: ProcessOwner = .current()) -> Bool {
        ProcessOwner(text: owner)?.hasEnded(here: here) ?? true
    }
}
