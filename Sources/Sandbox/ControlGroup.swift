import Foundation

/// A control group of one node or vCenter, in each hierarchy that matters.
///
/// Every node needs its own: several systemds would otherwise share one /system.slice. It is also what says
/// which processes are a node's, should the record of its process be lost.
struct ControlGroup: Sendable, Equatable {
    var name: String
    /// Mount points: one on a host with version 2 only, several on a hybrid one.
    var hierarchies: [String]

    init(_ name: String, in hierarchies: [String]) {
        self.name = name
        self.hierarchies = hierarchies
    }

    /// What libvirt's LXC driver uses of version 1 (libvirt's src/util/vircgroupv1.c).
    static let controllers = ["cpu", "cpuacct", "cpuset", "memory", "devices", "freezer", "blkio"]

    /// The hierarchies that a node is put into: version 2, and of version 1 systemd's own and those in which the
    /// node's own libvirt may make groups, which else would be made beside ours.
    static func hierarchies(in table: MountTable) throws -> [String] {
        let wanted = table.mounts.filter { mount in
            guard mount.target.hasPrefix("/sys/fs/cgroup") else { return false }
            return mount.type == "cgroup2"
                || mount.type == "cgroup" && mount.options.contains { $0 == "name=systemd" || controllers.contains($0) }
        }
        guard wanted.contains(where: { $0.type == "cgroup2" }) else {
            throw SandboxError(
                .unsupportedHost, doing: "find the control groups",
                reason: "no cgroup2 file system is mounted below /sys/fs/cgroup",
                hint: "a systemd in a node needs it: boot the host with the hybrid or unified hierarchy")
        }
        return wanted.map(\.target)
    }

    var directories: [String] { hierarchies.map { "\($0)/\(name)" } }

    /// Names of the groups at the top of the hierarchies.
    static func names(in hierarchies: [String]) -> [String] {
        Set(hierarchies.flatMap(Files.names)).sorted()
    }

    var exists: Bool { directories.contains(where: Files.isDirectory) }

    func make() throws {
        for (hierarchy, directory) in zip(hierarchies, directories) {
            guard mkdir(directory, 0o755) == 0 || errno == EEXIST else {
                throw Files.failure("make the control group \(directory)")
            }
            // A new group of version 1 has no CPUs and no memory nodes, and takes no process before it has some.
            for file in ["cpuset.cpus", "cpuset.mems"] where Files.exists("\(directory)/\(file)") {
                guard Files.read("\(directory)/\(file)")?.allSatisfy(\.isWhitespace) == true else { continue }
                guard let all = Files.read("\(hierarchy)/\(file)") else {
                    throw Files.failure("read \(hierarchy)/\(file)")
                }
                try Data(all.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(file)"))
            }
        }
    }

    /// Processes in the group and the groups below it.
    var processes: Set<pid_t> {
        Set(
            directories.flatMap(Self.tree).flatMap { directory in
                (Files.read("\(directory)/cgroup.procs") ?? "").split(separator: "\n").compactMap { pid_t($0) }
            }
        ).subtracting([0])
    }

    /// Kills every process of the group and waits until they are gone.
    func killAll(within limit: Duration = .seconds(60)) async throws {
        let deadline = ContinuousClock.now + limit
        while case let left = processes, !left.isEmpty {
            guard ContinuousClock.now < deadline else {
                throw SandboxError(
                    .process, doing: "end the processes of \(name)",
                    reason: "still there after SIGKILL: \(left.sorted().map(String.init).joined(separator: ", "))")
            }
            killOnce(left)
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func killOnce(_ left: Set<pid_t>) {
        // The kernel's own way (since 5.14) misses nobody; one by one is for older kernels and version 1.
        for directory in directories where Files.exists("\(directory)/cgroup.kill") {
            try? Data("1".utf8).write(to: URL(fileURLWithPath: "\(directory)/cgroup.kill"))
        }
        for pid in left { kill(pid, SIGKILL) }
    }

    /// Removes the group with the groups below it; the processes must be gone. Waits a little, as the kernel does its
    /// own book-keeping after the last process.
    func remove() async throws {
        for attempt in 0..<600 {
            let busy = directories.flatMap(Self.tree).reversed().filter { rmdir($0) != 0 && errno != ENOENT }
            if busy.isEmpty { return }
            if attempt == 599 { throw Files.failure("remove the control group \(busy[0])") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// A group and all below it, parents first; nothing if there is no such group.
    private static func tree(_ directory: String) -> [String] {
        guard Files.isDirectory(directory) else { return [] }
        return [directory] + Files.names(in: directory).flatMap { tree("\(directory)/\($0)") }
    }
}
