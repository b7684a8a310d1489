import Foundation
import Testing

@testable import SSH

@Suite("known_hosts")
struct KnownHostsTests {
    private static let ed25519 = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    private static let other = "AAAAC3NzaC1lZDI1NTE5AAAAIP8BAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    private static let rsa = "AAAAB3NzaC1yc2EAAAADAQABAAAAAQM="
    private let key = HostKey(blob: Data(base64Encoded: ed25519) ?? Data())

    private func judge(_ text: String, host: String = "node", port: Int = 22) throws -> KnownHosts.Verdict {
        let path = "/tmp/polyvisor-known-hosts-\(UUID().uuidString)"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { unlink(path) }
        let hosts = try KnownHosts(files: [path], node: "n", isHash: { _, _ in false })
        return hosts.judge(key, of: SSHTarget(host: host, port: port))
    }

    @Test(
        "finds a host by name, list, pattern and port",
        arguments: [
            ("node", "node", 22), ("a,node", "node", 22), ("NODE", "node", 22), ("n*", "node", 22),
            ("no?e", "node", 22), ("*,!other", "node", 22), ("[node]:2222", "node", 2222), ("node", "node", 2222),
            ("[::1]:2222", "::1", 2222), ("é.example", "é.example", 22),
        ])
    func known(names: String, host: String, port: Int) throws {
        #expect(try judge("\(names) ssh-ed25519 \(Self.ed25519) comment\n", host: host, port: port) == .known)
    }

    @Test(
        "does not find a host that no pattern names",
        arguments: [
            ("nod", "node", 22), ("*,!node", "node", 22), ("[node]:2222", "node", 22), ("no?", "node", 22),
            ("", "node", 22), ("#node", "node", 22), ("@cert-authority node", "node", 22),
        ])
    func unknown(names: String, host: String, port: Int) throws {
        #expect(try judge("\(names) ssh-ed25519 \(Self.ed25519)\n", host: host, port: port) == .unknown)
    }

    @Test("passes over lines it cannot read")
    func badLines() throws {
        let text = "garbage\nnode ssh-ed25519\nnode ssh-ed25519 ###\nnode ecdsa-sha2-nistp256 \(Self.ed25519)\n\r\n"
        #expect(try judge(text) == .unknown)
        #expect(try judge(text + "node ssh-ed25519 \(Self.ed25519)\r\n") == .known)
    }

    @Test("names the line that has another key")
    func mismatch() throws {
        let verdict = try judge("# first\nnode ssh-ed25519 \(Self.other)\n")
        guard case .mismatch(let entry) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(entry.line == 2)
        #expect(entry.place.hasSuffix(":2"))
    }

    @Test("one fitting key is enough")
    func oneOfTwo() throws {
        #expect(try judge("node ssh-ed25519 \(Self.other)\nnode ssh-ed25519 \(Self.ed25519)\n") == .known)
    }

    @Test("off port 22 the bare host's other key contradicts nothing")
    func otherPort() throws {
        #expect(try judge("node ssh-ed25519 \(Self.other)\n", port: 2222) == .unknown)
    }

    @Test("a revoked key is refused even where it is known too")
    func revoked() throws {
        let line = "node ssh-ed25519 \(Self.ed25519)\n"
        guard case .revoked(let entry) = try judge(line + "@revoked * ssh-ed25519 \(Self.ed25519)\n") else {
            Issue.record("it was accepted")
            return
        }
        #expect(entry.line == 2)
    }

    @Test("an RSA key that libssh2 could not ask for contradicts nothing", .enabled(if: !signsRSAWithSHA2))
    func rsaOnly() throws {
        #expect(try judge("node ssh-rsa \(Self.rsa)\n") == .unknown)
    }

    @Test("a file that does not exist has no hosts")
    func missingFile() throws {
        let hosts = try KnownHosts(files: ["/nonexistent/known_hosts"], node: "n", isHash: { _, _ in false })
        #expect(hosts.entries.isEmpty)
    }

    @Test("a directory in place of a file is named")
    func directory() throws {
        #expect {
            try KnownHosts(files: ["/tmp"], node: "n", isHash: { _, _ in false })
        } throws: { error in
            (error as? SSHError)?.doing.contains("/tmp") == true
        }
    }
}
