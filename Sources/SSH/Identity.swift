internal import CSSH2
import Foundation

/// How a target is logged in to.
enum Identity {
    case key(IdentityKey)
    case agent(socket: String)

    init(of target: SSHTarget) throws(SSHError) {
        if let file = target.identityFile {
            self = .key(try IdentityKey(file: file, node: target.label))
        } else if let path = target.agentSocket ?? ProcessInfo.processInfo.environment["SSH_AUTH_SOCK"], !path.isEmpty {
            self = .agent(socket: expandingHome(path))
        } else {
            throw SSHError(
                .identityFile, node: target.label, doing: "log in as \(target.user)",
                reason: "no identity file is given and no SSH agent runs (SSH_AUTH_SOCK is not set)",
                hint: "give an identity file, or start an agent: eval $(ssh-agent); ssh-add")
        }
    }
}

extension Session {
    func logIn(with identity: Identity, by deadline: Deadline) throws(SSHError) {
        switch identity {
        case .key(let key): try logIn(with: key, by: deadline)
        case .agent(let path): try logInByAgent(at: path, by: deadline)
        }
    }

    private var doing: String { "log in as \(target.user)" }

    private func logIn(with key: IdentityKey, by deadline: Deadline) throws(SSHError) {
        let user = target.user
        do throws(SSHError) {
            try repeatUntilDone(doing, by: deadline) {
                key.contents.withUnsafeBytes { bytes in
                    let characters = bytes.assumingMemoryBound(to: CChar.self)
                    return libssh2_userauth_publickey_frommemory(
                        handle, user, user.utf8.count, nil, 0, characters.baseAddress, bytes.count, nil)
                }
            }
        } catch {
            guard error.kind == .io else { throw error }
            throw refusal(of: key, error)
        }
    }

    private func refusal(of key: IdentityKey, _ error: SSHError) -> SSHError {
        if key.isRSA, !signsRSAWithSHA2 {
            return rsaFailure("the node refused the RSA key \(key.file)")
        }
        return failure(
            .authentication, doing, "the node does not accept the key \(key.file) (\(error.reason))",
            hint: "put its public half, \(key.file).pub, into ~\(target.user)/.ssh/authorized_keys on the node; "
                + "its sshd log says why it refused")
    }

    private func rsaFailure(_ what: String) -> SSHError {
        failure(
            .rsaKeyUnsupported, doing,
            "\(what): libssh2 \(libraryVersion) signs RSA with SHA-1 only, which sshd refuses since OpenSSH 8.8",
            hint: "use an ed25519 key: ssh-keygen -t ed25519")
    }

    private func logInByAgent(at path: String, by deadline: Deadline) throws(SSHError) {
        guard let agent = libssh2_agent_init(handle) else {
            throw failure(.io, doing, "out of memory for the agent")
        }
        defer {
            libssh2_agent_disconnect(agent)
            libssh2_agent_free(agent)
        }
        libssh2_agent_set_identity_path(agent, path)
        guard libssh2_agent_connect(agent) == 0, libssh2_agent_list_identities(agent) == 0 else {
            throw failure(
                .authentication, doing, "the SSH agent at \(path) does not answer (\(lastWords))",
                hint: "start one: eval $(ssh-agent); or give an identity file")
        }
        try tryIdentities(of: agent, by: deadline)
    }

    private func tryIdentities(of agent: OpaquePointer, by deadline: Deadline) throws(SSHError) {
        var previous: UnsafeMutablePointer<libssh2_agent_publickey>?
        var tried = 0
        var skippedRSA = false
        while let identity = try nextIdentity(of: agent, after: previous) {
            previous = identity
            if isRSA(identity.pointee), !signsRSAWithSHA2 {
                skippedRSA = true
                continue
            }
            tried += 1
            if try logIn(with: identity, of: agent, by: deadline) { return }
        }
        if tried == 0, skippedRSA { throw rsaFailure("the SSH agent holds RSA keys only") }
        throw failure(
            .authentication, doing, "the node accepts none of the \(tried) keys of the SSH agent",
            hint: "see which it holds with ssh-add -l, and add one to ~\(target.user)/.ssh/authorized_keys on the node")
    }

    private func nextIdentity(
        of agent: OpaquePointer, after previous: UnsafeMutablePointer<libssh2_agent_publickey>?
    ) throws(SSHError) -> UnsafeMutablePointer<libssh2_agent_publickey>? {
        var identity: UnsafeMutablePointer<libssh2_agent_publickey>?
        // 1 is the end of the list.
        return try check(libssh2_agent_get_identity(agent, &identity, previous), doing) == 0 ? identity : nil
    }

    private func isRSA(_ identity: libssh2_agent_publickey) -> Bool {
        HostKey(blob: Data(bytes: identity.blob, count: identity.blob_len)).algorithm == "ssh-rsa"
    }

    /// Whether the node accepted it; other faults are thrown.
    private func logIn(
        with identity: UnsafeMutablePointer<libssh2_agent_publickey>, of agent: OpaquePointer, by deadline: Deadline
    ) throws(SSHError) -> Bool {
        do throws(SSHError) {
            try repeatUntilDone(doing, by: deadline) { libssh2_agent_userauth(agent, target.user, identity) }
            return true
        } catch {
            guard error.kind == .io else { throw error }
            return false
        }
    }
}
