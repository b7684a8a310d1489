public import Access
import Foundation
import HTTP
public import Release
public import SSH
public import Topology
public import VSphere
import Wording

/// Looks at everything that a lab stands on, and changes nothing.
public struct Preflight: Sendable {
    let setting: Setting
    let access: Access
    let options: Options
    let servers: [VSphereServer]

    /// The ways to what is looked at.
    public struct Access: Sendable {
        /// Runs a command on a node; the script is its standard input.
        public typealias NodeCommand =
            @Sendable (_ node: String, _ command: String, _ script: String) async throws -> CommandResult

        let endpoint: @Sendable (VSphereServer) throws -> VCenterEndpoint
        let node: NodeCommand
        let kvm: @Sendable (_ node: String) async -> KVMState?

        /// - Parameters:
        ///   - endpoint: how a vSphere server is reached.
        ///   - node: runs a command on a node of the lab.
        ///   - kvm: whether a KVM guest starts on a node that has /dev/kvm; nil where nobody shall judge that.
        public init(
            endpoint: @escaping @Sendable (VSphereServer) throws -> VCenterEndpoint, node: @escaping NodeCommand,
            kvm: @escaping @Sendable (String) async -> KVMState?
        ) {
            self.endpoint = endpoint
            self.node = node
            self.kvm = kvm
        }
    }

    /// What a user can choose.
    public struct Options: Sendable {
        /// Names of nodes, vCenters and clusters (`vc1/cluster_a`); empty: all.
        public var limit: [String] = []
        /// How many nodes and servers are looked at at once.
        public var maxWorkers = 32
        /// false where only vSphere is asked about.
        public var looksAtNodes = true
        /// How long something that may pass by itself has to last before it counts: a busy machine answers late, and a
        /// vCenter calls a busy host not responding.
        public var grace = Duration.seconds(45)
        /// Between two looks.
        var pause = Duration.seconds(5)

        public init() {}
    }

    public init(of lab: Lab, release: Release, through access: Access, options: Options = Options()) {
        setting = Setting(lab: lab, release: release)
        self.access = access
        self.options = options
        servers =
            lab.vcenters.map { VSphereServer($0, file: lab.file) }
            + lab.nodes.compactMap { VSphereServer(esxiOf: $0, in: lab) }
    }

    /// Names of a limit that the lab has not.
    public var unknownNames: [String] {
        let clusters = setting.lab.vcenters.flatMap { vcenter in
            vcenter.clusters.map { "\(vcenter.name)/\($0.name)" }
        }
        let known = Set(setting.lab.nodes.map(\.name) + servers.map(\.name) + clusters)
        return options.limit.filter { !known.contains($0) }
    }

    /// Looks at all nodes and servers side by side, then from the nodes at the servers, and judges.
    ///
    /// It never throws but when it is cancelled: what cannot be looked at is a finding.
    public func run(report: @escaping @Sendable (String) -> Void = { _ in }) async throws -> PreflightReport {
        let started = Date()
        let start = ContinuousClock.now
        var sights = AllSights()
        try await look(at: .everything, &sights, report)
        var results = Judgement(options: options).results(sights)
        while let again = LookAgain(at: results), ContinuousClock.now - start < options.grace {
            try await Task.sleep(for: options.pause)
            try await look(at: again, &sights, report)
            results = Judgement(options: options).results(sights)
        }
        return PreflightReport(
            lab: setting.lab.name, release: setting.release.name, started: started,
            seconds: (ContinuousClock.now - start).seconds, results: results)
    }

    /// The nodes and the servers side by side, then the servers as nodes see them.
    private func look(
        at wanted: LookAgain, _ sights: inout AllSights, _ report: @escaping @Sendable (String) -> Void
    ) async throws {
        async let nodes = lookAtNodes(wanted, report)
        sights.update(servers: try await lookAtServers(wanted, report))
        sights.update(nodes: try await nodes)
        sights.update(outlooks: try await lookFromNodes(wanted, sights, report))
    }

    /// How many instances fit.
    public func capacity(report: @escaping @Sendable (String) -> Void = { _ in }) async throws -> CapacityReport {
        let sights = try await lookAtServers(.everything, report)
        let judgement = Judgement(options: options)
        var unknown = sights.compactMap { sight in sight.failure.map { "\(sight.server.object): \($0)" } }
        for sight in sights {
            guard let facts = sight.facts else { continue }
            unknown += sight.server.clusters.filter { facts.inventory.cluster($0, of: sight.server) == nil }
                .map {
                    "there is no cluster \(quoted($0.clusterName)) in datacenter \(quoted(sight.server.datacenter ?? "")) of \(sight.server.object)"
                }
        }
        let clusters = sights.flatMap(judgement.computes).map(ComputeCapacity.init)
        return CapacityReport(lab: setting.lab.name, clusters: clusters, unknown: unknown)
    }
}

/// From what was seen to findings: pure.
struct Judgement {
    var options: Preflight.Options

    func results(_ sights: AllSights) -> [CheckResult] {
        sights.servers.flatMap(ofServer) + sights.nodes.flatMap(ofNode) + sights.outlooks.flatMap(ofOutlook)
    }

    private func ofServer(_ sight: ServerSight) -> [CheckResult] {
        let computes = computes(of: sight)
        let own = Check.all.flatMap { check -> [CheckResult] in
            switch check.examine {
            case .server(let examine): [check.result(sight.server.name, examine(sight))]
            case .inventory(let examine):
                [
                    sight.facts.map { check.result(sight.server.name, examine(sight, $0)) }
                        ?? check.skipped(sight.server.name, "it could not be read")
                ]
            default: []
            }
        }
        let ofComputes = computes.flatMap { compute -> [CheckResult] in
            let subject = compute.wanted.map { "\(sight.server.name)/\($0.name)" } ?? sight.server.name
            return Check.all.compactMap { check in
                guard case .compute(let examine) = check.examine else { return nil }
                return check.result(subject, examine(compute))
            }
        }
        return own + ofComputes
    }

    /// What each nova-compute drives of a server, as far as there is such a thing.
    func computes(of sight: ServerSight) -> [ComputeSight] {
        guard let facts = sight.facts else { return [] }
        let inventory = facts.inventory
        if sight.server.isESXi || facts.about.isESXi {
            guard sight.server.isESXi == facts.about.isESXi else { return [] }
            return [
                ComputeSight(
                    setting: sight.setting, server: sight.server, facts: facts, hosts: inventory.hosts,
                    datastores: inventory.datastores, networks: inventory.networks)
            ]
        }
        return sight.server.clusters.compactMap { wanted in
            guard includes(wanted, of: sight.server), let cluster = inventory.cluster(wanted, of: sight.server) else {
                return nil
            }
            return ComputeSight(
                setting: sight.setting, server: sight.server, facts: facts, wanted: wanted, cluster: cluster,
                hosts: inventory.hosts(of: cluster), datastores: inventory.datastores(of: cluster),
                networks: inventory.networks(of: cluster))
        }
    }

    private func includes(_ cluster: Cluster, of server: VSphereServer) -> Bool {
        options.limit.isEmpty || options.limit.contains(server.name)
            || options.limit.contains("\(server.name)/\(cluster.name)")
    }

    private func ofNode(_ sight: NodeSight) -> [CheckResult] {
        Check.all.compactMap { check in
            switch check.examine {
            case .node(let examine): check.result(sight.node.name, examine(sight))
            case .facts(let examine):
                sight.facts.map { check.result(of: examine, sight, $0) }
                    ?? check.skipped(sight.node.name, "it could not be read")
            default: nil
            }
        }
    }

    private func ofOutlook(_ sight: OutlookSight) -> [CheckResult] {
        let subject = "\(sight.node) → \(sight.server)"
        return Check.all.compactMap { check in
            guard case .outlook(let examine) = check.examine else { return nil }
            switch sight.result {
            case .success(let outlook): return check.result(subject, examine(outlook))
            case .failure(let reason): return check.skipped(subject, reason.text)
            }
        }
    }
}

/// What came of looking at a server from a node.
struct OutlookSight: Sendable {
    var node: String
    var server: String
    var result: Result<Outlook, Reason>

    struct Reason: Error { var text: String }
}

extension Check {
    func result(_ subject: String, _ findings: [Finding]) -> CheckResult {
        CheckResult(
            check: name, title: title, subject: subject, outcome: findings.isEmpty ? .passed : .found(findings))
    }

    fileprivate func result(
        of examine: (NodeSight, NodeFacts) throws(NotRead) -> [Finding], _ sight: NodeSight, _ facts: NodeFacts
    ) -> CheckResult {
        do throws(NotRead) {
            return result(sight.node.name, try examine(sight, facts))
        } catch {
            return skipped(sight.node.name, error.reason)
        }
    }

    func skipped(_ subject: String, _ reason: String) -> CheckResult {
        CheckResult(check: name, title: title, subject: subject, outcome: .skipped(reason))
    }
}
