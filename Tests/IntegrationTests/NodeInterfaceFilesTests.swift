import Foundation
import Subprocess
import SystemPackage
import Testing

/// The files for nodes' own interfaces, as `polyvisor render` writes them, before the programs that read them on nodes.
@Suite("files of the nodes' own interfaces")
struct NodeInterfaceFilesTests {
    private static let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "polyvisor-interfaces-\(getpid())")
    private static let configs = ["networkd", "ifupdown", "netplan", "networkmanager"]

    @Test("are what netplan, ifupdown, NetworkManager and networkd themselves take")
    func taken() async throws {
        defer { try? FileManager.default.removeItem(at: Self.folder) }
        var nodes: [String] = []
        for config in Self.configs { nodes.append(try await render(config)) }
        let answer = try await shell(["scripts/check-interfaces", "\(Self.folder.path)/parsers"] + nodes)
        #expect(answer.status == 0, "\(answer.errors)")
        #expect(answer.output.split(separator: "\n").count == Self.configs.count)
        // The check itself can fail.
        try spoil(nodes[0])
        #expect(try await shell(["scripts/check-interfaces", "\(Self.folder.path)/parsers", nodes[0]]).status == 1)
    }

    /// The folder of the one node of a lab.
    private func render(_ config: String) async throws -> String {
        let topology = Self.folder.appendingPathComponent("\(config).yaml")
        try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
        try Self.text(config).write(to: topology, atomically: true, encoding: .utf8)
        let output = "\(Self.folder.path)/\(config)"
        let answer = try await shell(["'\(IntegrationLab.polyvisor)'", "render", topology.path, "-o", output])
        try #require(answer.status == 0, "\(answer.errors)")
        return "\(output)/one"
    }

    private func spoil(_ node: String) throws {
        let file = "\(node)/etc/systemd/network/05-polyvisor-bond0.netdev"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try text.replacing("MIIMonitorSec", with: "MonitorSec").write(toFile: file, atomically: true, encoding: .utf8)
    }

    private func shell(_ words: [String]) async throws -> IntegrationLab.Answer {
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", words.joined(separator: " ")],
            environment: .inherit.updating(["POLYVISOR_STATE": "\(Self.folder.path)/state"]),
            workingDirectory: FilePath(IntegrationLab.repository), output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        let status: Int32 = if case .exited(let code) = result.terminationStatus { code } else { -1 }
        return IntegrationLab.Answer(
            status: status, output: result.standardOutput ?? "", errors: result.standardError ?? "")
    }

    private static func text(_ config: String) -> String {
        """
        lab: interfaces
        release: zed
        nodes:
          one:
            address: 10.77.0.10
            roles: [controller, network, compute]
            hypervisor: kvm
            ssh: { identity_file: key }
            physical_interfaces: { physnet1: bond0 }
            network_config: \(config)
            interfaces:
              eno1: {}
              eno2: {}
              eno3: {}
              eno4: {}
              bond0:
                mtu: 9000
                bond: { mode: 802.3ad, members: [eno3, eno4], lacp_rate: fast, transmit_hash_policy: layer3+4 }
              bond1: { bond: { mode: active-backup, members: [eno1, eno2], primary: eno1, miimon: 200 } }
              storage: { vlan: { id: 40, link: bond0 }, mtu: 9000 }
              bond0.50: { vlan: { id: 50, link: bond0 }, addresses: [10.50.0.10/24, 10.51.0.10/24] }
              br-empty: { bridge: { ports: [] } }
              eno5: { match: { macaddress: '52:54:00:00:00:05' }, dhcp4: true }
              eno6: {}
              eno7: {}
              bond2: { bond: { mode: active-backup, members: [eno6], arp_interval: 500, arp_ip_targets: [10.60.0.1, 10.60.0.2] } }
              bond3: { bond: { mode: 802.3ad, members: [eno7], min_links: 1, updelay: 200, downdelay: 100, ad_select: count } }
              br-data:
                bridge: { ports: [bond2], stp: true, forward_delay: 4 }
                addresses: ['2001:db8:60::10/64', 10.60.0.10/24]
                routes:
                  - { to: 10.61.0.0/16, via: 10.60.0.1 }
                  - { to: '2001:db8:61::/48', via: 'fe80::1' }
                  - { to: default, via: '2001:db8:60::1' }
              br-mgmt:
                bridge: { ports: [bond1], stp: true }
                addresses: [management]
                gateway: 10.77.0.1
                dns_servers: [10.77.0.2, 10.77.0.3]
        networks:
          management: { cidr: 10.77.0.0/24 }
          provider: { type: vlan, vlan: 120, physical_network: physnet1, cidr: 10.78.0.0/24 }

        """
    }
}
