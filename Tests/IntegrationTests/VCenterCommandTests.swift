import Foundation
import Subprocess
import SystemPackage
import Testing
import VCenterSimulator

/// The commands about vCenters as a user of a cloud meets them that Polyvisor did not build.
@Suite("the commands about vCenters", .needsSimulator)
struct VCenterCommandTests {
    @Test("tell what is there: capacity with its page, inventory, privileges, caches")
    func well() async throws {
        try await run { user in
            let page = user.path("capacity.html")
            let capacity = try await user("capacity", "--html", page)
            #expect(capacity.status == 0 && capacity.output.contains("tiny"), "\(capacity)")
            #expect(try String(contentsOfFile: page, encoding: .utf8).contains("Nova&#39;s sum"))
            let inventory = try await user("vcenter inventory")
            #expect(inventory.status == 0 && inventory.output.contains("host 127.77.5.51: connected"), "\(inventory)")
            let privileges = try await user("vcenter privileges")
            #expect(privileges.status == 0 && privileges.output.contains("cluster_a"), "\(privileges)")
            let preflight = try await user("preflight", "--limit", "vc1")
            #expect(preflight.status == 0, "\(preflight)")
            let cache = try await user("vcenter cache")
            #expect(cache.status == 0 && cache.output == "nothing is in Nova's image caches\n", "\(cache)")
        }
    }

    @Test("remove leftovers of failed imports only when told to, and nothing else")
    func orphans() async throws {
        try await run { user in
            let store = user.simulator.directory.appending(path: "shared-1")
            let old = "OSTACK_IMG_b2dfd2c6-60d6-4c08-b9cb-891b655b17f5"
            for folder in [old, "OSTACK_IMG_mine"] {
                let file = store.appending(path: "\(folder)/disk.vmdk")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(count: 3000).write(to: file)
                let date = Date(timeIntervalSinceNow: -7200)
                try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file.path)
            }
            let found = try await user("vcenter orphans")
            #expect(found.status == 3 && found.output.contains("[shared-1] \(old)"), "\(found)")
            #expect(!found.output.contains("mine"))
            // Nobody is there to be asked.
            #expect(try await user("vcenter orphans", "--remove").status == 3)
            #expect(FileManager.default.fileExists(atPath: store.appending(path: old).path))
            let removed = try await user("vcenter orphans", "--remove", "--yes")
            #expect(removed.status == 0 && removed.output.contains("removed"), "\(removed)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: store.path) == ["OSTACK_IMG_mine"])
        }
    }

    @Test("pin a certificate only after a yes, and change no other byte of the topology")
    func trust() async throws {
        try await run { user in
            let before = try String(contentsOfFile: user.topology, encoding: .utf8)
            let refused = try await user("vcenter trust", "vc1")
            #expect(refused.status == 2 && refused.output.contains("SHA-256: "), "\(refused)")
            #expect(refused.errors.contains("not pinned; answer y, or give --yes"))
            #expect(try String(contentsOfFile: user.topology, encoding: .utf8) == before)
            #expect(try await user("vcenter trust", "vc2", "--yes").errors.contains("there are vc1"))

            let doubled = try await user("vcenter trust", "vc1", "--yes")
            #expect(doubled.status == 2 && doubled.errors.contains("it has a ca_file"), "\(doubled)")
            #expect(try String(contentsOfFile: user.topology, encoding: .utf8) == before)

            let saved = try await user("vcenter trust", "vc1", "--save", user.path("saved.pem"), "--yes")
            #expect(saved.status == 2 && saved.errors.contains("it is no ca_file for Nova"), "\(saved)")
            #expect(!FileManager.default.fileExists(atPath: user.path("saved.pem")))

            try user.edit("    ca_file: ca.pem\n", "")
            let unpinned = try String(contentsOfFile: user.topology, encoding: .utf8)
            let pinned = try await user("vcenter trust", "vc1", "--yes")
            #expect(pinned.status == 0, "\(pinned)")
            let lines = try String(contentsOfFile: user.topology, encoding: .utf8).split(
                separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count { $0.contains("thumbprint: ") } == 1)
            #expect(lines.filter { !$0.contains("thumbprint: ") }.joined(separator: "\n") == unpinned)
            #expect(try await user("vcenter inventory").status == 0)
        }
    }

    @Test("say what is wrong and what to do, without a password")
    func wrong() async throws {
        try await run { user in
            let password = try await user("vcenter inventory", password: "not-the-one")
            #expect(password.status == 1 && password.errors.contains("log in: Login failure"), "\(password)")
            #expect(password.errors.contains("hint: check username and password"))
            #expect(!(password.errors + password.output).contains("not-the-one"))
            let unset = try await user("capacity", password: nil)
            #expect(unset.status == 2 && unset.errors.contains("hint: export VC1_PASSWORD"), "\(unset)")
            let limit = try await user("vcenter inventory", "--limit", "vc9")
            #expect(limit.status == 2 && limit.errors.contains("vCenters vc1"), "\(limit)")
            try user.edit("port: \(user.simulator.port)", "port: 9")
            let closed = try await user("vcenter privileges")
            #expect(closed.status == 1 && closed.errors.contains("hint: are address and port right"), "\(closed)")
            #expect(try await user("capacity").output.hasPrefix("unknown: vCenter vc1"))
            let preflight = try await user("preflight", "--limit", "vc1")
            #expect(preflight.status == 1 && preflight.output.contains("lab.yaml:"), "\(preflight)")
            try user.edit("address: 127.0.0.1\n", "address: vc.invalid\n")
            let name = try await user("vcenter trust", "vc1")
            #expect(name.status == 1 && name.errors.contains("hint: is the name right"), "\(name)")
            try FileManager.default.removeItem(atPath: user.topology)
            #expect(try await user("capacity").status == 2)
        }
    }

    private func run(_ body: (User) async throws -> Void) async throws {
        let settings: [String: any Sendable] = [
            "clusters": [["name": "cluster_a", "hosts": ["127.77.5.51", "127.77.5.52"]]] as [[String: any Sendable]],
            "distributed_port_groups": ["dvpg-provider"],
        ]
        try await Simulator.with(settings) { simulator in
            let user = User(simulator: simulator)
            try user.begin()
            try await body(user)
        }
    }
}

/// Who runs polyvisor on a topology whose vCenter is the simulator.
private struct User {
    let simulator: Simulator

    var topology: String { path("lab.yaml") }

    func path(_ name: String) -> String { simulator.path(name) }

    func begin() throws {
        try Data().write(to: URL(filePath: path("key")))
        try """
        # by hand: every word of it
        lab: byhand
        release: zed
        defaults: { ssh: { user: root, identity_file: key }, physical_interfaces: { physnet1: eth1 } }
        nodes:
          controller: { address: 127.0.0.2, roles: [controller, network] }
          vmware1: { address: 127.0.0.3, roles: [compute], hypervisor: vmware, clusters: [vc1/cluster_a] }
        vcenters:
          vc1:
            address: 127.0.0.1
            port: \(simulator.port)
            username: \(Simulator.username)
            password: { env: VC1_PASSWORD }
            ca_file: ca.pem
            datacenter: dc1
            clusters:
              cluster_a: { datastore_regex: '^shared-' }   # 共享
        networks:
          management: { cidr: 127.0.0.0/24 }
          provider: { type: flat, physical_network: physnet1, cidr: 198.51.100.0/24, port_group: dvpg-provider }
        flavors: { tiny: { vcpus: 1, ram_mb: 512, disk_gb: 1 } }
        images: { tiny: { builtin: tiny-guest, hypervisors: [vmware] } }

        """.write(toFile: topology, atomically: true, encoding: .utf8)
    }

    func edit(_ old: String, _ new: String) throws {
        let text = try String(contentsOfFile: topology, encoding: .utf8)
        try text.replacing(old, with: new).write(toFile: topology, atomically: true, encoding: .utf8)
    }

    /// Runs a command on the topology, with nobody at a terminal.
    func callAsFunction(
        _ command: String, _ more: String..., password: String? = Simulator.password
    ) async throws -> IntegrationLab.Answer {
        let words = command.split(separator: " ").map(String.init) + [topology] + more
        let result = try await Subprocess.run(
            .path(FilePath(IntegrationLab.polyvisor)), arguments: Arguments(words),
            environment: .inherit.updating(["POLYVISOR_STATE": path("state"), "VC1_PASSWORD": password]),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        let status: Int32 = if case .exited(let code) = result.terminationStatus { code } else { -1 }
        return IntegrationLab.Answer(
            status: status, output: result.standardOutput ?? "", errors: result.standardError ?? "")
    }
}
