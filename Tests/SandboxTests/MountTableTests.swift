import Testing

@testable import Sandbox

@Suite("the mount table")
struct MountTableTests {
    static let text = """
        22 27 0:21 / /proc rw,relatime - proc proc rw
        27 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw,discard
        40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        42 31 0:39 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        43 31 0:40 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
        44 31 0:41 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
        50 27 0:45 / /labs/a/root rw - overlay overlay rw,lowerdir=/b
        51 50 0:46 / /labs/a/root/with\\040space\\134 rw - tmpfs tmpfs rw
        52 27 0:47 / /labs/ab rw - tmpfs tmpfs rw
        """

    @Test("lines with and without optional fields are read, escapes undone")
    func parse() {
        let table = MountTable(mountinfo: Self.text)
        #expect(table.mounts.count == 10)
        #expect(table.mounts[1] == Mount(target: "/", type: "ext4", options: ["rw", "discard"], device: "254:0"))
        #expect(table.contains("/labs/a/root/with space\\"))
    }

    @Test("a file of /proc is read to its end, also beyond the page that the kernel gives at once")
    func wholeFile() throws {
        let maps = try #require(Files.read("/proc/self/maps"))
        #expect(maps.utf8.count > 4096 && maps.contains("[stack]"))
        #expect(Files.read("/proc/self/none") == nil)
    }

    @Test("what lies below a directory comes innermost first, neighbours with longer names not at all")
    func below() {
        let table = MountTable(mountinfo: Self.text)
        #expect(table.below("/labs/a") == ["/labs/a/root/with space\\", "/labs/a/root"])
    }

    @Test("a hybrid host gives version 2, and of version 1 what systemd and libvirt use")
    func hybrid() throws {
        let found = try ControlGroup.hierarchies(in: MountTable(mountinfo: Self.text))
        #expect(found.map { $0.dropFirst("/sys/fs/cgroup/".count) } == ["systemd", "unified", "memory", "cpu,cpuacct"])
    }

    @Test("a node for containers mounts what the host has of version 1 for libvirt, and nothing where there is none")
    func containers() {
        #expect(NodeRoot.controlGroupOptions(in: MountTable(mountinfo: Self.text)) == ["memory", "cpu,cpuacct"])
        let unit = NodeRoot.containerUnit(loops: [0], hierarchies: ["memory", "cpu,cpuacct"])
        #expect(unit.contains("test -e /dev/loop0 || mknod -m 660 /dev/loop0 b 7 0"))
        #expect(unit.contains("\nBefore=libvirtd.service basic.target\n"))
        #expect(
            unit.contains(
                "mkdir -p /run/polyvisor-control-groups/cpu,cpuacct && mount -t cgroup -o cpu,cpuacct cgroup"))
        let unified = MountTable(
            mountinfo: "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate")
        #expect(NodeRoot.controlGroupOptions(in: unified) == [])
    }

    @Test("only loop devices whose file is on a lab's own file system are the lab's")
    func loops() {
        let list = "/dev/loop0 \\x20\\x200:45\\x20\n/dev/loop1 254:0\n/dev/loop2 0:4\n/dev/loop3\n"
        #expect(TearDown.loops(in: list, on: ["0:45", "0:47"]) == ["/dev/loop0"])
    }

    @Test("a host with version 2 only has one")
    func unified() throws {
        let table = MountTable(
            mountinfo: "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate")
        #expect(try ControlGroup.hierarchies(in: table) == ["/sys/fs/cgroup"])
    }

    @Test("a host without version 2 is refused")
    func none() {
        let table = MountTable(mountinfo: "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd")
        let error = #expect(throws: SandboxError.self) { try ControlGroup.hierarchies(in: table) }
        #expect(error?.kind == .unsupportedHost)
    }
}
