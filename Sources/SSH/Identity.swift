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
        let code: Int32
        do throws(SSHError) {
            code = try codeWhenDone(doing, by: deadline) {
                key.contents.withUnsafeBytes { bytes in
                    let characters = bytes.assumingMemoryBound(to: CChar.self)
                    return libssh2_userauth_publickey_frommemory(
                        handle, user, user.utf8.count, nil, 0, characters.baseAddress, bytes.count, nil)
                }
            }
        } catch {
            throw error.kind == .disconnected ? cutOff(error, key) : error
        }
        guard code < 0 else { return }
        throw refusal(of: key, Refusal(code: code, said: lastWords), by: deadline)
    }

    private func refusal(of key: IdentityKey, _ refusal: Refusal, by deadline: Deadline) -> SSHError {
        if refusal == .unusable {
            return failure(
                .identityFile, doing, "libssh2 \(libraryVersion) cannot use the key \(key.file) (\(lastWords))",
                hint: "use an ed25519 key: ssh-keygen -t ed25519")
        }
        if key.isRSA, !signsRSAWithSHA2 { return rsaFailure("the node refused the RSA key \(key.file)") }
        let methods = methods(by: deadline)
        return failure(
            .authentication, doing, refusal.reason(key.name, methods),
            hint: refusal.hint(for: target.user, methods, publicKey: key.publicKey, certificate: key.certificate))
    }

    private func cutOff(_ error: SSHError, _ key: IdentityKey) -> SSHError {
        failure(
            .authentication, doing, "the node closed the connection when it was shown the key \(key.name)",
            hint: LoginCause.hint(for: target.user))
    }

    /// The ways to log in that the node names; nil if it does not answer any more.
    private func methods(by deadline: Deadline) -> [String]? {
        let user = target.user
        while true {
            if let list = libssh2_userauth_list(handle, user, UInt32(user.utf8.count)) {
                return String(cString: list).split(separator: ",").map(String.init)
            }
            guard libssh2_session_last_errno(handle) == LIBSSH2_ERROR_EAGAIN, (try? wait(doing, by: deadline)) != nil
            else { return nil }
        }
    }

    private func rsaFailure(_ what: String) -> SSHError {
        failure(
            .rsaKeyUnsupported, doing,
            "\(what): libssh2 \(libraryVersion) signs RSA with SHA-1 only, which sshd refuses since OpenSSH 8.8",
            hint:
                "use an ed25519 key: ssh-keygen -t ed25519, and its public half in ~\(target.user)/.ssh/authorized_keys "
                + "on the node")
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
        var tried: [String] = []
        var known: Refusal?
        var skippedRSA = false
        while let identity = try nextIdentity(of: agent, after: previous) {
            previous = identity
            let key = HostKey(blob: Data(bytes: identity.pointee.blob, count: identity.pointee.blob_len))
            if key.algorithm == "ssh-rsa", !signsRSAWithSHA2 {
                skippedRSA = true
                continue
            }
            guard let refusal = try logIn(with: identity, of: agent, after: tried.count, by: deadline) else { return }
            if refusal == .known { known = refusal }
            tried.append("\(key.algorithm) \(key.fingerprint)")
        }
        throw agentFailure(tried, known, skippedRSA: skippedRSA, by: deadline)
    }

    private func agentFailure(
        _ tried: [String], _ known: Refusal?, skippedRSA: Bool, by deadline: Deadline
    ) -> SSHError {
        if tried.isEmpty, skippedRSA { return rsaFailure("the SSH agent holds RSA keys only") }
        guard !tried.isEmpty else {
            return failure(
                .authentication, doing, "the SSH agent holds no key", hint: "give it one: ssh-add ~/.ssh/id_ed25519")
        }
        let keys = "the \(tried.count) keys of the SSH agent (\(tried.joined(separator: ", ")))"
        // A server that has had enough closes the connection, which libssh2 shows only at the next call.
        guard let methods = methods(by: deadline) else { return tooManyKeys(keys) }
        let refusal = known ?? .unknown
        return failure(
            .authentication, doing, refusal.reason(known == nil ? "any of \(keys)" : "one of \(keys)", methods),
            hint: refusal.hint(for: target.user, methods, publicKey: nil, certificate: nil))
    }

    private func tooManyKeys(_ keys: String) -> SSHError {
        failure(
            .authentication, doing,
            "the node closed the connection when it was shown \(keys), as its sshd does after some tries (MaxAuthTries, "
                + "6 if not set)",
            hint: "name the right private key as identity_file, or let the agent hold no other: ssh-add -D; ssh-add KEY"
        )
    }

    private func nextIdentity(
        of agent: OpaquePointer, after previous: UnsafeMutablePointer<libssh2_agent_publickey>?
    ) throws(SSHError) -> UnsafeMutablePointer<libssh2_agent_publickey>? {
        var identity: UnsafeMutablePointer<libssh2_agent_publickey>?
        // 1 is the end of the list.
        return try check(libssh2_agent_get_identity(agent, &identity, previous), doing) == 0 ? identity : nil
    }

    /// Why the node did not accept it; nil if it did. Other faults are thrown.
    private func logIn(
        with identity: UnsafeMutablePointer<libssh2_agent_publickey>, of agent: OpaquePointer, after tried: Int,
        by deadline: Deadline
    ) throws(SSHError) -> Refusal? {
        let code: Int32
        do throws(SSHError) {
            code = try codeWhenDone(doing, by: deadline) { libssh2_agent_userauth(agent, target.user, identity) }
        } catch {
            throw error.kind == .disconnected ? tooManyKeys("the key \(tried + 1) of the SSH agent") : error
        }
        return code < 0 ? Refusal(code: code, said: lastWords) : nil
    }
}
