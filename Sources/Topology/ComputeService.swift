/// One nova-compute service: what Nova calls a `host`, and what it drives.
public struct ComputeService: Sendable, Equatable {
    /// Nova's `[DEFAULT] host`: what `availability_zone=ZONE:HOST` pins to and Neutron binds ports for.
    public var host: String
    /// The node on which it runs.
    public var node: String
    /// What the service drives.
    public var driver: Driver
    /// The zone that Polyvisor puts its host into; nil: none, which Nova calls `nova`.
    public var availabilityZone: String?

    /// What a service drives.
    public enum Driver: Sendable, Equatable {
        /// The node's own hypervisor.
        case host(HypervisorKind)
        /// A cluster of a vCenter.
        case cluster(ClusterReference)
    }
}

extension Lab {
    /// Every nova-compute service of the lab, in the order of the nodes and their clusters.
    ///
    /// A vSphere cluster gets a service, a `host` and an availability zone of its own.
    public var computeServices: [ComputeService] { nodes.flatMap(computeServices(on:)) }

    /// The nova-compute services of one node.
    public func computeServices(on node: Node) -> [ComputeService] {
        switch node.hypervisor {
        case nil: []
        case .vmware(let clusters):
            clusters.map { reference in
                ComputeService(
                    host: "\(node.name)-\(reference.cluster)", node: node.name, driver: .cluster(reference),
                    availabilityZone: cluster(reference)?.availabilityZone ?? node.availabilityZone)
            }
        case .some(let hypervisor):
            [
                ComputeService(
                    host: node.name, node: node.name, driver: .host(hypervisor.kind),
                    availabilityZone: node.availabilityZone)
            ]
        }
    }

    /// The node with this name.
    public func node(_ name: String) -> Node? { nodes.first { $0.name == name } }

    /// The vCenter with this name.
    public func vcenter(_ name: String) -> VCenter? { vcenters.first { $0.name == name } }

    /// The cluster that a reference names.
    public func cluster(_ reference: ClusterReference) -> Cluster? {
        vcenter(reference.vcenter)?.clusters.first { $0.name == reference.cluster }
    }

    /// The first controller: where the databases, the message queue and the APIs run.
    public var controller: Node? { nodes.first { $0.roles.contains(.controller) } }
}

extension Hypervisor {
    /// The hypervisor without its details.
    public var kind: HypervisorKind {
        switch self {
        case .host(let kind): kind
        case .vmware: .vmware
        case .vmwareESX: .vmwareESX
        }
    }
}
