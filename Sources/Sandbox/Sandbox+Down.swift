public import Foundation
import Records
public import Topology

extension Sandbox {
    /// Ends the lab and removes everything that was made for it; false if there was none. What labs share (base,
    /// layers, downloads, simulator) stays.
    ///
    /// - Parameter force: Kill the nodes instead of letting them shut down.
    @discardableResult
    public func tearDown(force: Bool = false) async throws -> Bool {
        try await TearDown(
            lab: lab.name, paths: paths, patience: force ? .zero : .seconds(25), reporter: reporter
        ).run()
    }

    /// What there is of the lab on this machine: mounts, namespaces, processes and so on.
    public func leftovers() async throws -> Leftovers { try await Leftovers.find(lab: lab.name, paths: paths) }

    /// Whether a node's container runs; it may not have booted yet.
    public func isRunning(_ node: Node) -> Bool { runningProcess(of: node.name) != nil }

    /// When a vCenter began to answer; nil while it does not run.
    public func startTime(of vcenter: VCenter) -> Date? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: labPaths.vcenter(vcenter.name).ready)
        return attributes?[.modificationDate] as? Date
    }

    private func runningProcess(of node: String) -> ProcessRecord? {
        guard let record = ProcessRecord.read(labPaths.node(node).process), record.isAlive else { return nil }
        return record
    }

    /// Nodes, vCenters and everything else that belongs to the lab.
    public func status() async throws -> SandboxStatus {
        let hierarchies = try ControlGroup.hierarchies(in: MountTable.current())
        let nodes = lab.nodes.map { node in
            let record = runningProcess(of: node.name)
            let group = ControlGroup(names.controlGroup(ofNode: node.name), in: hierarchies)
            return SandboxStatus.Node(
                name: node.name, address: "\(node.address)", isRunning: record != nil, pid: record?.pid,
                startedOnLayer: Layers.lines(of: labPaths.node(node.name).lowers).count > 1, memory: group.memory)
        }
        let vcenters = lab.vcenters.map { vcenter in
            let paths = labPaths.vcenter(vcenter.name)
            let record = ProcessRecord.read(paths.process).flatMap { $0.isAlive ? $0 : nil }
            return SandboxStatus.VCenter(
                name: vcenter.name, address: vcenter.address, isReady: record != nil && Files.exists(paths.ready),
                pid: record?.pid)
        }
        return SandboxStatus(lab: lab.name, nodes: nodes, vcenters: vcenters, parts: try await leftovers())
    }
}

extension ControlGroup {
    /// Resident memory in bytes: `rss` of version 1 with what lies below, `anon` of version 2.
    var memory: Int64? {
        for directory in directories {
            for line in (Files.read("\(directory)/memory.stat") ?? "").split(separator: "\n") {
                let words = line.split(separator: " ")
                if words.count == 2, words[0] == "total_rss" || words[0] == "anon" { return Int64(words[1]) }
            }
        }
        return nil
    }
}
