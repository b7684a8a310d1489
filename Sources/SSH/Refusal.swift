internal import CSSH2

/// How far a key came before the login failed.
enum Refusal: Sendable, Equatable {
    /// The node does not take the key for this user.
    case unknown
    /// The node takes the key, and yet does not let the user in.
    case known
    /// The key never left this machine: libssh2 cannot read it, or not sign by it.
    case unusable

    /// - Parameter said: libssh2's words, by which alone some faults of its own differ from the node's answer.
    init(code: Int32, said: String) {
        switch code {
        case LIBSSH2_ERROR_AUTHENTICATION_FAILED: self = .unknown
        case LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED where !said.contains("allback"): self = .known
        default: self = .unusable
        }
    }

    /// What the node wants besides a key that it has taken; nil if nothing, or not known.
    private func further(_ methods: [String]?) -> [String]? {
        guard self == .known, let methods, !methods.isEmpty, !methods.contains("publickey") else { return nil }
        return methods
    }

    func reason(_ key: String, _ methods: [String]?) -> String {
        if let further = further(methods) {
            return "the node takes the key \(key), and asks for \(further.joined(separator: " or ")) as well"
        }
        if self == .known { return "the node takes the key \(key), and yet does not let the user in" }
        guard let methods, !methods.contains("publickey") else { return "the node does not accept the key \(key)" }
        return "the node does not accept the key \(key): it lets nobody in by a key, but by "
            + methods.joined(separator: " or ")
    }

    func hint(for user: String, _ methods: [String]?, publicKey: HostKey?, certificate: String?) -> String {
        if further(methods) != nil {
            return
                "let the key suffice: `AuthenticationMethods publickey` at the very top of /etc/ssh/sshd_config on the "
                + "node, and restart its sshd"
        }
        if self == .known { return LoginCause.hint(for: user) }
        if let methods, !methods.contains("publickey") {
            return
                "`PubkeyAuthentication yes` and `AuthenticationMethods any` at the very top of /etc/ssh/sshd_config on "
                + "the node, and restart its sshd"
        }
        let line = publicKey.map { ": \($0.algorithm) \($0.blob.base64EncodedString())" } ?? ""
        let adding = "add its public half to ~\(user)/.ssh/authorized_keys on the node\(line)"
        guard let certificate else { return adding + "; if it is there, " + LoginCause.hint(for: user) }
        return "\(certificate) lies beside it, but certificates cannot be used yet (libssh2 knows none): \(adding)"
    }
}

/// Why sshd refuses a key that it has, which it tells its own log alone.
struct LoginCause: Sendable {
    /// A part of the line that sshd (or PAM) logs.
    let said: String
    /// What to do on the node.
    let remedy: @Sendable (_ user: String) -> String

    /// The words are those of OpenSSH 9.2 (auth.c, auth2-pubkey.c, misc.c, auth-pam.c); each is tried in the tests.
    static let all = [
        LoginCause(said: "bad ownership or modes") {
            let paths = "~\($0) ~\($0)/.ssh ~\($0)/.ssh/authorized_keys"
            return "chown \($0): \(paths) && chmod go-w \(paths)"
        },
        LoginCause(said: "account is locked") { "usermod -p '*' \($0)" },
        LoginCause(said: "AllowUsers") { "add \($0) to AllowUsers in its sshd_config" },
        LoginCause(said: "AllowGroups") { "add a group of \($0) to AllowGroups in its sshd_config" },
        LoginCause(said: "DenyUsers") { "take \($0) out of DenyUsers in its sshd_config" },
        LoginCause(said: "ROOT LOGIN REFUSED") { _ in "PermitRootLogin prohibit-password in its sshd_config" },
        LoginCause(said: "PubkeyAcceptedAlgorithms") { _ in "add the key's type to them in its sshd_config" },
        LoginCause(said: "PAM account configuration") { "chage -E -1 \($0)" },
        LoginCause(said: "does not exist") { "usermod -s /bin/bash \($0)" },
    ]

    static func hint(for user: String) -> String {
        "its log says why (journalctl -u ssh -n 20): "
            + all.map { "“\($0.said)”: \($0.remedy(user))" }.joined(separator: "; ")
            + "; after a change of sshd_config, restart its sshd"
    }
}
