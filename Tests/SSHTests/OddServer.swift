import Foundation
import SSH

/// A real sshd as an administrator may have set it up, with accounts, keys and a configuration of its own. It runs in a
/// mount namespace whose /etc is an overlay and whose root has another home, so that accounts are changed by the tools that
/// change them on a node, and nothing of this machine is.
actor OddServer {
    nonisolated let directory: String
    nonisolated let port: Int
    nonisolated var home: String { "\(directory)/home" }
    nonisolated var authorizedKeys: String { "\(home)/.ssh/authorized_keys" }
    nonisolated var knownHosts: String { "\(directory)/known_hosts" }
    nonisolated var key: String { "\(directory)/key" }
    /// sshd_config, of which the first value of a keyword counts.
    private(set) var configuration: [String]
    private var process: ChildProcess?

    /// What is odd about it.
    struct Setup: Sendable {
        /// Lines of sshd_config, above the usual ones.
        var configuration: [String] = []
        /// Run on the node before its sshd starts.
        var command = "true"
        var usesPAM = false
        var hostKey = "host_ed25519"
    }

    /// Runs a test with a server of its own.
    static func with(_ setup: Setup = Setup(), _ body: (OddServer) async throws -> Void) async throws {
        try await withDirectory { directory in
            let server = try OddServer(setup, directory)
            do {
                try await server.restart(setup.command)
                try await body(server)
            } catch {
                await server.stop()
                throw error
            }
            await server.stop()
        }
    }

    private init(_ setup: Setup, _ directory: String) throws {
        self.directory = directory
        port = try LocalSSHServer.freePort()
        try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        for (name, type) in [
            ("key", "ed25519"), ("stranger", "ed25519"), ("host_ed25519", "ed25519"), ("host_rsa", "rsa"),
        ] {
            try runLocally("/usr/bin/ssh-keygen", ["-q", "-t", type, "-N", "", "-f", "\(directory)/\(name)"])
        }
        configuration =
            setup.configuration.map { $0.replacing("@DIR@", with: directory) } + [
                "ListenAddress 127.0.0.1:\(port)", "HostKey \(directory)/\(setup.hostKey)", "PidFile none",
                "UsePAM \(setup.usesPAM ? "yes" : "no")", "PermitRootLogin prohibit-password",
            ]
        let ssh = "\(directory)/home/.ssh"
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        for path in ["\(directory)/home", ssh, "\(directory)/upper", "\(directory)/work"] {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: attributes)
        }
        try FileManager.default.copyItem(atPath: "\(directory)/key.pub", toPath: "\(ssh)/authorized_keys")
        let line = try String(contentsOfFile: "\(directory)/host_ed25519.pub", encoding: .utf8)
        try "[127.0.0.1]:\(port) \(line)".write(toFile: "\(directory)/known_hosts", atomically: true, encoding: .utf8)
    }

    /// Ends the sshd and starts it again; what was changed in /etc stays.
    func restart(_ command: String = "true") async throws {
        stop()
        try configuration.joined(separator: "\n").write(
            toFile: "\(directory)/sshd_config", atomically: true, encoding: .utf8)
        let script = """
            mount -t overlay overlay -o lowerdir=/etc,upperdir=\(directory)/upper,workdir=\(directory)/work /etc || exit 9
            sed -i 's|^root:.*|root:x:0:0:root:\(home):/bin/bash|' /etc/passwd
            \(command)
            exec /usr/sbin/sshd -D -e -f \(directory)/sshd_config
            """
        let once = FileManager.default.fileExists(atPath: "\(directory)/upper/passwd")
        let again = script.split(separator: "\n").filter { !$0.hasPrefix("sed -i 's|^root:.*|root:x") }.joined(
            separator: "\n")
        process = try ChildProcess(
            "/usr/bin/unshare", ["-m", "/bin/sh", "-c", once ? again : script], output: "\(directory)/log")
        for _ in 0..<1200 {
            if banner(port: port).hasPrefix("SSH-2.0") { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw ServerProblem("sshd does not answer on port \(port):\n\(try log())")
    }

    func stop() {
        process?.stop()
        process = nil
    }

    /// Puts lines at the very top of sshd_config, as a remedy has it, and restarts sshd.
    func put(_ lines: [String]) async throws {
        configuration = lines + configuration
        try await restart()
    }

    func replace(_ old: String, with new: String) async throws {
        configuration = configuration.map { $0.replacing(old, with: new) }
        try await restart()
    }

    /// Runs a command as root on the "node".
    func run(_ command: String) throws {
        guard let process else { throw ServerProblem("the sshd does not run") }
        let arguments = ["--mount=/proc/\(process.identifier)/ns/mnt", "/bin/bash", "-c", command]
        let done = try runLocally("/usr/bin/nsenter", arguments)
        guard done.status == 0 else { throw ServerProblem("\(command): \(done.output)") }
    }

    func log() throws -> String { try String(contentsOfFile: "\(directory)/log", encoding: .utf8) }

    nonisolated func target() -> SSHTarget {
        SSHTarget(
            host: "127.0.0.1", port: port, user: "root", identityFile: key, knownHostsFiles: [knownHosts], label: "node"
        )
    }

    /// Why a login fails.
    nonisolated func refusal(_ change: (inout SSHTarget) -> Void = { _ in }) async throws -> SSHError {
        var target = target()
        change(&target)
        return try await failure { [target] in _ = try await SSHConnection.open(target, timeout: .seconds(120)) }
    }

    /// A login that has to work.
    nonisolated func expectLogin(_ change: (inout SSHTarget) -> Void = { _ in }) async throws -> String {
        var target = target()
        change(&target)
        let link = try await SSHConnection.open(target, timeout: .seconds(120))
        let output = try await link.output(of: "echo hello")
        await link.close()
        return output
    }
}

extension SSHError {
    /// What stands between backquotes in the hint: lines and commands to be used as they are.
    var lines: [String] {
        (hint ?? "").split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }
}
