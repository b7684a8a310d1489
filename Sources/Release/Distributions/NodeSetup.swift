public import Topology

/// What a node runs, in the words of its distribution.
public struct NodeSetup: Sendable {
    /// Whose words.
    public let distribution: Distribution
    /// What runs, in the order in which it starts; of several instances each.
    public let daemons: [RunningDaemon]
    /// The packages, sorted, each once.
    public let packages: [String]
    /// Which units run, and which must not.
    public let services: NodeServices
    private let processes: [ServiceProcess]

    init(_ node: Node, _ processes: [ServiceProcess], _ daemons: [RunningDaemon], on distribution: Distribution) {
        self.distribution = distribution
        self.daemons = daemons
        self.processes = processes
        packages = distribution.packages(of: node, daemons)
        services = distribution.services(of: node, daemons)
    }

    /// The units of a group, in the order in which they start.
    public func units(_ group: StartGroup) -> [String] {
        let here = Set(processes.filter { $0.group == group }.map(\.daemon))
        return daemons.filter { here.contains($0.daemon) }.map(distribution.unit)
    }

    /// The units of a daemon, one for each instance.
    public func units(of daemon: Daemon) -> [String] {
        daemons.filter { $0.daemon == daemon }.map(distribution.unit)
    }

    /// Whether the node runs a daemon.
    public func runs(_ daemon: Daemon) -> Bool { daemons.contains { $0.daemon == daemon } }

    /// The ports on which a group of daemons has to answer before it counts as started.
    public func awaitedPorts(_ group: StartGroup) -> [Int] {
        guard group.isAwaited else { return [] }
        return processes.filter { $0.group == group }.compactMap { $0.port?.number }
    }

    /// The ports on which the node's daemons listen.
    public var ports: [ServiceProcess.Port] { processes.compactMap(\.port).sorted { $0.number < $1.number } }

    /// The units of the node's nova-compute services.
    public var computeUnits: [String] { units(.compute) }
}

extension Release {
    /// What a node runs.
    ///
    /// - Parameter distribution: the node's own, where it was asked; nil: the release's first.
    public func setup(of node: Node, in lab: Lab, on distribution: Distribution? = nil) -> NodeSetup {
        NodeSetup(
            node, processes(on: node, in: lab), daemons(on: node, in: lab), on: distribution ?? self.distribution)
    }
}

extension Distribution {
    fileprivate func packages(of node: Node, _ daemons: [RunningDaemon]) -> [String] {
        guard hasPackages else { return [] }
        let ofDaemons = daemons.flatMap { packages[$0.daemon] ?? [] }
        let ofCompute = node.hypervisor.flatMap { computePackages[$0.kind] } ?? []
        return Set(ofDaemons + ofCompute + node.roles.flatMap { rolePackages[$0] ?? [] }).sorted()
    }

    /// Only packages bring what must not run.
    fileprivate func services(of node: Node, _ daemons: [RunningDaemon]) -> NodeServices {
        var services = NodeServices(start: daemons.map { unit(of: $0) })
        guard hasPackages else { return services }
        let here = Set(daemons.map(\.daemon))
        services.disable = Daemon.allCases.filter(here.contains).flatMap { unwanted[$0] ?? [] }
        // Where it was wanted before, with a second node.
        if node.runsQEMU { services.disable += units(.novaSSH) }
        if here.contains(.novaComputeOfCluster) { services.mask = units(.novaCompute) }
        services.disable.removeAll(where: services.start.contains)
        return services
    }
}

/// The units of a node.
public struct NodeServices: Sendable, Equatable {
    /// To be enabled and running, in the order in which they start.
    public var start: [String]
    /// To be stopped and disabled: packages bring them, and the lab does not use them.
    public var disable: [String] = []
    /// To be stopped and masked: they would do harm, e.g. the distribution's nova-compute on a VMware node.
    public var mask: [String] = []
}
