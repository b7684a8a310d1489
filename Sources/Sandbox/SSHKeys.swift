import Foundation

/// Key pairs that Polyvisor makes, so that both sides of a connection are known before the first one.
enum SSHKeys {
    /// Makes `directory`/`name` (0600) and its `.pub` unless they are there, both or none.
    static func make(_ name: String, in directory: String, comment: String) async throws {
        guard !Files.exists("\(directory)/\(name)") else { return }
        let half = "\(directory).new"
        try await Files.removeTree(half)
        try Files.makeDirectory(half, mode: 0o700)
        try await HostCommand("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", "\(half)/\(name)")
            .run(doing: "make the SSH key of \(comment)")
        guard rename(half, directory) == 0 else { throw Files.failure("keep the SSH keys in \(directory)") }
    }

    /// Key type and key of a public key file.
    static func publicKey(_ path: String) throws -> String {
        guard let text = Files.read(path) else { throw Files.failure("read \(path)") }
        return text.split(whereSeparator: \.isWhitespace).prefix(2).joined(separator: " ")
    }

    /// A line of known_hosts for a host that is reached by several names (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).
    static func knownHost(_ names: [String], port: Int, key: String) -> String {
        names.map { port == 22 ? $0 : "[\($0)]:\(port)" }.joined(separator: ",") + " " + key
    }
}
