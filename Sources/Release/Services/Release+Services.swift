public import Topology

extension Service {
    /// Every service that Polyvisor knows, each after those that it needs.
    public static let all = installed + [cinder]

    /// Those that `up` brings up.
    public static let installed = [
        chrony, mariadb, rabbitmq, memcached, keystone, glance, placement, neutron, nova, libvirt,
    ]

    /// Whether `up` brings it up.
    public var isInstalled: Bool { Service.installed.contains { $0.name == name } }

    /// The service of this name.
    public static func named(_ name: Name) -> Service? { all.first { $0.name == name } }

    /// The process of a daemon, with its service.
    static func process(_ daemon: Daemon) -> ServiceProcess? { all.lazy.compactMap { $0.process(daemon) }.first }

    /// Where a daemon listens; nil for one that does not.
    public static func port(of daemon: Daemon) -> Int? { process(daemon)?.port?.number }
}

extension Release {
    /// What `up` runs on a node, in the order in which it starts.
    public func daemons(on node: Node, in lab: Lab) -> [RunningDaemon] {
        processes(on: node, in: lab).flatMap { running($0, on: node, in: lab) }
    }

    /// The processes of a node, in the order in which they start.
    public func processes(on node: Node, in lab: Lab) -> [ServiceProcess] {
        let here = Service.installed.flatMap(\.processes).filter { runs($0, on: node, in: lab) }
        return StartGroup.allCases.flatMap { group in here.filter { $0.group == group } }
    }

    /// The daemons of a node's nova-compute services: one of Polyvisor's own for each cluster, else the distribution's.
    public static func computeDaemons(on node: Node) -> [RunningDaemon] {
        guard node.hypervisor != nil else { return [] }
        let clusters = node.clusters.map { RunningDaemon(.novaComputeOfCluster, instance: $0.cluster) }
        return clusters.isEmpty ? [RunningDaemon(.novaCompute)] : clusters
    }

    /// Neutron's layer-2 driver of a lab: linuxbridge until 2024.2, the last release that has it.
    public func mechanismDriver(of lab: Lab) -> MechanismDriver {
        lab.mechanismDriver ?? (isBefore("2025.1") ? .linuxbridge : .openvswitch)
    }

    private func runs(_ process: ServiceProcess, on node: Node, in lab: Lab) -> Bool {
        switch process.place {
        case .machines: lab.provider != .sandbox
        case .controllers: node.roles.contains(.controller)
        case .networkNodes: node.roles.contains(.network)
        case .layer2(let driver): node.hasLayer2Agent && mechanismDriver(of: lab) == driver
        // No router is made by `up` yet.
        case .routers: false
        case .libvirtNodes: node.hasLibvirt
        case .movingNodes: lab.movesInstances(of: node)
        case .hosts: node.hypervisor != nil && node.clusters.isEmpty
        case .clusters: !node.clusters.isEmpty
        case .storageNodes: node.roles.contains(.storage)
        }
    }

    private func running(_ process: ServiceProcess, on node: Node, in lab: Lab) -> [RunningDaemon] {
        guard process.place == .clusters else { return [RunningDaemon(process.daemon)] }
        return node.clusters.map { RunningDaemon(process.daemon, instance: $0.cluster) }
    }
}

extension MechanismDriver {
    /// What plugs ports on a node.
    public var agent: Daemon {
        switch self {
        case .linuxbridge: .linuxbridgeAgent
        case .openvswitch: .openvswitchAgent
        }
    }

    /// The one beside it.
    public var other: MechanismDriver { self == .linuxbridge ? .openvswitch : .linuxbridge }
}

extension Node {
    /// Whether Neutron's layer-2 agent runs here.
    public var hasLayer2Agent: Bool { roles.contains(.network) || hasLibvirt }

    /// Whether nova-compute here drives this node's own libvirt.
    public var hasLibvirt: Bool { hypervisor?.kind.isLibvirt ?? false }

    /// The clusters that the node's nova-compute services drive; none on other nodes.
    public var clusters: [ClusterReference] {
        if case .vmware(let clusters) = hypervisor { clusters } else { [] }
    }
}
