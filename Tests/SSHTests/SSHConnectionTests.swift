import Foundation
import SSH
import Testing

/// Everything that needs a real sshd; serialized, as one server has a limit of logins at a time.
@Suite("Over SSH", .sshServer, .serialized, .tags(.wire))
enum OverSSH {}

/// The error of a call that has to fail.
func failure(of body: () async throws -> Void) async throws -> SSHError {
    do {
        try await body()
    } catch let error as SSHError {
        return error
    }
    throw ServerProblem("it did not fail")
}

extension OverSSH {
    @Suite("Opening a connection")
    struct Opening {
        let server: LocalSSHServer
        init() throws { server = try LocalSSHServer.shared() }

        @Test("works by IPv4, IPv6 and name", arguments: ["127.0.0.1", "::1", "localhost"])
        func addresses(host: String) async throws {
            let link = try await SSHConnection.open(server.target(host: host))
            #expect(try await link.output(of: "echo hello") == "hello\n")
            await link.close()
        }

        @Test("logs in with each kind of key", arguments: ["user", "ecdsa", "ecdsa_pem"])
        func keys(name: String) async throws {
            let link = try await SSHConnection.open(server.target(identity: name))
            #expect(try await link.output(of: "id -un") == NSUserName() + "\n")
            await link.close()
        }

        @Test("refuses an RSA key and says why", arguments: ["rsa", "rsa_pem"])
        func rsa(name: String) async throws {
            let error = try await failure { _ = try await SSHConnection.open(server.target(identity: name)) }
            #expect(error.kind == .rsaKeyUnsupported)
            #expect(error.node == "node-é")
            #expect(error.hint != nil)
        }

        @Test("refuses a key with a passphrase before it connects", arguments: ["locked", "locked_pem"])
        func passphrase(name: String) async throws {
            let error = try await failure { _ = try await SSHConnection.open(server.target(identity: name)) }
            #expect(error.kind == .passphrase)
        }

        @Test("names the key that the node does not accept")
        func stranger() async throws {
            let error = try await failure { _ = try await SSHConnection.open(server.target(identity: "stranger")) }
            #expect(error.kind == .authentication)
            #expect(error.reason.contains(server.key("stranger")))
        }

        @Test(
            "says what is wrong with an identity file",
            arguments: ["missing", "user.pub", "authorized_keys", "open", "empty"])
        func identityFiles(name: String) async throws {
            try Data().write(to: URL(fileURLWithPath: server.key("empty")))
            try Data(contentsOf: URL(fileURLWithPath: server.key())).write(to: URL(fileURLWithPath: server.key("open")))
            let error = try await failure { _ = try await SSHConnection.open(server.target(identity: name)) }
            #expect(error.kind == .identityFile)
            #expect(error.doing.contains(server.key(name)))
        }

        @Test("passes a user's name as it is, in UTF-8")
        func nonASCIIUser() async throws {
            let error = try await failure { _ = try await SSHConnection.open(server.target(user: "renée")) }
            #expect(error.kind == .authentication)
            #expect(try server.log().contains(#"user ren\303\251e from"#))
        }

        @Test("asks the agent when no identity file is given")
        func agent() async throws {
            try await withAgent(keys: ["rsa", "user"]) { socket in
                let link = try await SSHConnection.open(agentTarget(socket))
                #expect(try await link.output(of: "echo hello") == "hello\n")
                await link.close()
            }
        }

        @Test("says that an agent's keys do not fit")
        func agentWithoutFittingKey() async throws {
            try await withAgent(keys: ["stranger"]) { socket in
                let error = try await failure { _ = try await SSHConnection.open(agentTarget(socket)) }
                #expect(error.kind == .authentication)
            }
            try await withAgent(keys: ["rsa"]) { socket in
                let error = try await failure { _ = try await SSHConnection.open(agentTarget(socket)) }
                #expect(error.kind == .rsaKeyUnsupported)
            }
            let error = try await failure { _ = try await SSHConnection.open(agentTarget("/nonexistent/agent")) }
            #expect(error.kind == .authentication)
        }

        private func agentTarget(_ socket: String) -> SSHTarget {
            var target = server.target()
            target.identityFile = nil
            target.agentSocket = socket
            return target
        }

        private func withAgent(keys: [String], _ body: (String) async throws -> Void) async throws {
            let socket = "\(server.directory)/agent-\(UUID().uuidString.prefix(8))"
            let agent = try ChildProcess("/usr/bin/ssh-agent", ["-D", "-a", socket])
            defer { agent.stop() }
            for _ in 0..<1200 where !FileManager.default.fileExists(atPath: socket) {
                try await Task.sleep(for: .milliseconds(50))
            }
            for key in keys {
                let script = "SSH_AUTH_SOCK=\(shellQuoted(socket)) exec ssh-add -q \(shellQuoted(server.key(key)))"
                let added = try runLocally("/bin/sh", ["-c", script])
                try #require(added.status == 0, "\(added.output)")
            }
            try await body(socket)
        }
    }

    @Suite("A host that does not answer")
    struct Unreachable {
        let server: LocalSSHServer
        init() throws { server = try LocalSSHServer.shared() }

        @Test("a port without a listener is refused at once")
        func refused() async throws {
            var target = server.target()
            target.port = try LocalSSHServer.freePort()
            let error = try await failure { _ = try await SSHConnection.open(target) }
            #expect(error.kind == .unreachable)
        }

        @Test("a port that is none is named", arguments: [0, -1, 65536])
        func noPort(port: Int) async throws {
            var target = server.target()
            target.port = port
            let error = try await failure { _ = try await SSHConnection.open(target) }
            #expect(error.kind == .unreachable)
        }

        @Test("a name that cannot resolve is named")
        func noName() async throws {
            // Too long a label for DNS, so that no resolver is asked.
            let target = server.target(host: String(repeating: "a", count: 64))
            let error = try await failure { _ = try await SSHConnection.open(target) }
            #expect(error.kind == .unreachable)
            #expect(error.doing.contains(target.host))
        }

        @Test("a black hole ends at the timeout")
        func blackHole() async throws {
            try await withListener(backlog: 0) { port in
                // A full backlog makes the kernel drop further connections, as a firewall does.
                let fillers = (0..<4).map { _ in Filler(port: port) }
                try await expectTimeout(port)
                withExtendedLifetime(fillers) {}
            }
        }

        @Test("a server that says nothing ends at the timeout")
        func silentServer() async throws {
            try await withListener(backlog: 8) { port in try await expectTimeout(port) }
        }

        @Test("waiting for a connection ends when the task is cancelled")
        func cancelled() async throws {
            try await withListener(backlog: 8) { port in
                var target = server.target()
                target.port = port
                let opening = Task { [target] in try await SSHConnection.open(target, timeout: .seconds(3600)) }
                try await Task.sleep(for: .milliseconds(200))
                opening.cancel()
                let clock = ContinuousClock()
                let start = clock.now
                let error = try await failure { _ = try await opening.value }
                #expect(error.kind == .cancelled)
                #expect(clock.now - start < .seconds(900))
            }
        }

        private func expectTimeout(_ port: Int) async throws {
            var target = server.target()
            target.port = port
            let clock = ContinuousClock()
            let start = clock.now
            let error = try await failure { _ = try await SSHConnection.open(target, timeout: .milliseconds(700)) }
            #expect(error.kind == .timeout)
            #expect(clock.now - start >= .milliseconds(690))
        }

        private func withListener(backlog: Int32, _ body: (Int) async throws -> Void) async throws {
            let listener = try Listener(backlog: backlog)
            try await body(listener.port)
            withExtendedLifetime(listener) {}
        }
    }
}
