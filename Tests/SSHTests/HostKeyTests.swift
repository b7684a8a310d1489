import Foundation
import SSH
import Testing

extension OverSSH {
    @Suite("A host key")
    struct HostKeys {
        let server: LocalSSHServer
        init() throws { server = try LocalSSHServer.shared() }

        private func knownHosts(_ text: String) throws -> String {
            let path = "\(server.directory)/known-\(UUID().uuidString.prefix(8))"
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }

        private func line(_ key: String, name: String? = nil) throws -> String {
            let text = try String(contentsOfFile: "\(server.key(key)).pub", encoding: .utf8)
            return "\(name ?? "[127.0.0.1]:\(server.port)") \(text)"
        }

        private func fingerprint(_ key: String) throws -> String {
            let answer = try runLocally("/usr/bin/ssh-keygen", ["-lf", "\(server.key(key)).pub"]).output
            return String(answer.split(separator: " ")[1])
        }

        @Test("that no file knows is refused, with its fingerprint and the line that would accept it")
        func unknown() async throws {
            let empty = try knownHosts("")
            let error = try await failure { _ = try await SSHConnection.open(server.target(knownHosts: empty)) }
            guard case .hostKeyUnknown(let key) = error.kind else {
                Issue.record("\(error)")
                return
            }
            #expect(key.fingerprint == (try fingerprint("host_ed25519")))
            #expect(error.reason.contains(key.fingerprint))
            let accepting = try knownHosts(key.knownHostsLine(for: server.target()))
            let link = try await SSHConnection.open(server.target(knownHosts: accepting))
            await link.close()
        }

        @Test("that differs from the known one is refused, with both fingerprints and the line")
        func mismatch() async throws {
            let wrong = try knownHosts("# comment\n" + line("stranger"))
            let error = try await failure { _ = try await SSHConnection.open(server.target(knownHosts: wrong)) }
            guard case .hostKeyMismatch(let shown) = error.kind else {
                Issue.record("\(error)")
                return
            }
            #expect(shown.fingerprint == (try fingerprint("host_ed25519")))
            let facts = [shown.fingerprint, try fingerprint("stranger"), "\(wrong):2"]
            for fact in facts { #expect(error.reason.contains(fact)) }
        }

        @Test("is verified before anything of the user is sent")
        func beforeLogin() async throws {
            let before = try server.log().count
            let empty = try knownHosts("")
            _ = try await failure {
                _ = try await SSHConnection.open(server.target(knownHosts: empty, user: "nobody-at-all"))
            }
            let since = try server.log().dropFirst(before)
            #expect(!since.contains("nobody-at-all"))
        }

        @Test("of the type that is known is asked for")
        func knownType() async throws {
            let link = try await SSHConnection.open(server.target(knownHosts: knownHosts(line("host_ecdsa"))))
            await link.close()
        }

        @Test("is found under its hashed name")
        func hashed() async throws {
            let file = try knownHosts(line("host_ed25519"))
            let hashing = try runLocally("/usr/bin/ssh-keygen", ["-H", "-f", file])
            try #require(hashing.status == 0, "\(hashing.output)")
            #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("|1|"))
            let link = try await SSHConnection.open(server.target(knownHosts: file))
            await link.close()
            let other = server.target(knownHosts: file, host: "localhost")
            guard case .hostKeyUnknown = try await failure(of: { _ = try await SSHConnection.open(other) }).kind else {
                Issue.record("a hash fits another name")
                return
            }
        }

        @Test("of type RSA alone cannot be verified, which is no change of the key")
        func rsaOnly() async throws {
            let file = try knownHosts(line("host_rsa"))
            let error = try await failure { _ = try await SSHConnection.open(server.target(knownHosts: file)) }
            guard case .hostKeyUnknown = error.kind else {
                Issue.record("\(error)")
                return
            }
            #expect(error.reason.contains("RSA"))
        }

        @Test("may stand in any of several files, and one may be missing")
        func severalFiles() async throws {
            var target = server.target()
            target.knownHostsFiles = ["~/.ssh/no-such-file", try knownHosts(""), server.knownHosts]
            let link = try await SSHConnection.open(target)
            await link.close()
        }
    }
}
