import Foundation
import Release
import Subprocess
import Testing
import Topology

@testable import Rendering

@Suite("Nova's SSH between compute nodes")
struct NovaSSHTests {
    private static let folder = "/etc/nova/ssh"

    private func lab(of hypervisors: [HypervisorKind]) throws -> Lab {
        var lab = try Labs.named("controller-and-computes")
        lab.nodes.removeAll { $0.hypervisor != nil }
        lab.overrides = []
        let pattern = try #require(
            try Labs.named("controller-and-computes").nodes.first { $0.hypervisor?.kind == .kvm })
        for (index, hypervisor) in hypervisors.enumerated() {
            var node = pattern
            node.name = "compute\(index)"
            node.address = IPv4Address(bits: pattern.address.bits + UInt32(index))
            node.hypervisor = .host(hypervisor)
            lab.nodes.append(node)
        }
        return lab
    }

    private func file(_ name: String, of node: String = "compute0", _ rendering: Rendering) throws -> RenderedFile {
        try #require(rendering.files(of: node).first { $0.path == "\(Self.folder)/\(name)" })
    }

    @Test("is set up between nodes with KVM or QEMU, and nowhere else")
    func nodes() throws {
        func withSSH(_ hypervisors: [HypervisorKind]) throws -> [String] {
            try Labs.files(lab(of: hypervisors)).nodes.filter { node in
                node.files.contains { $0.path.contains("ssh") || $0.contents.contains("live_migration") }
            }.map(\.node)
        }
        #expect(try withSSH([.kvm, .kvm, .qemu, .lxc]) == ["compute0", "compute1", "compute2"])
        #expect(try withSSH([.kvm]) == [])
        #expect(try withSSH([.qemu, .lxc, .lxc]) == [])
    }

    @Test("a folder of instances that a sandbox's nodes share is Nova's, on nodes with KVM and QEMU")
    func sharedInstances() throws {
        var lab = try Labs.sandbox
        func owners() throws -> [String] {
            try Labs.render(lab).nodes.flatMap { node in
                node.directories.filter { $0.path == "/var/lib/nova/instances" }.map { "\(node.node) \($0.owner)" }
            }
        }
        #expect(try owners() == [])
        lab.sharesInstancesPath = true
        #expect(try owners() == ["kvm1 nova"])
    }

    @Test("has one key for all nodes of a lab, and others for another lab; both kept from everybody else")
    func keys() throws {
        let lab = try lab(of: [.kvm, .qemu])
        let (first, again) = (try Labs.files(lab), try Labs.files(lab))
        let other = try Labs.files(lab) { $0.secrets[.novaSSH] = Secret("another") }
        for name in ["id_ed25519", "ssh_host_ed25519_key"] {
            let key = try file(name, first)
            #expect(key.isSecret && key.mode == 0o600)
            #expect(try key == file(name, again) && key == file(name, of: "compute1", first))
        }
        #expect(try file("id_ed25519", first).owner == "nova")
        #expect(try file("ssh_host_ed25519_key", first).owner == "root")
        #expect(try file("id_ed25519", first).contents != file("id_ed25519", other).contents)
        #expect(try file("authorized_keys", first).contents != file("authorized_keys", other).contents)
        #expect(try file("known_hosts", first).contents == file("known_hosts", other).contents)
    }

    @Test("lets in the lab's own addresses only, without forwarding, and believes one host key only")
    func restrictions() throws {
        let rendering = try Labs.files(lab(of: [.kvm, .kvm]))
        let cidr = try Labs.named("controller-and-computes").management.cidr
        #expect(try file("authorized_keys", rendering).contents.hasPrefix("restrict,from=\"\(cidr)\" ssh-ed25519 AAAA"))
        let server = try file("sshd_config", rendering).contents
        for line in ["AllowUsers nova", "AuthenticationMethods publickey", "DisableForwarding yes"] {
            #expect(server.contains("\n\(line)\n"))
        }
        let client = try #require(
            rendering.files(of: "compute0").first { $0.path.hasPrefix("/etc/ssh/ssh_config.d/") }?.contents)
        #expect(client.contains("\n    StrictHostKeyChecking yes\n"))
    }

    @Test("has keys that OpenSSH reads, with the public half that the others know", arguments: ["s", "ß-\n", "golden"])
    func openSSH(_ secret: String) async throws {
        let pair = try SSHKeyPair(secret: secret, comment: "nova of a lab")
        let path = FileManager.default.temporaryDirectory.appending(path: "polyvisor-key-\(UUID().uuidString)").path
        defer { unlink(path) }
        #expect(FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]))
        try Data(pair.privateKey.utf8).write(to: URL(fileURLWithPath: path))
        let result = try await Subprocess.run(
            .name("ssh-keygen"), arguments: ["-y", "-f", path], output: .string(limit: 4096))
        #expect(result.standardOutput == "\(pair.publicKey) nova of a lab\n")
    }

    @Test("is for connections to the lab as nova alone")
    func client() async throws {
        let rendering = try Labs.files(lab(of: [.kvm, .kvm]))
        let path = FileManager.default.temporaryDirectory.appending(path: "polyvisor-ssh-\(UUID().uuidString)").path
        defer { unlink(path) }
        let text = rendering.files(of: "compute0").first { $0.path.hasPrefix("/etc/ssh/ssh_config.d/") }?.contents
        try Data((text ?? "").utf8).write(to: URL(fileURLWithPath: path))
        let address = try #require(rendering.nodes.isEmpty ? nil : lab(of: [.kvm, .kvm]).nodes.last?.address)
        for (target, isOurs) in [("nova@\(address)", true), ("root@\(address)", false), ("nova@198.51.100.9", false)] {
            let result = try await Subprocess.run(
                .name("ssh"), arguments: ["-G", "-F", path, target], output: .string(limit: 1 << 16))
            #expect(
                result.standardOutput.contains("\nport \(Service.port(of: .novaSSH) ?? 0)\n") == isOurs, "\(target)")
            #expect(result.standardOutput.contains("\(Self.folder)/known_hosts") == isOurs)
        }
    }

    @Test(
        "writes a network as a pattern that each of its addresses matches",
        arguments: [
            ("10.0.0.0", 8, "10.*"), ("10.1.16.0", 20, "10.1.*"), ("10.1.2.0", 24, "10.1.2.*"), ("0.0.0.0", 0, "*"),
        ])
    func pattern(_ base: String, _ bits: Int, _ pattern: String) throws {
        let address = try #require(IPv4Address(base))
        #expect(try #require(IPv4Network(base: address, prefixLength: bits)).pattern == pattern)
    }
}
