import Foundation
import SSH
import Testing

/// A real sshd on 127.0.0.1 and a free port, with throw-away keys in a directory of its own.
///
/// Suites with the trait `.sshServer` have one as `LocalSSHServer.shared()`; it is ended by its process id,
/// and its directory is removed. Without /usr/sbin/sshd tests fail and say what
/// to install: an untested link is not a working one.
final class LocalSSHServer: Sendable {
    let directory: String
    let port: Int
    private let process: ChildProcess

    @TaskLocal fileprivate static var running: LocalSSHServer?

    /// The server of the suite.
    static func shared() throws -> LocalSSHServer {
        try #require(running, "the suite lacks the trait .sshServer")
    }

    /// What sshd has logged so far.
    func log() throws -> String {
        try String(contentsOfFile: "\(directory)/log", encoding: .utf8)
    }

    /// The user's key that the server accepts; `ecdsa`, `rsa`, `locked` (passphrase) are accepted too,
    /// `stranger` is not.
    func key(_ name: String = "user") -> String { "\(directory)/\(name)" }
    var knownHosts: String { "\(directory)/known_hosts" }

    func target(
        identity: String = "user", knownHosts: String? = nil, user: String = NSUserName(), host: String = "127.0.0.1"
    ) -> SSHTarget {
        SSHTarget(
            host: host, port: port, user: user, identityFile: key(identity),
            knownHostsFiles: [knownHosts ?? self.knownHosts], label: "node-é")
    }

    func open() async throws -> SSHConnection {
        try await SSHConnection.open(target(), timeout: .seconds(120))
    }

    private init(in directory: String) throws {
        self.directory = directory
        guard FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd") else {
            throw ServerProblem("/usr/sbin/sshd is missing: apt-get install openssh-server openssh-client")
        }
        // sshd's place for privilege separation; Debian makes it at boot.
        try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        port = try Self.freePort()
        try Self.makeKeys(in: directory)
        try Self.write(knownHosts: "\(directory)/known_hosts", port: port, from: directory)
        try Self.configuration(in: directory, port: port)
            .write(toFile: "\(directory)/sshd_config", atomically: true, encoding: .utf8)
        let arguments = ["-D", "-e", "-f", "\(directory)/sshd_config"]
        process = try ChildProcess("/usr/sbin/sshd", arguments, output: "\(directory)/log")
    }

    /// With a home of its own: Debian's bash reads ~/.bashrc under sshd, and a tester's may say or take anything.
    private static func configuration(in directory: String, port: Int) -> String {
        """
        ListenAddress 127.0.0.1:\(port)
        ListenAddress [::1]:\(port)
        HostKey \(directory)/host_ed25519
        HostKey \(directory)/host_ecdsa
        HostKey \(directory)/host_rsa
        AuthorizedKeysFile \(directory)/authorized_keys
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin yes
        MaxStartups 200
        SetEnv HOME=\(directory)
        """
    }

    private static func makeKeys(in directory: String) throws {
        let keys = [
            ("host_ed25519", ["-t", "ed25519"], ""), ("host_ecdsa", ["-t", "ecdsa"], ""),
            ("host_rsa", ["-t", "rsa", "-b", "2048"], ""), ("user", ["-t", "ed25519"], ""),
            ("ecdsa", ["-t", "ecdsa", "-b", "384"], ""), ("rsa", ["-t", "rsa", "-b", "2048"], ""),
            ("rsa_pem", ["-t", "rsa", "-b", "2048", "-m", "PEM"], ""),
            ("ecdsa_pem", ["-t", "ecdsa", "-m", "PEM"], ""), ("stranger", ["-t", "ed25519"], ""),
            ("locked", ["-t", "ed25519"], "secret phrase"),
            ("locked_pem", ["-t", "ecdsa", "-m", "PEM"], "secret phrase"),
        ]
        for (name, options, phrase) in keys {
            let arguments = options + ["-q", "-N", phrase, "-C", name, "-f", "\(directory)/\(name)"]
            let made = try runLocally("/usr/bin/ssh-keygen", arguments)
            guard made.status == 0 else { throw ServerProblem("ssh-keygen: \(made.output)") }
        }
        let accepted = try keys.map(\.0).filter { $0 != "stranger" && !$0.hasPrefix("host") }
            .map { try String(contentsOfFile: "\(directory)/\($0).pub", encoding: .utf8) }
        try accepted.joined().write(toFile: "\(directory)/authorized_keys", atomically: true, encoding: .utf8)
    }

    private static func write(knownHosts: String, port: Int, from directory: String) throws {
        let key = try String(contentsOfFile: "\(directory)/host_ed25519.pub", encoding: .utf8)
        try "[127.0.0.1]:\(port),[::1]:\(port),[localhost]:\(port) \(key)"
            .write(toFile: knownHosts, atomically: true, encoding: .utf8)
    }

    private func awaitStart() async throws {
        for _ in 0..<1200 {
            if banner(port: port).hasPrefix("SSH-2.0") { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw ServerProblem("sshd does not answer on port \(port):\n\(try log())")
    }

    private func stop() {
        process.stop()
    }

    /// A port that was free a moment ago.
    static func freePort() throws -> Int {
        try Listener(backlog: 1).port
    }

    /// Starts a server in a directory of its own, and ends and removes both whatever `body` does.
    static func withServer(_ body: (LocalSSHServer) async throws -> Void) async throws {
        try await withDirectory { directory in
            let server = try LocalSSHServer(in: directory)
            do {
                try await server.awaitStart()
                try await body(server)
            } catch {
                server.stop()
                throw error
            }
            server.stop()
        }
    }
}

/// Gives a suite one sshd for all of its tests.
struct SSHServerTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await LocalSSHServer.withServer { server in
            try await LocalSSHServer.$running.withValue(server) { try await function() }
        }
    }
}

extension Trait where Self == SSHServerTrait {
    static var sshServer: Self { Self() }
}

extension Tag {
    /// Talks to a real server.
    @Tag static var wire: Self
}

struct ServerProblem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Makes a directory for the time of `body`.
func withDirectory(_ body: (String) async throws -> Void) async throws {
    let directory = "/tmp/polyvisor-ssh-\(UUID().uuidString.prefix(8))"
    let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o755]
    try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: false, attributes: attributes)
    do {
        try await body(directory)
    } catch {
        try FileManager.default.removeItem(atPath: directory)
        throw error
    }
    try FileManager.default.removeItem(atPath: directory)
}
