import Foundation

/// The Debian root that lies below every node.
struct BaseRecipe: Sendable, Equatable {
    var suite = "bookworm"
    var sources = [
        "deb http://deb.debian.org/debian bookworm main",
        "deb http://deb.debian.org/debian bookworm-updates main",
        "deb http://deb.debian.org/debian-security bookworm-security main",
    ]
    /// What an ordinary small server has: the nodes install the rest themselves, as real machines do.
    var packages = [
        "systemd", "systemd-sysv", "dbus", "libpam-systemd", "openssh-server", "iproute2", "iputils-ping",
        "ca-certificates", "sudo", "procps", "kmod", "curl", "less", "python3", "debconf-utils", "netbase", "nftables",
        "iptables", "udev",
    ]
    /// Units that have no business in a container, or that would change the host's kernel settings.
    var maskedUnits = [
        "systemd-udevd.service", "systemd-udev-trigger.service", "systemd-udev-settle.service",
        "systemd-networkd-wait-online.service", "getty.target", "console-getty.service", "systemd-logind.service",
        "apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_all.timer", "fstrim.timer", "systemd-sysctl.service",
    ]
    var aptOptions = [#"Apt::Install-Recommends "false""#, #"Acquire::Languages "none""#]
    var dpkgOptions = [
        "force-unsafe-io", "path-exclude=/usr/share/man/*", "path-exclude=/usr/share/doc/*",
        "path-include=/usr/share/doc/*/copyright", "path-exclude=/usr/share/locale/*",
    ]

    /// Changes whenever a base made by an earlier version of this code must not be used any more.
    static let format = "1"

    var key: String { CacheKey.hash(of: ["base", Self.format] + arguments(target: "")) }

    /// mmdebstrap's arguments; package lists and sources stay, so that apt works in the nodes.
    func arguments(target: String) -> [String] {
        ["--variant=minbase", "--mode=root", "--format=directory", "--skip=cleanup/apt/lists"]
            + aptOptions.map { "--aptopt=\($0)" } + dpkgOptions.map { "--dpkgopt=\($0)" }
            + ["--include=" + packages.joined(separator: ",")]
            + [
                // Each node gets keys and an id of its own.
                #"rm -f "$1"/etc/ssh/ssh_host_*_key* "$1"/etc/hostname "$1"/etc/resolv.conf; : > "$1"/etc/machine-id"#,
                #"mkdir -p "$1"/root/.ssh && chmod 700 "$1"/root/.ssh"#,
                #"chroot "$1" systemctl mask "# + maskedUnits.joined(separator: " "),
            ].map { "--customize-hook=\($0)" }
            + [suite, target] + sources
    }
}

/// Makes bases and finds those that were made.
struct BaseRoot: Sendable {
    var recipe = BaseRecipe()
    var paths: Paths

    var key: String { recipe.key }
    var directory: String { paths.base(key) }
    var isMade: Bool { Files.isDirectory(directory) }

    /// Makes the base unless it is there; false if it was.
    func prepare(reporter: Reporter) async throws -> Bool {
        if isMade { return false }
        try Files.makeDirectory(paths.bases)
        let lock = try await FileLock.take("\(paths.bases)/\(key).lock") {
            reporter.note("wait for another process that builds the Debian base")
        }
        defer { withExtendedLifetime(lock) {} }
        if isMade { return false }
        let job = try BuildJob(name: "polyvisor-base-\(key)", directory: paths.bases, prefix: ".new-\(key)")
        try await job.run(log: "\(paths.bases)/\(key).log", doing: "build the Debian base") { target in
            HostCommand("mmdebstrap", recipe.arguments(target: target)).lasting(atMost: .seconds(1800))
        }
        guard rename(job.target, directory) == 0 else { throw Files.failure("keep the Debian base as \(directory)") }
        return true
    }
}

/// A long command that fills a directory, in a control group of its own: should we be killed, the next to come finds
/// and ends what still runs of it. Whoever uses it holds the lock of the thing that is built.
struct BuildJob: Sendable {
    var group: ControlGroup
    var directory: String
    var prefix: String
    var target: String { "\(directory)/\(prefix)" }

    init(name: String, directory: String, prefix: String) throws {
        group = ControlGroup(name, in: try ControlGroup.hierarchies(in: MountTable.current()))
        self.directory = directory
        self.prefix = prefix
    }

    func run(log: String, doing: String, _ command: (String) -> HostCommand) async throws {
        try await clear()
        try group.make()
        let build = command(target)
        do {
            try await HostCommand(
                "sh", ["-c", Self.script, "sh", log] + group.directories + ["--", build.program] + build.arguments
            )
            .under(build.environment).lasting(atMost: build.timeout).run(doing: doing)
        } catch {
            try? await clear()
            guard var error = error as? SandboxError else { throw error }
            error.reason += DetachedProcess.tail(of: log)
            throw error
        }
        try await group.remove()
    }

    /// Ends what an earlier run left and removes its half-made directory.
    private func clear() async throws {
        try await group.killAll()
        try await group.remove()
        _ = try MountTable.unmount(below: target)
        try await Files.removeTree(target)
    }

    private static let script = """
        log=$1; shift
        while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs" || exit 125; shift; done
        shift
        exec "$@" </dev/null >"$log" 2>&1
        """
}
