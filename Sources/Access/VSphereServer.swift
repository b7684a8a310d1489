public import Topology

/// A vSphere server of the topology: a vCenter with the clusters that Nova is to drive, or a single ESXi host.
public struct VSphereServer: Sendable, Equatable {
    /// Its key in the topology.
    public var name: String
    /// IP address or host name.
    public var address: String
    /// Of HTTPS.
    public var port: Int
    /// nil for a single ESXi host, whose only one is `ha-datacenter`.
    public var datacenter: String?
    /// Those that Nova is to drive; none of a single ESXi host.
    public var clusters: [Cluster]
    /// What its certificate is verified with.
    public var trust: TLSTrust
    /// `FILE:LINE:COLUMN` in the topology.
    public var place: String

    /// - Parameter file: the topology's, for `place`.
    public init(_ vcenter: VCenter, file: String) {
        name = vcenter.name
        address = vcenter.address
        port = vcenter.port
        // Without clusters it is the ESXi host of a `vmware_esx` node.
        datacenter = vcenter.clusters.isEmpty ? nil : vcenter.datacenter
        clusters = vcenter.clusters
        trust = vcenter.trust
        place = "\(file):\(vcenter.mark)"
    }

    /// The ESXi host that a `vmware_esx` node drives; nil for other nodes, and where `vcenters` has the host's account.
    public init?(esxiOf node: Node, in lab: Lab) {
        guard case .vmwareESX(let address) = node.hypervisor, !lab.vcenters.contains(where: { $0.address == address })
        else { return nil }
        name = "\(node.name)/esxi"
        self.address = address
        port = 443
        clusters = []
        trust = .system
        place = "\(lab.file):\(node.mark)"
    }

    /// Whether the topology means a single ESXi host (VMwareESXDriver, Havana to Icehouse).
    public var isESXi: Bool { datacenter == nil }

    /// What findings call it.
    public var object: String { "\(isESXi ? "ESXi host" : "vCenter") \(name) (\(address))" }
}
