import Foundation
import Topology

/// Decides whether a lab may be made here, and where its uplink goes.
struct Admission: Sendable {
    var lab: Lab
    var paths: Paths

    private var names: Names { Names(lab: lab.name) }

    /// Registers the lab on this host, or finds it registered. Nothing of the lab is made before it is registered, so
    /// everything that bears its name without a registration is somebody else's.
    func register() async throws -> LabRecord {
        try checkTopology()
        try Files.makeDirectory(paths.labs, mode: 0o711)
        let lock = try await FileLock.take(paths.hostLock)
        defer { withExtendedLifetime(lock) {} }
        let labPaths = paths.lab(lab.name)
        if let record = try LabRecord.read(labPaths.record) {
            try checkUnchanged(record)
            try HostRecord.keep(at: paths.hostRecord)
            try HostRecord.setForwarding("1")
            return record
        }
        let routes = try await HostRoute.all()
        try await checkFree(routes)
        let record = try newRecord(besides: routes)
        try HostRecord.keep(at: paths.hostRecord)
        try Files.makeDirectory(labPaths.directory, mode: 0o711)
        try Files.write(json: record, to: labPaths.record)
        try HostRecord.setForwarding("1")
        return record
    }

    private func newRecord(besides routes: [HostRoute]) throws -> LabRecord {
        let recorded = try Files.names(in: paths.labs).compactMap { try LabRecord.read(paths.lab($0).record) }
        let uplinks = recorded.compactMap { IPv4Address($0.uplink).flatMap { IPv4Network(base: $0, prefixLength: 30) } }
        guard let uplink = Uplink.free(besides: routes.compactMap(\.network) + uplinks) else {
            throw SandboxError(
                .inUse, doing: "find a network for the link to the host",
                reason: "169.254.240.0/20 has no free four addresses")
        }
        return LabRecord(
            lab: lab.name, management: "\(lab.management.cidr)", uplink: "\(uplink.base)",
            nodes: Dictionary(lab.nodes.map { ($0.name, "\($0.address)") }) { first, _ in first },
            vcenters: Dictionary(lab.vcenters.map { ($0.name, $0.address) }) { first, _ in first },
            sharesInstancesPath: lab.sharesInstancesPath)
    }

    /// What a topology may say, but a sandbox cannot make.
    func checkTopology() throws {
        if let reason = topologyProblem() {
            throw SandboxError(
                .topology, doing: "make lab \(lab.name)", reason: reason, hint: "change it in \(lab.file)")
        }
    }

    private func topologyProblem() -> String? {
        let network = lab.management.cidr
        let gateway = IPv4Address(bits: network.base.bits + 1)
        guard network.prefixLength <= 29 else { return "the management network \(network) is too small" }
        for node in lab.nodes {
            if node.address == gateway {
                return "\(gateway) is the sandbox's gateway, so node \(node.name) cannot have it"
            }
            if node.ssh.user != "root" {
                return "node \(node.name) wants the user \(node.ssh.user); a sandbox's nodes have root"
            }
            if let reason = interfaceProblem(node) { return reason }
        }
        for vcenter in lab.vcenters {
            guard let address = IPv4Address(vcenter.address) else {
                return
                    "vCenter \(vcenter.name) has the name \(vcenter.address) for an address; a sandbox needs an IPv4 address"
            }
            for each in [address] + vcenter.clusters.flatMap(\.hosts) where !network.contains(each) || each == gateway {
                return "\(each) of vCenter \(vcenter.name) is no address for a machine in \(network)"
            }
            if let empty = vcenter.clusters.first(where: \.hosts.isEmpty) {
                return "cluster \(empty.name) of vCenter \(vcenter.name) names no ESXi hosts, so none can be made"
            }
        }
        return nil
    }

    private func interfaceProblem(_ node: Node) -> String? {
        var seen: Set = ["eth0", "lo"]
        for name in node.physicalInterfaces.map(\.interface) {
            if name.utf8.count > 15 {
                return "node \(node.name): an interface's name has at most 15 characters, not \(name)"
            }
            if !seen.insert(name).inserted {
                return "node \(node.name): interface \(name) is taken; eth0 is the management network's"
            }
        }
        return nil
    }

    /// A running lab can get more nodes, but no other addresses.
    private func checkUnchanged(_ record: LabRecord) throws {
        var changes: [String] = []
        if record.management != "\(lab.management.cidr)" {
            changes.append("its management network was \(record.management)")
        }
        for node in lab.nodes where record.nodes[node.name].map({ $0 != "\(node.address)" }) ?? false {
            changes.append("node \(node.name) was \(record.nodes[node.name] ?? "")")
        }
        for vcenter in lab.vcenters where record.vcenters[vcenter.name].map({ $0 != vcenter.address }) ?? false {
            changes.append("vCenter \(vcenter.name) was \(record.vcenters[vcenter.name] ?? "")")
        }
        guard changes.isEmpty, record.sharesInstancesPath ?? false == lab.sharesInstancesPath else {
            let reason =
                changes.isEmpty
                ? "the lab exists \(lab.sharesInstancesPath ? "without" : "with") a shared_instances_path"
                : "the lab exists with other addresses: \(changes.joined(separator: ", "))"
            throw SandboxError(
                .changed, doing: "make lab \(lab.name)", reason: reason,
                hint: "end it first: polyvisor down \(lab.file)")
        }
    }

    private func checkFree(_ routes: [HostRoute]) async throws {
        let doing = "make lab \(lab.name)"
        let network = lab.management.cidr
        if let route = routes.first(where: { $0.network?.overlaps(network) ?? false }) {
            throw SandboxError(
                .inUse, doing: doing,
                reason: "the management network \(network) overlaps \(route.dst)"
                    + (route.dev.map { ", which this host reaches through \($0)" } ?? ", which this host routes"),
                hint: "choose another network at networks.management in \(lab.file) (\(lab.management.mark))")
        }
        let taken = try await Leftovers.find(lab: lab.name, paths: paths)
        guard taken.isEmpty else {
            throw SandboxError(
                .inUse, doing: doing,
                reason: "these names are in use, but not by a lab that polyvisor recorded here: \(taken)",
                hint: "give the lab another name, or remove them by hand if you know them")
        }
    }
}
