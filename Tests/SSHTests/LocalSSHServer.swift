import Foundation
import SSH
import Testing

/// A real sshd on 127.0.0.1 and a free port, with throw-away keys in a directory of its own.
///
/// Use it by `withServer`, which ends it by its process id. Without /usr/sbin/sshd tests fail and say what
/// to install: an untested link is not a working one.
final class LocalSSHServer: Sendable {
    let directory: String
    let port: Int
    private let process: Process

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
        try await SSHConnection.open(target(), timeout: .seconds(20))
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
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/sshd")
        process.arguments = ["-D", "-e", "-f", "\(directory)/sshd_config"]
        process.standardInput = FileHandle.nullDevice
        try Data().write(to: URL(fileURLWithPath: "\(directory)/log"))
        process.standardError = FileHandle(forWritingAtPath: "\(directory)/log")
        try process.run()
    }

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
        """
    }

    private static func makeKeys(in directory: String) throws {
        let keys = [
            ("host_ed25519", ["-t", "ed25519"], ""), ("host_ecdsa", ["-t", "ecdsa"], ""),
            ("host_rsa", ["-t", "rsa", "-b", "2048"], ""), ("user", ["-t", "ed25519"], ""),
            ("ecdsa", ["-t", "ecdsa", "-b", "384"], ""), ("rsa", ["-t", "rsa", "-b", "2048"], ""),
            ("rsa_pem", ["-t", "rsa", "-b", "2048", "-m", "PEM"], ""),
            ("ecdsa_pem", ["-t", "ecdsa", "-m", "PEM"], ""), ("stranger", ["-t", "ed25519"], ""),
            ("locked", ["-t", "ed25519"], "secret phrase"), ("locked_pem", ["-t", "ecdsa", "-m", "PEM"], "secret phrase"),
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
        for _ in 0..<100 {
            if banner(port: port).hasPrefix("SSH-2.0") { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        let log = try String(contentsOfFile: "\(directory)/log", encoding: .utf8)
        throw ServerProblem("sshd does not answer on port \(port):\n\(log)")
    }

    private func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// A port that was free a moment ago.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw ServerProblem("no free port: \(String(cString: strerror(errno)))") }
        return Int(UInt16(bigEndian: address.sin_port))
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

/// Runs a program of this machine to its end.
@discardableResult
func runLocally(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

/// The first bytes that a server on 127.0.0.1 sends.
private func banner(port: Int) -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    guard connected == 0 else { return "" }
    var buffer = [UInt8](repeating: 0, count: 64)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
}
