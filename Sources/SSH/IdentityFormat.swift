import Foundation

extension IdentityKey {
    /// What a file that should be a private key is.
    enum Format: Equatable {
        /// With its public half, where that stands in the open.
        case key(algorithm: String?, HostKey? = nil)
        case encrypted
        case publicKey
        case certificate
        /// A key whose private half is in a security token.
        case token
        /// One of PuTTY's, or of the SSH that was sold.
        case foreign(String)
        case damaged
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
                self = Self.pem(begin, lines.filter { !$0.hasPrefix("-----") }.joined())
            } else {
                self = Self.withoutPEM(text)
            }
        }

        private static func saysEncrypted(_ line: Substring) -> Bool {
            (line.hasPrefix("-----BEGIN ") || line.hasPrefix("Proc-Type:")) && line.contains("ENCRYPTED")
        }

        private static func withoutPEM(_ text: String) -> Format {
            if text.hasPrefix("PuTTY-User-Key-File-") { return .foreign("PuTTY's") }
            if text.hasPrefix("---- BEGIN SSH2") { return .foreign("SSH.com's") }
            let first = text.prefix { !$0.isWhitespace }
            if first.hasSuffix("-cert-v01@openssh.com") { return .certificate }
            return ["ssh-", "ecdsa-", "sk-"].contains(where: first.hasPrefix) ? .publicKey : .other
        }

        /// The object identifier of RSA (1.2.840.113549.1.1.1), which stands at the beginning of its PKCS #8.
        private static let rsa: [UInt8] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01]

        private static func pem(_ begin: Substring, _ base64: String) -> Format {
            if begin.contains("RSA") { return .key(algorithm: "ssh-rsa") }
            if begin.contains("DSA") { return .key(algorithm: "ssh-dss") }
            guard let bytes = Data(base64Encoded: base64) else { return .damaged }
            return .key(algorithm: bytes.prefix(64).range(of: Data(rsa)) == nil ? nil : "ssh-rsa")
        }

        /// OpenSSH's PROTOCOL.key: magic, cipher, KDF, its options, number of keys, the public key, the private part.
        private static func openSSH(_ base64: String) -> Format {
            guard let bytes = Data(base64Encoded: base64) else { return .damaged }
            var reader = WireReader(bytes)
            guard reader.skip(Array("openssh-key-v1\0".utf8)), let cipher = reader.string(), reader.string() != nil,
                reader.string() != nil, reader.integer() == 1, let blob = reader.string(), reader.string() != nil
            else { return .damaged }
            if !cipher.elementsEqual("none".utf8) { return .encrypted }
            let key = HostKey(blob: Data(blob))
            return key.algorithm.hasPrefix("sk-") ? .token : .key(algorithm: key.algorithm, key)
        }

        /// Why it cannot be used, and what to do.
        func problem(_ file: String) -> (kind: SSHError.Kind, reason: String, hint: String)? {
            let make = "make one: ssh-keygen -t ed25519"
            switch self {
            case .key(let algorithm, _) where algorithm == "ssh-dss":
                return (.identityFile, "a DSA key, which sshd has not taken since OpenSSH 7.0", make)
            case .key: return nil
            case .encrypted:
                return (
                    .passphrase, "the key is protected by a passphrase",
                    "add it to an SSH agent (eval $(ssh-agent); ssh-add \(file)) and name no identity_file, or take "
                        + "the passphrase off: ssh-keygen -p -N '' -f \(file)"
                )
            case .publicKey:
                let name = file.hasSuffix(".pub") ? ": \(file.dropLast(4))" : ""
                return (.identityFile, "this is the public key", "name the private one\(name)")
            case .certificate:
                return (
                    .identityFile, "this is a certificate, which cannot be used: libssh2 knows none",
                    "name a private key, and put its public half into ~/.ssh/authorized_keys on the node"
                )
            case .token:
                return (.identityFile, "the key needs a security token, which libssh2 cannot ask", make)
            case .foreign(let whose):
                return (
                    .identityFile, "this is in \(whose) own format",
                    whose.hasPrefix("PuTTY")
                        ? "write it in OpenSSH's: puttygen \(file) -O private-openssh -o \(file).openssh"
                        : "write it in OpenSSH's: ssh-keygen -i -f \(file) > \(file).openssh"
                )
            case .damaged: return (.identityFile, "this private key is damaged: some of it is missing or changed", make)
            case .other: return (.identityFile, "this is not a private key in OpenSSH's or PEM format", make)
            }
        }
    }
}

extension HostKey {
    /// The key of a file as `id_ed25519.pub` is one: the algorithm, the key, a comment.
    init?(publicKeyFile contents: Data) {
        let words = String(decoding: contents, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count >= 2, let blob = Data(base64Encoded: String(words[1])) else { return nil }
        self.init(blob: blob)
        guard algorithm == words[0] else { return nil }
    }
}
