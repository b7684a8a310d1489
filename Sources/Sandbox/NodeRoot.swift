import Foundation
import Topology

/// A node's root file system: an overlay on a layer or the base, with the node's own identity.
struct NodeRoot: Sendable {
    var node: Node
    var lab: Lab
    var paths: NodePaths
    var labPaths: LabPaths

    /// The kernel's defaults are set at build time; a layer is only right with these.
    static func overlayOptions(lowers: [String], upper: String, work: String) -> String {
        "lowerdir=\(lowers.joined(separator: ":")),upperdir=\(upper),workdir=\(work),redirect_dir=off,index=off,metacopy=off"
    }

    /// Makes and mounts the root. A node that has begun on certain layers stays on them.
    func mount(lowers: [String]) throws {
        for directory in [paths.upper, paths.work, paths.root, paths.devices] { try Files.makeDirectory(directory) }
        if !Files.exists(paths.lowers) { try Files.write(lowers.map { "\($0)\n" }.joined(), to: paths.lowers) }
        guard try !MountTable.current().contains(paths.root) else { return }
        let lowers = Layers.lines(of: paths.lowers)
        if let gone = lowers.first(where: { !Files.isDirectory($0) }) {
            throw SandboxError(
                .file, doing: "mount the root of \(node.name)", reason: "\(gone), on which it was made, is gone",
                hint: "end the lab and make it again: polyvisor down, then up")
        }
        let options = Self.overlayOptions(lowers: lowers, upper: paths.upper, work: paths.work)
        guard Glibc.mount("overlay", paths.root, "overlay", 0, options) == 0 else {
            throw Files.failure("mount the root of \(node.name)")
        }
    }

    /// Name, keys and what else is the node's own. Written before each start; the node is not running then.
    func personalise() async throws {
        let root = paths.root
        try await SSHKeys.make("ssh_host_ed25519_key", in: paths.hostKeys, comment: "root@\(node.name)")
        guard let hostKey = Files.read(paths.hostKey) else { throw Files.failure("read \(paths.hostKey)") }
        try Files.write(hostKey, to: "\(root)/etc/ssh/ssh_host_ed25519_key", mode: 0o600)
        try Files.write(Files.read(paths.hostKey + ".pub") ?? "", to: "\(root)/etc/ssh/ssh_host_ed25519_key.pub")
        if node.ssh.port != 22 {
            try Files.write("Port \(node.ssh.port)\n", to: "\(root)/etc/ssh/sshd_config.d/polyvisor.conf")
        }
        try Files.makeDirectory("\(root)/root/.ssh", mode: 0o700)
        let authorized = try SSHKeys.publicKey(labPaths.identity + ".pub")
        try Files.write("\(authorized) polyvisor \(lab.name)\n", to: "\(root)/root/.ssh/authorized_keys", mode: 0o600)
        try Files.write(node.name + "\n", to: "\(root)/etc/hostname")
        try Files.write(try machineID() + "\n", to: "\(root)/etc/machine-id", mode: 0o444)
        try Files.write(try Resolver.contents(), to: "\(root)/etc/resolv.conf")
        if node.hypervisor?.kind == .lxc { try prepareForContainers(root) }
        // Later this file is the renderer's.
        if !Files.exists("\(paths.upper)/etc/hosts") { try Files.write(Self.hosts(lab), to: "\(root)/etc/hosts") }
    }

    /// What libvirt's LXC driver needs in a node that is a container itself.
    private func prepareForContainers(_ root: String) throws {
        // systemd-machined knows a node's processes by the host's numbers and refuses to register containers of theirs
        // (NoMachineForPID). libvirt goes without it where D-Bus cannot start it.
        try Files.write(
            "path-exclude=/usr/share/dbus-1/system-services/org.freedesktop.machine1.service\n",
            to: "\(root)/etc/dpkg/dpkg.cfg.d/polyvisor-no-machined")
        let text = Self.containerUnit(
            loops: (0..<8).filter { Files.exists("/dev/loop\($0)") },
            hierarchies: Self.controlGroupOptions(in: try MountTable.current()))
        try Files.write(text, to: "\(root)/etc/systemd/system/\(Self.containerUnitName)")
        try Files.makeDirectory("\(root)/etc/systemd/system/multi-user.target.wants")
        let link = "\(root)/etc/systemd/system/multi-user.target.wants/\(Self.containerUnitName)"
        guard symlink("../\(Self.containerUnitName)", link) == 0 || errno == EEXIST else {
            throw Files.failure("enable \(Self.containerUnitName) in \(node.name)")
        }
    }

    private static let containerUnitName = "polyvisor-containers.service"

    /// The mount options of the host's hierarchies of version 1, such as `cpu,cpuacct`; none on a host with version 2
    /// only, whose controllers the node has in its own.
    static func controlGroupOptions(in table: MountTable) -> [String] {
        table.mounts.filter { $0.type == "cgroup" && $0.target.hasPrefix("/sys/fs/cgroup/") }
            .map { $0.options.filter(ControlGroup.controllers.contains).joined(separator: ",") }
            .filter { !$0.isEmpty }
    }

    /// The unit that prepares a node before libvirt starts.
    ///
    /// Nova mounts the root file systems of LXC by loop devices. The node makes them itself: were they bound into it,
    /// Nova's `umount /dev/loop0` would take the device away. A node sees version 2 of the control groups alone; on a
    /// hybrid host the controllers are with version 1, and what a node mounts of it is its own group.
    static func containerUnit(loops: [Int], hierarchies: [String]) -> String {
        let devices = [("loop-control", "c 10 237")] + loops.map { ("loop\($0)", "b 7 \($0)") }
        let made = devices.map { name, number in
            "ExecStart=sh -c 'test -e /dev/\(name) || mknod -m 660 /dev/\(name) \(number)'\n"
        }
        let mounted = hierarchies.map { options in
            let path = "/run/polyvisor-control-groups/\(options)"
            return "ExecStart=sh -c 'mkdir -p \(path) && mount -t cgroup -o \(options) cgroup \(path)'\n"
        }
        return """
            [Unit]
            Description=What libvirt's containers need in a node that is a container itself
            DefaultDependencies=no
            Before=libvirtd.service basic.target

            [Service]
            Type=oneshot
            RemainAfterExit=yes
            \((made + mounted).joined())
            [Install]
            WantedBy=multi-user.target

            """
    }

    private func machineID() throws -> String {
        if let id = Files.read(paths.machineID), id.count == 32 { return id }
        let id = UUID().uuidString.replacingOccurrences(of: "-", with: "").lowercased()
        try Files.write(id, to: paths.machineID)
        return id
    }

    static func hosts(_ lab: Lab) -> String {
        let nodes = lab.nodes.map { "\($0.address) \($0.name)" }
        return (["127.0.0.1 localhost"] + nodes).joined(separator: "\n") + "\n"
    }

    /// Character devices that the node gets an own inode of, as its own systemd changes their owner: the number in
    /// the kernel's list (admin-guide/devices.txt) and only those that the host has.
    static let deviceNumbers: [(name: String, minor: UInt32)] = [("kvm", 232), ("fuse", 229)]

    func makeDevices() throws -> [String] {
        try Self.deviceNumbers.filter { Files.exists("/dev/\($0.name)") }.map { device in
            let path = "\(paths.devices)/\(device.name)"
            // Major number 10 (misc) in the upper byte; see makedev(3), a macro that Swift does not see.
            guard mknod(path, S_IFCHR | 0o600, dev_t(10 << 8 | device.minor)) == 0 || errno == EEXIST else {
                throw Files.failure("make the device \(path)")
            }
            return device.name
        }
    }
}
