import Foundation

/// What this machine must have before a sandbox can be made on it.
struct HostRequirements: Sendable {
    /// A program of the host and the Debian package that brings it.
    struct Tool: Sendable, Equatable {
        var program: String
        var package: String
    }

    static let tools = [
        Tool(program: "mmdebstrap", package: "mmdebstrap"),
        Tool(program: "systemd-nspawn", package: "systemd-container"),
        Tool(program: "ip", package: "iproute2"),
        Tool(program: "nft", package: "nftables"),
        Tool(program: "ssh-keygen", package: "openssh-client"),
        Tool(program: "nsenter", package: "util-linux"),
        Tool(program: "setsid", package: "util-linux"),
        Tool(program: "losetup", package: "mount"),
    ]

    /// Needed only where there is a vCenter to simulate.
    static let simulatorTools = [
        Tool(program: "go", package: "golang-go"),
        Tool(program: "python3", package: "python3"),
        // The virtual machines' guests.
        Tool(program: "qemu-system-x86_64", package: "qemu-system-x86"),
        Tool(program: "qemu-img", package: "qemu-utils"),
    ]
    static let simulatorLibrary = "/usr/share/gocode/src/github.com/vmware/govmomi/simulator"

    /// Room for the base, the layers of a few nodes and what the nodes write: measured 0.3, 2.5 and 0.4 GB for the
    /// three nodes of `sandbox.yaml`, with as much again for safety.
    static let bytesNeeded: Int64 = 6 << 30

    var needsSimulator: Bool
    /// For nodes whose instances are containers.
    var needsLoopDevices = false

    /// Checks everything, and installs what is missing if `installing`; the returned names are the packages it installed.
    func check(root: String, installing: Bool) async throws -> [String] {
        guard geteuid() == 0 else {
            throw SandboxError(
                .notRoot, doing: "prepare this machine",
                reason: "a sandbox makes namespaces, mounts and containers, which only root may",
                hint: "run polyvisor as root, e.g. by sudo")
        }
        let missing = await missingPackages()
        if !missing.isEmpty { try await install(missing, installing: installing) }
        try checkKernel()
        try checkSpace(root: root)
        return missing
    }

    /// Debian packages of what is not there.
    func missingPackages() async -> [String] {
        var missing = Self.tools.filter { Self.find($0.program) == nil }.map(\.package)
        guard needsSimulator else { return Array(Set(missing)).sorted() }
        missing += Self.simulatorTools.filter { Self.find($0.program) == nil }.map(\.package)
        if !Files.isDirectory(Self.simulatorLibrary) { missing.append("golang-github-vmware-govmomi-dev") }
        let pip = try? await HostCommand("python3", "-m", "pip", "--version").result(doing: "look for pip")
        if pip?.status != 0 { missing.append("python3-pip") }
        return Array(Set(missing)).sorted()
    }

    /// Where a program is; the directories for administrators count even if they are not in PATH.
    static func find(_ program: String) -> String? {
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin:/usr/bin:/sbin:/bin"
        return path.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    private func install(_ packages: [String], installing: Bool) async throws {
        let doing = "prepare this machine"
        let list = packages.joined(separator: " ")
        guard installing, Self.find("apt-get") != nil else {
            throw SandboxError(
                .missingTools, doing: doing, reason: "missing on this machine: \(list)",
                hint: Self.find("apt-get") == nil
                    ? "install the programs of these Debian packages with your distribution's own tool"
                    : "apt-get install --no-install-recommends \(list)")
        }
        let quiet = ["DEBIAN_FRONTEND": "noninteractive"]
        try await HostCommand("apt-get", "update", "-q").under(quiet).lasting(atMost: .seconds(300)).run(doing: doing)
        try await HostCommand("apt-get", ["install", "-q", "-y", "--no-install-recommends"] + packages)
            .under(quiet).lasting(atMost: .seconds(900)).run(doing: "install \(list)")
    }

    private func checkKernel() throws {
        let doing = "prepare this machine"
        if Files.read("/proc/filesystems")?.contains("\toverlay\n") != true {
            throw SandboxError(
                .unsupportedHost, doing: doing, reason: "the kernel has no overlay file system",
                hint: "modprobe overlay")
        }
        _ = try ControlGroup.hierarchies(in: MountTable.current())
        guard !needsLoopDevices || Files.exists("/dev/loop-control") else {
            throw SandboxError(
                .unsupportedHost, doing: doing,
                reason: "there is no /dev/loop-control, and Nova mounts the containers of LXC by loop devices",
                hint: "modprobe loop")
        }
        guard Files.exists("/dev/net/tun") else {
            throw SandboxError(
                .unsupportedHost, doing: doing, reason: "there is no /dev/net/tun, which guests' network ports need",
                hint: "modprobe tun")
        }
    }

    private func checkSpace(root: String) throws {
        try Files.makeDirectory(root)
        var status = statvfs()
        guard statvfs(root, &status) == 0 else { throw Files.failure("look at the free space of \(root)") }
        let free = Int64(status.f_bavail) * Int64(status.f_frsize)
        guard free >= Self.bytesNeeded else {
            throw SandboxError(
                .diskFull, doing: "prepare this machine",
                reason: "\(root) has \(free >> 20) MiB free, a sandbox needs \(Self.bytesNeeded >> 20)",
                hint: "free some space, or purge the sandbox's caches in \(root)")
        }
    }
}
