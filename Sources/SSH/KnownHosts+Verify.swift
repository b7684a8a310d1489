import Wording

extension KnownHosts {
    /// Throws unless the files vouch for the key, with what a person needs to decide.
    func verify(_ key: HostKey, of target: SSHTarget, doing: String) throws(SSHError) {
        let shown = "\(key.algorithm) \(key.fingerprint)"
        switch judge(key, of: target) {
        case .known: return
        case .unknown:
            throw SSHError(
                .hostKeyUnknown(key), node: target.label, doing: doing,
                reason: "the node shows \(shown), and \(whatIsMissing(for: target))",
                hint:
                    "compare it with `ssh-keygen -lf /etc/ssh/ssh_host_\(key.fileName)_key.pub` on the node's console; "
                    + "if it is the same, add this line to \(target.knownHostsFiles.first ?? "a known_hosts file"): "
                    + key.knownHostsLine(for: target))
        case .revoked(let entry):
            throw SSHError(
                .hostKeyMismatch(shown: key), node: target.label, doing: doing,
                reason: "THE KEY IS REVOKED: the node shows \(shown), which \(entry.place) marks as @revoked",
                hint: "do not connect; give the node a new host key")
        case .mismatch(let entry):
            throw SSHError(
                .hostKeyMismatch(shown: key), node: target.label, doing: doing,
                reason: "THE HOST KEY HAS CHANGED, someone may be in between: the node shows \(shown), "
                    + "but \(entry.place) has \(entry.key.algorithm) \(entry.key.fingerprint)",
                hint: "if the node was installed again or got new keys, remove line \(entry.line) of \(entry.file): "
                    + Self.removal(of: entry, target))
        }
    }

    /// What takes an old line away. ssh-keygen leaves the old file beside the new one; of a line of patterns it takes none.
    private static func removal(of entry: Entry, _ target: SSHTarget) -> String {
        let file =
            entry.file.hasPrefix("~/") ? "~/" + shellQuoted(String(entry.file.dropFirst(2))) : shellQuoted(entry.file)
        guard !entry.names.contains(where: "*?!".contains) else { return "sed -i \(entry.line)d \(file)" }
        return "ssh-keygen -R \(shellQuoted(target.knownHostsName)) -f \(file)"
    }

    private func whatIsMissing(for target: SSHTarget) -> String {
        let files = target.knownHostsFiles.joined(separator: ", ")
        if files.isEmpty { return "no known_hosts file was given" }
        guard algorithms(for: target).isEmpty else {
            return "\(files) has an RSA key of this host only, which libssh2 \(libraryVersion) cannot verify"
        }
        if let authority = authority(for: target) {
            return
                "\(authority.place) leaves this host to a certificate authority (@cert-authority); host certificates "
                + "cannot be used yet, as libssh2 knows none, and no line of \(files) has the key itself"
        }
        return "no line of \(files) names this host"
    }
}
