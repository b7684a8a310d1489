import Foundation

/// Ends a lab: everything that was recorded for it or bears its name, and nothing else.
///
/// Works from what is there rather than from the topology, so that it also removes what a topology no longer names
/// and what an interrupted run left. The record of the lab goes last: until then another run goes on from anywhere.
struct TearDown: Sendable {
    var lab: String
    var paths: Paths
    /// How long nodes may take to shut down; zero kills them at once.
    var patience: Duration
    var reporter: Reporter

    private var names: Names { Names(lab: lab) }
    private var labPaths: LabPaths { paths.lab(lab) }

    /// False if there was no such lab.
    func run() async throws -> Bool {
        // A lab that was killed while the base was being built is not yet recorded.
        for (kind, parent) in paths.kept { try await KeptDirectory.clearAbandoned(kind: kind, in: parent) }
        guard Files.exists(labPaths.record) else { return false }
        try await reporter.activity("end the lab's processes") {
            try await endProcesses()
            return true
        }
        try await reporter.activity("remove mounts and network") {
            try await detachLoops()
            _ = try MountTable.unmount(below: labPaths.directory)
            try await removeNetwork()
            return true
        }
        try await reporter.activity("remove the lab's files") {
            try await removeFiles()
            return true
        }
        return true
    }

    private func endProcesses() async throws {
        let records =
            Files.names(in: labPaths.nodes).map { labPaths.node($0).process }
            + Files.names(in: labPaths.vcenters).map { labPaths.vcenter($0).process }
        let running = records.compactMap(ProcessRecord.read).filter(\.isAlive)
        if patience > .zero {
            for process in running { process.send(SIGTERM) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for process in running { group.addTask { _ = try await process.waitForEnd(atMost: patience) } }
                try await group.waitForAll()
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for group in try Leftovers.groups(lab: lab) {
                tasks.addTask {
                    try await group.killAll()
                    try await group.remove()
                }
            }
            try await tasks.waitForAll()
        }
    }

    /// Detaches the loop devices of instances that a node could not delete any more: those whose file is on a root
    /// file system of the lab.
    private func detachLoops() async throws {
        let roots = Set(
            try MountTable.current().mounts.filter { $0.target.hasPrefix(labPaths.directory + "/") }.map(\.device))
        guard !roots.isEmpty, Files.exists("/dev/loop-control") else { return }
        let doing = "find loop devices"
        let text = try await HostCommand("losetup", "--list", "--noheadings", "--raw", "--output", "NAME,BACK-MAJ:MIN")
            .run(doing: doing)
        for device in Self.loops(in: text, on: roots) {
            try await HostCommand("losetup", "--detach", device).run(doing: "detach \(device)")
        }
    }

    /// Loop devices whose file lies on one of some file systems, from what losetup lists.
    static func loops(in list: String, on devices: Set<String>) -> [String] {
        list.split(separator: "\n").compactMap { line in
            // It fills its columns with blanks, which it writes as \x20.
            let words = line.replacing("\\x20", with: " ").split(separator: " ").map(String.init)
            return words.count == 2 && devices.contains(words[1]) ? words[0] : nil
        }
    }

    private func removeNetwork() async throws {
        if let chain = await LabNetwork.forwardChain() {
            for rule in Uplink.forwardRules(names) where LabNetwork.holds(chain, rule) {
                try await HostCommand("iptables", ["-w", "-D", "FORWARD"] + rule).run(doing: "remove our packet rules")
            }
        }
        let there = try await Leftovers.find(lab: lab, paths: paths)
        if !there.tables.isEmpty {
            try await HostCommand("nft", "delete", "table", "ip", names.table).run(doing: "remove our packet rules")
        }
        for link in there.links {
            try await HostCommand("ip", "link", "del", link).run(doing: "remove the link to the lab")
        }
        for namespace in there.namespaces { try await Namespace(namespace).remove() }
    }

    private func removeFiles() async throws {
        for name in Files.names(in: labPaths.directory) where "\(labPaths.directory)/\(name)" != labPaths.record {
            try await Files.removeTree("\(labPaths.directory)/\(name)")
        }
        let lock = try await FileLock.take(paths.hostLock)
        defer { withExtendedLifetime(lock) {} }
        let others = Files.names(in: paths.labs).filter { $0 != lab && Files.exists(paths.lab($0).record) }
        if others.isEmpty, let host = HostRecord.read(paths.hostRecord) {
            for note in try host.restore(besides: try await OtherForwarders.find()) { reporter.note(note) }
            unlink(paths.hostRecord)
        }
        unlink(labPaths.record)
        rmdir(labPaths.directory)
        rmdir(paths.labs)
    }
}
