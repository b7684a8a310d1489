import Foundation
public import Topology

/// Makes the nodes and vCenters of a lab on this machine.
///
/// Every step looks first and does only what is missing, so each can be repeated, and a run that was killed goes on.
/// One process at a time may work on a lab (the caller sees to it); several labs may be worked on at once.
/// The nodes are no security boundary: root in a node can become root of this machine.
///
/// All methods throw `SandboxError`, or `CancellationError` when their task is cancelled.
public struct Sandbox: Sendable {
    /// The lab, as its topology file has it.
    public let lab: Lab
    /// What every node is made from.
    private let recipe: BaseRecipe
    let paths: Paths
    let reporter: Reporter

    /// - Parameters:
    ///   - root: Where everything is kept; it must not be readable through a network file system.
    ///   - listener: Told what is being done; called from any thread.
    public init(
        lab: Lab, base: BaseRecipe, root: String = "/var/lib/polyvisor",
        listener: @escaping @Sendable (SandboxEvent) -> Void = { _ in }
    ) {
        self.lab = lab
        recipe = base
        paths = Paths(root: root)
        reporter = Reporter(listener: listener)
    }

    var labPaths: LabPaths { paths.lab(lab.name) }
    var names: Names { Names(lab: lab.name) }
    var base: BaseRoot { BaseRoot(recipe: recipe, paths: paths) }
    var layers: Layers { Layers(base: base) }
    var downloads: Downloads { Downloads(pool: paths.downloads) }
    var simulator: Simulator {
        Simulator(sources: (Bundle.module.resourcePath ?? "") + "/simulator", paths: paths)
    }

    /// Private key with which root of every node is reached.
    public var identityFile: String { labPaths.identity }
    /// The nodes' host keys, by name and address.
    public var knownHostsFile: String { labPaths.knownHosts }
    /// The certificate of the authority that a vCenter's certificate is signed by; made when it starts.
    public func caCertificate(of vcenter: VCenter) -> String { labPaths.vcenter(vcenter.name).ca }

    /// All steps, in the order and as parallel as they can be.
    ///
    /// - Parameters:
    ///   - layers: By node's name, the layer to start on if it has been kept.
    ///   - passwords: By vCenter's name, the password of its user.
    public func up(
        installingMissing: Bool, layers: [String: String] = [:], passwords: [String: Secret] = [:]
    ) async throws {
        try await checkHost(installingMissing: installingMissing)
        try await raise(layers: layers, passwords: passwords)
    }

    /// All steps but `checkHost`, for whoever has made that before.
    public func raise(layers: [String: String] = [:], passwords: [String: Secret] = [:]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await prepareBase()
                try await raiseNetwork()
                try await startNodes(layers: layers)
            }
            group.addTask { try await prepareSimulator() }
            try await group.waitForAll()
        }
        try await startVCenters(passwords: passwords)
    }

    /// Checks that this machine has what a sandbox needs, and that the lab is one that a sandbox can make.
    ///
    /// - Parameter installingMissing: Install missing Debian packages by apt; otherwise the error names them.
    public func checkHost(installingMissing: Bool) async throws {
        try Admission(lab: lab, paths: paths).checkTopology()
        try await reporter.activity("check this machine") {
            let installed = try await HostRequirements(
                needsSimulator: !lab.vcenters.isEmpty,
                needsLoopDevices: lab.nodes.contains { $0.hypervisor?.kind == .lxc }
            )
            .check(root: paths.root, installing: installingMissing)
            if !installed.isEmpty { reporter.note("installed " + installed.joined(separator: " ")) }
            return !installed.isEmpty
        }
    }

    /// Makes the Debian root below all nodes, unless there is one.
    public func prepareBase() async throws {
        try await reporter.activity("build the Debian base") { try await base.prepare(reporter: reporter) }
    }

    /// Builds the vCenter simulator, unless the lab has no vCenter or it is built.
    public func prepareSimulator() async throws {
        guard !lab.vcenters.isEmpty else { return }
        try await reporter.activity("build the vCenter simulator") { try await simulator.prepare(reporter: reporter) }
    }

    /// Registers the lab on this machine and makes its bridges and its way to the host and out.
    public func raiseNetwork() async throws {
        try await reporter.activity("make the network") {
            let known = Files.exists(labPaths.record)
            try await network().raise()
            return !known
        }
    }

    /// Registration is what gives the lab its uplink, so the network begins with it.
    func network() async throws -> LabNetwork {
        let record = try await Admission(lab: lab, paths: paths).register()
        guard let base = IPv4Address(record.uplink), let uplink = IPv4Network(base: base, prefixLength: 30) else {
            throw SandboxError(.file, doing: "read \(labPaths.record)", reason: "\(record.uplink) is no address")
        }
        let mtu = try await Self.mtuOfWayOut()
        return LabNetwork(
            wiring: Wiring(lab),
            uplink: Uplink(names: names, management: lab.management.cidr, network: uplink, mtu: mtu))
    }

    /// The MTU of the interface that the host's default route goes through; 1500 if there is none.
    private static func mtuOfWayOut() async throws -> Int {
        guard let device = try await HostRoute.all().first(where: { $0.dst == "default" })?.dev,
            let text = Files.read("/sys/class/net/\(device)/mtu")
        else { return 1500 }
        return Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 1500
    }

    /// Starts the nodes that do not run, all at once. Waiting until they answer SSH is the caller's.
    ///
    /// - Parameter layers: By node's name, the layer to start on. A node that has been started before goes on with
    ///   the root that it has.
    public func startNodes(layers wanted: [String: String] = [:]) async throws {
        let network = try await network()
        try Files.makeDirectory(labPaths.nodes, mode: 0o700)
        // Who owns it is decided by the nodes' account of Nova.
        if lab.sharesInstancesPath { try Files.makeDirectory(labPaths.instances) }
        try await SSHKeys.make("id_ed25519", in: labPaths.ssh, comment: "polyvisor \(lab.name)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in lab.nodes {
                group.addTask {
                    try await reporter.activity("start", subject: node.name) {
                        try await start(node, in: network, layer: wanted[node.name])
                    }
                }
            }
            try await group.waitForAll()
        }
        try writeKnownHosts()
    }

    /// Starts one node; false if it runs.
    func start(_ node: Node, in network: LabNetwork, layer: String?) async throws -> Bool {
        let process = try process(of: node)
        guard let station = network.wiring.nodes.first(where: { $0.name == node.name }) else { return false }
        guard process.running == nil else {
            try await network.connect(station, fresh: false)
            return false
        }
        try await process.clear()
        try await network.connect(station, fresh: true)
        let root = NodeRoot(node: node, lab: lab, paths: process.paths, labPaths: labPaths)
        try root.mount(lowers: layers.lowers(startingOn: layer))
        try downloads.stock(process.paths.archives)
        try await root.personalise()
        try await process.start(devices: try root.makeDevices())
        return true
    }

    func process(of node: Node) throws -> NodeProcess {
        NodeProcess(
            name: node.name, namespace: names.namespace(ofNode: node.name), paths: labPaths.node(node.name),
            controlGroup: ControlGroup(
                names.controlGroup(ofNode: node.name), in: try ControlGroup.hierarchies(in: MountTable.current())),
            folders: lab.sharesInstancesPath(of: node) ? ["/var/lib/nova/instances": labPaths.instances] : [:])
    }

    private func writeKnownHosts() throws {
        let lines = try lab.nodes.map { node in
            SSHKeys.knownHost(
                ["\(node.address)", node.name], port: node.ssh.port,
                key: try SSHKeys.publicKey(labPaths.node(node.name).hostKey + ".pub"))
        }
        try Files.write(lines.map { "\($0)\n" }.joined(), to: labPaths.knownHosts)
    }

    /// Starts the vCenters that do not run, all at once, and waits until they answer.
    ///
    /// - Parameter passwords: By vCenter's name, the password of its user.
    public func startVCenters(passwords: [String: Secret]) async throws {
        guard !lab.vcenters.isEmpty else { return }
        let network = try await network()
        try Files.makeDirectory(labPaths.vcenters, mode: 0o700)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (vcenter, station) in zip(lab.vcenters, network.wiring.vcenters) {
                guard let password = passwords[vcenter.name] else {
                    throw SandboxError(.topology, doing: "start vCenter \(vcenter.name)", reason: "it has no password")
                }
                let process = try process(of: vcenter)
                let settings = process.settings(wsdl: try simulator.wsdl(), password: password)
                group.addTask {
                    try await reporter.activity("start", subject: vcenter.name) {
                        if process.isReady(with: settings) { return false }
                        try await process.clear()
                        try await network.connect(station, fresh: true)
                        try await process.start(simulator: simulator, settings: settings)
                        return true
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func process(of vcenter: VCenter) throws -> VCenterProcess {
        VCenterProcess(
            vcenter: vcenter, lab: lab, paths: labPaths.vcenter(vcenter.name),
            namespace: names.namespace(ofVCenter: vcenter.name),
            switches: Wiring(lab).vcenters.first { $0.name == vcenter.name }?.switches.map(\.name) ?? [],
            controlGroup: ControlGroup(
                names.controlGroup(ofVCenter: vcenter.name),
                in: try ControlGroup.hierarchies(in: MountTable.current())))
    }
}
