import Testing
import VCenterSimulator

@testable import VSphere

@Suite("The firewall of an ESXi host", .needsSimulator)
struct HostFirewallTests {
    @Test("tells which rulesets are enabled, for whom, and which ports they open from outside")
    func rulesets() async throws {
        let defects = [
            ["kind": "host-without-firewall-ruleset", "object": "127.77.0.51", "value": "gdbserver"],
            ["kind": "host-consoles-only-for", "object": "127.77.0.52", "value": "192.0.2.9"],
        ]
        try await Simulator.run(["defects": defects]) { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let inventory = try await connection.inventory()
            let cluster = try #require(inventory.clusters(named: "cluster_a").first)
            let walls = try await connection.firewalls(inComputeResource: cluster.reference)
            let hosts = inventory.hosts(of: cluster)
            #expect(Set(walls.keys) == Set(hosts.map(\.reference)))
            func ruleset(_ key: String, of host: String) throws -> HostFirewall.Ruleset {
                let found = try #require(hosts.first { $0.name == host })
                return try #require(walls[found.reference]?.rulesets.first { $0.key == key })
            }
            let shut = try ruleset("gdbserver", of: "127.77.0.51")
            #expect(!shut.isEnabled && shut.allowedHosts == nil && shut.incomingTCP == [1000...9999, 50000...50999])
            let narrow = try ruleset("gdbserver", of: "127.77.0.52")
            #expect(narrow.isEnabled && narrow.allowedHosts == ["192.0.2.9"])
            // What goes out, and UDP, opens nothing.
            #expect(try ruleset("dns", of: "127.77.0.51").incomingTCP == [])
            #expect(try ruleset("sshServer", of: "127.77.0.51").incomingTCP == [22...22])
            #expect(walls.values.allSatisfy { $0.blocksIncoming == true })
            try await connection.logout()
        }
    }
}
