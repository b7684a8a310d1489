import Foundation
import Topology

/// A node's container: systemd-nspawn in the node's network namespace and control group.
struct NodeProcess: Sendable {
    var name: String
    var namespace: String
    var paths: NodePaths
    var controlGroup: ControlGroup
    /// Folders of this machine by the place that they have in the node.
    var folders: [String: String] = [:]

    /// The running container; nil if there is none.
    var running: ProcessRecord? {
        guard let record = ProcessRecord.read(paths.process), record.isAlive else { return nil }
        return record
    }

    /// nspawn's environment: the node sees version 2 of the control groups on every host, and may set its own
    /// network's options in /proc/sys.
    static let environment = ["SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1", "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "1"]

    /// nspawn runs inside the node's namespace (with --network-namespace-path, /sys would show the host's
    /// interfaces), entered by nsenter (`ip netns exec` hides the control groups). The kernel's settings that are not
    /// the network's belong to the host and stay read-only.
    func command(devices: [String]) -> [String] {
        [
            "nsenter", "--net=\(Namespace(namespace).path)", "systemd-nspawn", "--quiet", "--register=no",
            "--keep-unit", "--boot", "--directory=\(paths.root)", "--machine=\(name)", "--capability=all",
            "--private-users=no", "--resolv-conf=off", "--link-journal=no", "--console=pipe",
            "--bind=\(paths.archives):/var/cache/apt/archives",
        ] + folders.sorted { $0.key < $1.key }.map { "--bind=\($0.value):\($0.key)" }
            + devices.map { "--bind=\(paths.devices)/\($0):/dev/\($0)" }
            + ["kernel", "fs", "vm"].map { "--bind-ro=/proc/sys/\($0)" }
    }

    /// Ends what an earlier container may have left, so that the node can start.
    func clear() async throws {
        try await controlGroup.killAll()
        try await controlGroup.remove()
        unlink(paths.process)
    }

    /// Starts the container and waits until its init runs, not until it has booted.
    func start(devices: [String]) async throws {
        let doing = "start node \(name)"
        let process = DetachedProcess(
            command: command(devices: devices), environment: Self.environment, controlGroup: controlGroup,
            record: paths.process, log: paths.console)
        let record = try await process.start(doing: doing)
        for _ in 0..<6000 {
            // nspawn makes this group for what runs inside, once the root is set up.
            if controlGroup.directories.contains(where: { Files.isDirectory("\($0)/payload") }) { return }
            guard record.isAlive else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw SandboxError(
            .process, doing: doing, reason: "systemd-nspawn did not start it" + DetachedProcess.tail(of: paths.console))
    }

    /// Asks the node to shut down (nspawn passes SIGTERM on as its init's own signal for that) and kills what is left.
    func stop(patience: Duration) async throws {
        if patience > .zero, let record = running {
            record.send(SIGTERM)
            _ = try await record.waitForEnd(atMost: patience)
        }
        try await clear()
    }
}
