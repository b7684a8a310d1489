import Foundation

/// A private key file, looked at before libssh2 gets it: libssh2's own errors for a bad one are
/// "Unable to extract public key", whatever is wrong.
struct IdentityKey {
    let file: String
    /// The file's bytes. Never printed.
    let contents: Data
    /// `ssh-ed25519`, … where the format tells without the private part; else nil.
    let algorithm: String?

    var isRSA: Bool { algorithm == "ssh-rsa" }

    init(file: String, node: String) throws(SSHError) {
        let doing = "read the identity file \(file)"
        let path = expandingHome(file)
        do {
            contents = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw SSHError(
                .identityFile, node: node, doing: doing, reason: reasonOf(error),
                hint: "name an existing private key, or make one: ssh-keygen -t ed25519 -f \(file)")
        }
        self.file = file
        if let problem = Self.problemWithMode(of: path) {
            throw SSHError(.identityFile, node: node, doing: doing, reason: problem, hint: "chmod 600 \(file)")
        }
        switch Format(contents) {
        case .key(let algorithm): self.algorithm = algorithm
        case .encrypted:
            throw SSHError(
                .passphrase, node: node, doing: doing, reason: "the key is protected by a passphrase",
                hint: "add it to an SSH agent and name no identity file, or use a key without a passphrase")
        case .publicKey:
            throw SSHError(
                .identityFile, node: node, doing: doing, reason: "this is the public key",
                hint: "name the private one" + (file.hasSuffix(".pub") ? ": \(file.dropLast(4))" : ""))
        case .other:
            throw SSHError(
                .identityFile, node: node, doing: doing, reason: "this is not a private key in OpenSSH's or PEM format",
                hint: "make one: ssh-keygen -t ed25519")
        }
    }

    /// A key that others can read is no secret; OpenSSH refuses it too.
    private static func problemWithMode(of path: String) -> String? {
        var info = stat()
        guard stat(path, &info) == 0, info.st_uid == getuid(), info.st_mode & 0o077 != 0 else { return nil }
        return "others may read it (mode \(String(info.st_mode & 0o777, radix: 8)))"
    }

    enum Format: Equatable {
        case key(algorithm: String?)
        case encrypted
        case publicKey
        case other

        init(_ contents: Data) {
            let text = String(decoding: contents, as: UTF8.self)
            let lines = text.split(whereSeparator: \.isNewline)
            let begin = lines.first { $0.hasPrefix("-----BEGIN ") }
            if lines.contains(where: Self.saysEncrypted) {
                self = .encrypted
            } else if begin == "-----BEGIN OPENSSH PRIVATE KEY-----" {
                self = Self.openSSH(lines.filter { !$0.hasPrefix("-----") }.joined())
            } else if let begin, begin.hasSuffix("PRIVATE KEY-----") {
                self = .key(algorithm: begin.contains("RSA") ? "ssh-rsa" : nil)
            } else {
                self = text.hasPrefix("ssh-") || text.hasPrefix("ecdsa-") ? .publicKey : .other
            }
        }

        private static func saysEncrypted(_ line: Substring) -> Bool {
            (line.hasPrefix("-----BEGIN ") || line.hasPrefix("Proc-Type:")) && line.contains("ENCRYPTED")
        }

        /// OpenSSH's PROTOCOL.key: magic, cipher, KDF, its options, number of keys, the public key, …
        private static func openSSH(_ base64: String) -> Format {
            guard let bytes = Data(base64Encoded: base64) else { return .other }
            var reader = WireReader(bytes)
            guard reader.skip(Array("openssh-key-v1\0".utf8)), let cipher = reader.string(), reader.string() != nil,
                reader.string() != nil, reader.integer() == 1, let blob = reader.string()
            else { return .other }
            if !cipher.elementsEqual("none".utf8) { return .encrypted }
            return .key(algorithm: HostKey(blob: Data(blob)).algorithm)
        }
    }
}
