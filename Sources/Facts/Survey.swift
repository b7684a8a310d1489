package import Access
import Foundation
package import Release
package import SSH
package import Topology
package import VSphere

/// Looks at everything that a lab stands on, and changes nothing. What cannot be looked at is a sight of its own.
public struct Survey: Sendable {
    package let setting: LabSetting
    package let options: Options
    let access: Access
    let servers: [VSphereServer]

    /// The ways to what is looked at.
    package struct Access: Sendable {
        /// Runs a command on a node; the script is its standard input.
        package typealias NodeCommand =
            @Sendable (_ node: String, _ command: String, _ script: String) async throws -> CommandResult

        let endpoint: @Sendable (VSphereServer) throws -> VCenterEndpoint
        let node: NodeCommand
        let kvm: @Sendable (_ node: String) async -> KVMState?

        /// - Parameters:
        ///   - endpoint: how a vSphere server is reached.
        ///   - node: runs a command on a node of the lab.
        ///   - kvm: whether a KVM guest starts on a node that has /dev/kvm; nil where nobody shall judge that.
        package init(
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

        /// All nodes and servers.
        public init() {}
    }

    package init(of lab: Lab, release: Release, through access: Access, options: Options = Options()) {
        setting = LabSetting(lab: lab, release: release)
        self.access = access
        self.options = options
        servers =
            lab.vcenters.map { VSphereServer($0, file: lab.file) }
            + lab.nodes.compactMap { VSphereServer(esxiOf: $0, in: lab) }
    }

    /// Names of a limit that the lab has not.
    package var unknownNames: [String] {
        let clusters = setting.lab.vcenters.flatMap { vcenter in
            vcenter.clusters.map { "\(vcenter.name)/\($0.name)" }
        }
        let known = Set(setting.lab.nodes.map(\.name) + servers.map(\.name) + clusters)
        return options.limit.filter { !known.contains($0) }
    }
}

extension Survey {
    /// Looks at all nodes and servers side by side, then from the nodes at the servers; and again, for as long as `grace`
    /// says, at what may change by itself.
    ///
    /// It never throws but when it is cancelled.
    ///
    /// - Parameter again: names of nodes and servers at which another look is worth while; nil: none.
    package func sights(
        report: @escaping @Sendable (String) -> Void = { _ in }, again: (AllSights) -> Set<String>?
    ) async throws -> AllSights {
        let start = ContinuousClock.now
        var sights = AllSights()
        try await look(at: nil, &sights, report)
        while let names = again(sights), ContinuousClock.now - start < options.grace {
            try await Task.sleep(for: options.pause)
            try await look(at: names, &sights, report)
        }
        return sights
    }

    /// The servers alone.
    package func servers(report: @escaping @Sendable (String) -> Void = { _ in }) async throws -> [ServerSight] {
        try await lookAtServers(nil, report)
    }

    /// What each server says.
    ///
    /// - Throws: `VSphereError` of the first server that does not let us in.
    package func serverFacts() async throws -> [(name: String, facts: ServerFacts)] {
        var all: [(name: String, facts: ServerFacts)] = []
        for sight in try await servers() {
            if let failure = sight.failure { throw failure }
            if let facts = sight.facts { all.append((sight.server.name, facts)) }
        }
        return all
    }

    /// - Parameter names: of nodes and servers; nil: all.
    private func look(
        at names: Set<String>?, _ sights: inout AllSights, _ report: @escaping @Sendable (String) -> Void
    ) async throws {
        async let nodes = lookAtNodes(names, report)
        sights.update(servers: try await lookAtServers(names, report))
        sights.update(nodes: try await nodes)
        sights.update(outlooks: try await lookFromNodes(names, sights, report))
    }
}
