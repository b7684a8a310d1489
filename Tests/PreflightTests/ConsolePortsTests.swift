import Facts
import Release
import Testing
import Topology

@testable import Preflight
@testable import VSphere

@Suite("The ports of consoles")
struct ConsolePortsTests {
    private func ports(_ release: String = "zed", _ overrides: String = "") throws -> ConsolePorts? {
        let text = """
            lab: ports
            release: \(release)
            defaults: { ssh: { user: root, identity_file: /dev/null }, physical_interfaces: { physnet1: eth1 } }
            nodes:
              controller: { address: 192.0.2.10, roles: [controller, network] }
              vmware1: { address: 192.0.2.31, roles: [compute], hypervisor: vmware, clusters: [vc1/cluster_a] }
            vcenters:
              vc1:
                address: 192.0.2.50
                username: administrator@vsphere.local
                password: { env: VC1_PASSWORD }
                datacenter: dc1
                clusters: { cluster_a: { datastore_regex: '^shared-' } }
            networks:
              management: { cidr: 192.0.2.0/24 }
              provider: { type: flat, physical_network: physnet1, cidr: 198.51.100.0/24, port_group: dvpg-provider }
            flavors: { tiny: { vcpus: 1, ram_mb: 512, disk_gb: 1 } }
            images: { tiny: { builtin: tiny-guest, hypervisors: [vmware] } }
            \(overrides)

            """
        let lab = try Lab.read(text: text.utf8, file: "lab.yaml").lab
        return ConsolePorts(LabSetting(lab: lab, release: try Release(named: release)))
    }

    @Test("are the first hundred of Nova's range, or all of a shorter one")
    func range() throws {
        #expect(try ports()?.ports == 5900...5999)
        let given = "overrides: { nova.conf: { compute: { vmware: { vnc_port: 7000, vnc_port_total: 3 } } } }"
        #expect(try ports("zed", given)?.ports == 7000...7002)
        let last = "overrides: { nova.conf: { all: { vmware: { vnc_port: 65535 } } } }"
        #expect(try ports("zed", last)?.ports == 65535...65535)
    }

    @Test("are none where VNC is off, by the option of the release")
    func off() throws {
        let modern = "overrides: { nova.conf: { compute: { vnc: { enabled: false } } } }"
        let legacy = "overrides: { nova.conf: { compute: { DEFAULT: { vnc_enabled: false } } } }"
        #expect(try ports("zed", modern) == nil)
        #expect(try ports("icehouse", legacy) == nil)
        #expect(try ports("zed", legacy) != nil)
    }

    private func ruleset(
        _ ports: ClosedRange<Int64>..., enabled: Bool = true, for hosts: [String]? = nil
    ) -> HostFirewall.Ruleset {
        HostFirewall.Ruleset(key: "r", isEnabled: enabled, incomingTCP: ports, allowedHosts: hosts)
    }

    @Test("are open where rulesets that are enabled cover them all, together or alone")
    func open() throws {
        let ports = try #require(try ports())
        let client = try #require(IPv4Address("192.0.2.10"))
        func open(_ rulesets: HostFirewall.Ruleset...) -> Bool {
            ports.areOpen(in: HostFirewall(blocksIncoming: true, rulesets: rulesets), for: [client])
        }
        #expect(open(ruleset(1000...9999)))
        #expect(open(ruleset(5950...7000), ruleset(1...5900, 5890...5949)))
        #expect(open(ruleset(1...65535, for: ["198.51.100.1", "192.0.2.0/24"])))
        #expect(!open(ruleset(5900...5998)))
        #expect(!open(ruleset(5900...5940, 5942...6000)))
        #expect(!open(ruleset(1...65535, enabled: false)))
        #expect(!open(ruleset(1...65535, for: ["192.0.2.1", "192.0.3.0/24", "2001:db8::/32"])))
        #expect(!open())
    }
}
