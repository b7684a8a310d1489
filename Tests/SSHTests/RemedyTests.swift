import Foundation
import Testing

@testable import SSH

/// Each remedy that a message gives is followed, on a real sshd, and then the login has to work.
@Suite("A remedy works when it is followed:", .serialized, .tags(.wire), .enabled(if: geteuid() == 0, "needs root"))
struct RemedyTests {
    struct Apart: Sendable {
        var kind: String
        var line: String
    }

    static let apart = [
        Apart(
            kind: "MAC",
            line: "MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-256-etm@openssh.com,umac-128-etm@openssh.com"),
        Apart(kind: "cipher", line: "Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com"),
        Apart(kind: "key exchange", line: "KexAlgorithms sntrup761x25519-sha512@openssh.com"),
    ]

    static let combinations: [[Apart]] = apart.map { [$0] } + [apart]

    @Test("algorithms of a hardened server, of each kind and of all", arguments: RemedyTests.combinations)
    func hardened(kinds: [Apart]) async throws {
        try await OddServer.with(.init(configuration: kinds.map(\.line))) { server in
            let error = try await server.refusal()
            #expect(error.kind == .protocolFailure)
            for kind in kinds {
                #expect(error.reason.contains("no \(kind.kind) in common"), "\(error)")
                let offered = kind.line.split(separator: " ")[1].split(separator: ",")
                for name in offered { #expect(error.reason.contains(name), "\(error)") }
            }
            #expect(error.reason.contains("libssh2 \(libraryVersion) has "))
            #expect(error.lines.count == kinds.count)
            try await server.put(error.lines)
            #expect(try await server.expectLogin() == "hello\n")
        }
    }

    @Test("a server that has no host key but RSA", .enabled(if: !signsRSAWithSHA2))
    func hostKeyTypes() async throws {
        try await OddServer.with(.init(hostKey: "host_rsa")) { server in
            try "".write(toFile: server.knownHosts, atomically: true, encoding: .utf8)
            let error = try await server.refusal()
            #expect(error.reason.contains("no type of host key in common") && error.lines.count == 3, "\(error)")
            try await server.run(error.lines[0])
            try await server.put(Array(error.lines[1...]))
            let unknown = try await server.refusal()
            try accept(unknown, server)
            #expect(try await server.expectLogin() == "hello\n")
        }
    }

    /// Follows the hint to add a line to a file.
    private func accept(_ error: SSHError, _ server: OddServer) throws {
        let hint = try #require(error.hint)
        let advice = try #require(hint.split(separator: "add this line to ").dropFirst().first, "\(error)")
        let parts = advice.split(separator: ": ", maxSplits: 1)
        try #require(parts.count == 2 && parts[0] == server.knownHosts)
        let old = try String(contentsOfFile: server.knownHosts, encoding: .utf8)
        try (old + parts[1] + "\n").write(toFile: String(parts[0]), atomically: true, encoding: .utf8)
    }

    @Test("a host key that has changed, in a line of its own, among names, and of a pattern")
    func hostKeyChanged() async throws {
        try await OddServer.with { server in
            let other = try String(contentsOfFile: "\(server.directory)/stranger.pub", encoding: .utf8)
            for names in ["[127.0.0.1]:\(server.port)", "some,[127.0.0.1]:\(server.port)", "[127.0.*]:\(server.port)"] {
                try "# kept\n\(names) \(other)other \(other)".write(
                    toFile: server.knownHosts, atomically: true, encoding: .utf8)
                let error = try await server.refusal()
                let command = try #require(error.hint?.split(separator: "\(server.knownHosts): ").last)
                #expect(command.hasPrefix(names.contains("*") ? "sed " : "ssh-keygen -R "), "\(error)")
                let done = try runLocally("/bin/sh", ["-c", String(command)])
                #expect(done.status == 0, "\(done.output)")
                try accept(try await server.refusal(), server)
                #expect(try await server.expectLogin() == "hello\n")
                #expect(try String(contentsOfFile: server.knownHosts, encoding: .utf8).contains("\nother ssh-ed25519"))
            }
        }
    }

    struct Cause: Sendable, CustomTestStringConvertible {
        var said: String
        var setup = OddServer.Setup()
        /// What an administrator writes where the remedy is no command.
        var change: (old: String, new: String)?
        var testDescription: String { said }
    }

    static let causes = [
        Cause(said: "bad ownership or modes", setup: .init(command: "chmod o+w ~root/.ssh/authorized_keys")),
        Cause(said: "account is locked", setup: .init(command: "sed -i 's/^root:[^:]*:/root:!:/' /etc/shadow")),
        Cause(
            said: "AllowUsers", setup: .init(configuration: ["AllowUsers nobody"]),
            change: ("AllowUsers nobody", "AllowUsers nobody root")),
        Cause(
            said: "AllowGroups", setup: .init(configuration: ["AllowGroups nogroup"]),
            change: ("AllowGroups nogroup", "AllowGroups nogroup root")),
        Cause(said: "DenyUsers", setup: .init(configuration: ["DenyUsers root"]), change: ("DenyUsers root", "")),
        Cause(
            said: "ROOT LOGIN REFUSED", setup: .init(configuration: ["PermitRootLogin no"]),
            change: ("PermitRootLogin no", "PermitRootLogin prohibit-password")),
        Cause(
            said: "PubkeyAcceptedAlgorithms", setup: .init(configuration: ["PubkeyAcceptedAlgorithms rsa-sha2-512"]),
            change: ("rsa-sha2-512", "rsa-sha2-512,ssh-ed25519")),
        Cause(said: "PAM account configuration", setup: .init(command: "chage -E 0 root", usesPAM: true)),
        Cause(said: "does not exist", setup: .init(command: "sed -i 's|/bin/bash|/no/shell|' /etc/passwd")),
    ]

    @Test("every cause that sshd tells its log alone", arguments: RemedyTests.causes)
    func refusedKey(cause: Cause) async throws {
        let known = try #require(LoginCause.all.first { $0.said == cause.said })
        try await OddServer.with(cause.setup) { server in
            let error = try await server.refusal()
            #expect(error.kind == .authentication)
            #expect(error.hint?.contains("“\(known.said)”: \(known.remedy("root"))") == true, "\(error)")
            let log = try await server.log()
            #expect(log.contains(known.said), "\(log)")
            if let change = cause.change {
                try await server.replace(change.old, with: change.new)
            } else {
                try await server.run(known.remedy("root"))
            }
            #expect(try await server.expectLogin() == "hello\n")
        }
    }

    @Test("all causes that messages name are tried here")
    func complete() { #expect(Self.causes.map(\.said).sorted() == LoginCause.all.map(\.said).sorted()) }

    @Test("a key that is not there")
    func missingKey() async throws {
        try await OddServer.with(.init(command: ": > ~root/.ssh/authorized_keys")) { server in
            let error = try await server.refusal()
            #expect(error.kind == .authentication && error.reason.contains(server.key))
            let line = try #require(error.hint?.firstMatch(of: /ssh-ed25519 \S+=*/)?.output)
            try await server.run("echo '\(line.replacing(";", with: ""))' >> ~root/.ssh/authorized_keys")
            #expect(try await server.expectLogin() == "hello\n")
        }
    }

    @Test(
        "a server that takes no key, or wants more than one",
        arguments: [
            (["PubkeyAuthentication no"], "lets nobody in by a key"),
            (["AuthenticationMethods password"], "lets nobody in by a key"),
            (["AuthenticationMethods publickey,password"], "asks for password as well"),
        ])
    func methods(lines: [String], said: String) async throws {
        try await OddServer.with(.init(configuration: lines)) { server in
            let error = try await server.refusal()
            #expect(error.kind == .authentication && error.reason.contains(said), "\(error)")
            try await server.put(error.lines)
            #expect(try await server.expectLogin() == "hello\n")
        }
    }

    @Test("a key with a passphrase: by an agent, or without it")
    func passphrase() async throws {
        try await OddServer.with { server in
            let protect = ["-q", "-p", "-P", "", "-N", "a phrase", "-f", server.key]
            try runLocally("/usr/bin/ssh-keygen", protect)
            let error = try await server.refusal()
            #expect(error.kind == .passphrase)
            let hint = try #require(error.hint)
            #expect(hint.contains("eval $(ssh-agent); ssh-add \(server.key)"))
            #expect(hint.contains("ssh-keygen -p -N '' -f \(server.key)"))
            let ask = "\(server.directory)/ask"
            try "#!/bin/sh\necho a phrase\n".write(toFile: ask, atomically: true, encoding: .utf8)
            chmod(ask, 0o700)
            let socket = "\(server.directory)/agent"
            let script = """
                eval $(ssh-agent -a \(socket)) >/dev/null; export SSH_ASKPASS=\(ask) SSH_ASKPASS_REQUIRE=force
                ssh-add -q \(server.key) && ssh-keygen -q -p -N '' -P 'a phrase' -f \(server.key); echo $SSH_AGENT_PID
                """
            let done = try runLocally("/bin/sh", ["-c", script])
            let agent = pid_t(done.output.split(separator: "\n").last ?? "") ?? 0
            defer { if agent > 1 { Self.end(agent, of: socket) } }
            #expect(
                try await server.expectLogin {
                    $0.identityFile = nil
                    $0.agentSocket = socket
                } == "hello\n")
            #expect(try await server.expectLogin() == "hello\n")
        }
    }

    /// Ends an agent, and waits until it has removed its socket, which nobody else may do meanwhile.
    private static func end(_ agent: pid_t, of socket: String) {
        kill(agent, SIGTERM)
        for _ in 0..<1200 where FileManager.default.fileExists(atPath: socket) { usleep(50_000) }
    }

    @Test("an agent with more keys than the server lets one try")
    func tooManyKeys() async throws {
        try await OddServer.with(.init(configuration: ["MaxAuthTries 1"])) { server in
            let socket = "\(server.directory)/agent"
            let agent = try ChildProcess("/usr/bin/ssh-agent", ["-D", "-a", socket])
            defer { agent.stop() }
            for _ in 0..<1200 where !FileManager.default.fileExists(atPath: socket) {
                try await Task.sleep(for: .milliseconds(50))
            }
            let keys = ["\(server.directory)/stranger", "\(server.directory)/host_ed25519", server.key]
            let added = try runLocally(
                "/bin/sh", ["-c", "SSH_AUTH_SOCK=\(socket) ssh-add -q \(keys.joined(separator: " "))"])
            #expect(added.status == 0, "\(added.output)")
            let error = try await server.refusal {
                $0.identityFile = nil
                $0.agentSocket = socket
            }
            #expect(error.kind == .authentication && error.reason.contains("MaxAuthTries"), "\(error)")
            #expect(error.hint?.contains("identity_file") == true)
            #expect(try await server.expectLogin() == "hello\n")
        }
    }

    @Test("certificates, which cannot be used: of the user, and of the host")
    func certificates() async throws {
        try await OddServer.with { server in
            let place = server.directory
            try await server.run(
                """
                cd \(place) && ssh-keygen -q -t ed25519 -N '' -f ca && ssh-keygen -q -s ca -I me -n root key.pub \
                && ssh-keygen -q -s ca -I node -h -n 127.0.0.1 host_ed25519.pub && : > ~root/.ssh/authorized_keys
                """)
            try await server.put([
                "TrustedUserCAKeys \(place)/ca.pub", "HostCertificate \(place)/host_ed25519-cert.pub",
            ])
            let error = try await server.refusal()
            #expect(error.hint?.contains("\(server.key)-cert.pub") == true && error.kind == .authentication, "\(error)")
            try FileManager.default.copyItem(atPath: "\(place)/key.pub", toPath: "\(place)/again")
            try await server.run("cat \(place)/key.pub >> ~root/.ssh/authorized_keys")
            #expect(try await server.expectLogin() == "hello\n")

            let authority = try String(contentsOfFile: "\(place)/ca.pub", encoding: .utf8)
            try "# site\n@cert-authority [127.0.0.1]:\(server.port) \(authority)".write(
                toFile: server.knownHosts, atomically: true, encoding: .utf8)
            let unknown = try await server.refusal()
            #expect(unknown.reason.contains("\(server.knownHosts):2 leaves this host to a certificate authority"))
            try accept(unknown, server)
            #expect(try await server.expectLogin() == "hello\n")
        }
    }

    @Test("a server that opens no session")
    func noSession() async throws {
        try await OddServer.with(.init(configuration: ["MaxSessions 0"])) { server in
            let error = try await server.refusal()
            #expect(error.reason.contains("opens no session"), "\(error)")
            try await server.put(error.lines.filter { $0.hasPrefix("Max") })
            #expect(try await server.expectLogin() == "hello\n")
        }
    }
}
