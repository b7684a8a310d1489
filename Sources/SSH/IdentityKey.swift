import Foundation

/// A private key file, looked at before libssh2 gets it: libssh2's own errors for a bad one are
/// "Unable to extract public key", whatever is wrong.
struct IdentityKey {
    let file: String
    /// The file's bytes. Never printed.
    let contents: Data
    /// `ssh-ed25519`, … where the format or the public half beside it tells; else nil.
    let algorithm: String?

    var isRSA: Bool { algorithm == "ssh-rsa" }

    /// The public half, where the file or the one beside it tells it.
    let publicKey: HostKey?
    /// The certificate beside it, which OpenSSH would show with the key.
    let certificate: String?

    /// "id_ed25519 (ssh-ed25519 SHA256:…)"
    var name: String { publicKey.map { "\(file) (\($0.algorithm) \($0.fingerprint))" } ?? file }

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
        let format = Format(contents)
        if let (kind, reason, hint) = format.problem(file) {
            throw SSHError(kind, node: node, doing: doing, reason: reason, hint: hint)
        }
        let beside = FileManager.default.contents(atPath: path + ".pub").flatMap(HostKey.init(publicKeyFile:))
        if case .key(let algorithm, let blob) = format {
            publicKey = blob ?? beside
            self.algorithm = algorithm ?? beside?.algorithm
        } else {
            (publicKey, algorithm) = (nil, nil)
        }
        certificate = FileManager.default.fileExists(atPath: path + "-cert.pub") ? file + "-cert.pub" : nil
    }

    /// A key that others can read is no secret; OpenSSH refuses it too.
    private static func problemWithMode(of path: String) -> String? {
        var info = stat()
        guard stat(path, &info) == 0, info.st_uid == getuid(), info.st_mode & 0o077 != 0 else { return nil }
        return "others may read it (mode \(String(info.st_mode & 0o777, radix: 8)))"
    }
}
