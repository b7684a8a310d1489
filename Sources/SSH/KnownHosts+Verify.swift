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
                hint: "compare it with `ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub` on the node's console; "
                    + "if it is the same, add this line to known_hosts: \(key.knownHostsLine(for: target))")
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
                hint: "if the node was installed anew, remove line \(entry.line) of \(entry.file)")
        }
    }

    private func whatIsMissing(for target: SSHTarget) -> String {
        let files = target.knownHostsFiles.joined(separator: ", ")
        if files.isEmpty { return "no known_hosts file was given" }
        guard algorithms(for: target).isEmpty else {
            return "\(files) has an RSA key of this host only, which libssh2 \(libraryVersion) cannot verify"
        }
        return "no line of \(files) names this host"
    }
}
