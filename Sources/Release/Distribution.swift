public import Topology

/// What carries a release on a node: packages, services, users and paths of one Linux distribution.
public struct Distribution: Sendable {
    /// E.g. `debian12`; `none` where no distribution is known that carries the release.
    public let name: String
    /// Where Python modules of packages lie, and where plugins of ours go.
    public let pythonPath: String
    /// Answers for debconf (lines of `debconf-set-selections`), so that no package asks or configures by itself.
    public let debconfAnswers: [String]
    /// The path and the digests of what each part of a node needs.
    let parts: [NodePart: PartOfNode]
    /// Units that packages of a part start by themselves and that nobody needs, by part.
    let accounts: [ServiceAccount]

    /// The packages of a node, sorted, each once.
    public func packages(for node: Node, in lab: Lab) -> [String] {
        Set(NodePart.parts(of: node, in: lab).flatMap { parts[$0]?.packages ?? [] }).sorted()
    }

    /// Which units of a node run, in the order in which they start, and which must not.
    public func services(for node: Node, in lab: Lab) -> NodeServices {
        let here = NodePart.parts(of: node, in: lab).compactMap { parts[$0] }
        var services = NodeServices(
            start: unique(here.flatMap(\.start)), disable: unique(here.flatMap(\.disable)),
            mask: unique(here.flatMap(\.mask)))
        if lab.movesInstances(of: node) { services.start.append(Self.novaSSHUnit) }
        services.start += computeUnits(of: node, in: lab)
        services.disable.removeAll { services.start.contains($0) || services.mask.contains($0) }
        services.mask.removeAll { services.start.contains($0) }
        return services
    }

    /// The units of a node's nova-compute services: the distribution's own for libvirt, one of ours for each cluster.
    public func computeUnits(of node: Node, in lab: Lab) -> [String] {
        lab.computeServices(on: node).map { service in
            switch service.driver {
            case .libvirt: "nova-compute"
            case .vcenter(let reference): "\(Self.clusterUnit)@\(reference.cluster)"
            }
        }
    }

    /// The name of the template unit that runs nova-compute for one vSphere cluster.
    public static let clusterUnit = "polyvisor-nova-compute"

    /// The unit of the SSH server by which Nova moves instances between nodes.
    public static let novaSSHUnit = "polyvisor-nova-ssh"

    /// The user and group of a service, e.g. of `nova`; nil when the distribution has none.
    public func account(of service: String) -> ServiceAccount? { accounts.first { $0.user == service } }

    private func unique(_ names: [String]) -> [String] {
        var seen = Set<String>()
        return names.filter { seen.insert($0).inserted }
    }
}

/// What one part of a node needs.
struct PartOfNode: Sendable {
    var packages: [String]
    /// Units in the order in which they start.
    var start: [String] = []
    var disable: [String] = []
    var mask: [String] = []
}

/// A user of a service with its group.
public struct ServiceAccount: Sendable, Equatable {
    /// The user's name.
    public let user: String
    /// The group's name.
    public let group: String
    /// Its home, which is also where its state lies.
    public let home: String
}

/// The units of a node.
public struct NodeServices: Sendable, Equatable {
    /// To be enabled and running, in the order in which they start.
    public var start: [String]
    /// To be stopped and disabled: packages bring them, and the lab does not use them.
    public var disable: [String]
    /// To be stopped and masked: they would do harm, e.g. the distribution's nova-compute on a VMware node.
    public var mask: [String]
}

/// What a node is made of; a node has the packages and services of all its parts.
public enum NodePart: String, Sendable, CaseIterable {
    case controller, network
    /// A compute node with libvirt (KVM or QEMU).
    case libvirtCompute
    /// A compute node with libvirt whose instances are containers (LXC).
    case containerCompute
    /// A compute node that drives vSphere clusters.
    case vmwareCompute
    /// Clock synchronisation; a sandbox's nodes share this machine's clock.
    case timekeeping

    /// The parts of a node, in the order in which their services start.
    public static func parts(of node: Node, in lab: Lab) -> [NodePart] {
        var parts: [NodePart] = lab.provider == .sandbox ? [] : [.timekeeping]
        if node.roles.contains(.controller) { parts.append(.controller) }
        if node.roles.contains(.network) { parts.append(.network) }
        switch node.hypervisor {
        case .kvm, .qemu: parts.append(.libvirtCompute)
        case .lxc: parts.append(.containerCompute)
        case .vmware: parts.append(.vmwareCompute)
        default: break
        }
        return parts
    }
}
