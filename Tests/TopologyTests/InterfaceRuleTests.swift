import Testing

@testable import Topology

@Suite("Rules about the nodes' own interfaces")
struct InterfaceRuleTests {
    @Test("find nothing in the sample")
    func sample() { #expect(problems(of: Sample.interfaces).description == "") }

    @Test("point at what has to change", arguments: InterfaceFault.all)
    func faults(_ fault: InterfaceFault) {
        #expect(Sample.interfaces.ranges(of: fault.old).count == 1, "\(fault.old) should stand in the sample once")
        let found = problems(of: fault.text).problems.map { problem in
            "\(problem.mark.map(\.description) ?? "") \(problem.severity.rawValue): \(problem.what)"
        }
        #expect(found == fault.expected)
    }

    @Test("take global_physnet_mtu from the overrides")
    func physicalMTU() {
        let small = Sample.interfaces.replacing("eno1: {}", with: "eno1: { mtu: 1400 }")
        #expect(problems(of: small).hasErrors)
        let told = small + "overrides:\n  neutron.conf: { all: { DEFAULT: { global_physnet_mtu: 1400 } } }\n"
        #expect(!problems(of: told).hasErrors)
    }

    @Test("take the interface that is called management for the node's own")
    func management() {
        let named = Sample.interfaces.replacing("physnet1: bond0 }", with: "physnet1: bond0, management: br-mgmt }")
        #expect(problems(of: named).description == "")
    }

    @Test("keep the address that controllers share off every interface")
    func sharedAddress() {
        let shared = Sample.interfaces.replacing("release: zed", with: "release: zed\napi_address: 10.40.0.21")
        let what = problems(of: shared).problems.map(\.what)
        #expect(what.contains("10.40.0.21 is the address of api_address at 3:14 already"))
    }

    @Test("say nothing about interfaces when one of them cannot be read")
    func unreadable() {
        let text = Sample.interfaces.replacing("eno1: {}", with: "eno1: [1]")
        #expect(problems(of: text).problems.map(\.what) == ["interface \"eno1\": expected a mapping, found a list"])
    }
}

@Suite("The nodes' own interfaces")
struct InterfaceReadingTests {
    @Test("are inherited interface by interface and key by key")
    func inheritance() throws {
        let lab = try lab(Sample.interfaces)
        let node = try #require(lab.node("kvm1"))
        #expect(node.interfaces.map(\.name) == ["eno1", "eno2", "eno3", "bond0", "bond0.40", "br-mgmt"])
        let management = try #require(node.interfaces.last)
        #expect(management.kind == .bridge(ports: ["eno1"], stp: false))
        #expect(management.addresses.map(\.description) == ["10.77.0.21/24"])
        #expect(management.gateway?.description == "10.77.0.1")
        #expect(management.dnsServers.map(\.description) == ["10.77.0.2"])
        #expect(node.networkConfig == .netplan)
    }

    @Test("have the kernel's words for bonds and VLANs")
    func kinds() throws {
        let node = try #require(try lab(Sample.interfaces).node("kvm1"))
        #expect(
            node.interfaces[3].kind
                == .bond(
                    Bond(
                        mode: .lacp, members: ["eno2", "eno3"], miimon: 100, lacpRate: .fast,
                        transmitHashPolicy: .layer3and4, primary: nil)))
        #expect(node.interfaces[4].kind == .vlan(id: 40, link: "bond0"))
        #expect(node.interfaces[3].mtu == 9000)
    }

    @Test("of a node that names none are none")
    func none() throws {
        #expect(try #require(try lab(Sample.sandbox).node("kvm1")).interfaces == [])
    }

    @Test("may have addresses of every prefix, whose network and netmask follow")
    func addresses() {
        let address = InterfaceAddress(address: IPv4Address(bits: 0x0A4D_0015), prefixLength: 20)
        #expect(address.network?.description == "10.77.0.0/20")
        #expect(address.netmask.description == "255.255.240.0")
    }
}

extension Sample {
    /// Nodes with a bond that carries provider VLANs and a storage VLAN, and a bridge for management.
    static let interfaces = """
        lab: sample
        release: zed
        defaults:
          ssh: { identity_file: key }
          network_config: netplan
          interfaces:
            eno1: {}
            eno2: {}
            eno3: {}
            bond0:
              mtu: 9000
              bond: { mode: 802.3ad, members: [eno2, eno3], lacp_rate: fast, transmit_hash_policy: layer3+4 }
              trunk: [40, 100-199]
            bond0.40: { vlan: { id: 40, link: bond0 }, mtu: 9000 }
            br-mgmt:
              bridge: { ports: [eno1] }
              addresses: [management]
              dns_servers: [10.77.0.2]
          physical_interfaces: { physnet1: bond0 }
        nodes:
          controller: { address: 10.77.0.10, roles: [controller, network] }
          kvm1:
            address: 10.77.0.21
            roles: [compute]
            hypervisor: kvm
            interfaces:
              br-mgmt: { gateway: 10.77.0.1 }
              bond0.40: { addresses: [10.40.0.21/24] }
        networks:
          management: { cidr: 10.77.0.0/24 }
          provider: { type: vlan, vlan: 120, physical_network: physnet1, cidr: 10.78.0.0/24 }
          overlay: { type: vxlan, cidr: 10.79.0.0/24 }

        """
}

/// A change to the sample, and every problem that the reader should then report, with its place.
struct InterfaceFault: Sendable, CustomTestStringConvertible {
    var old: String
    var new: String
    var expected: [String]

    var text: String { Sample.interfaces.replacing(old, with: new) }
    var testDescription: String { new }

    init(_ old: String, _ new: String, _ expected: String...) {
        self.old = old
        self.new = new
        self.expected = expected
    }
}

extension InterfaceFault {
    static let all = kinds + addresses + providers + mtus

    private static let storage = "bond0.40: { vlan: { id: 40, link: bond0 }, mtu: 9000 }"
    private static let members = "members: [eno2, eno3]"
    private static let provider = "provider: { type: vlan, vlan: 120, physical_network: physnet1, cidr: 10.78.0.0/24 }"

    private static let kinds = [
        InterfaceFault(
            storage, "bond0.40: { vlan: { id: 40, link: bond0 }, bridge: { ports: [] }, mtu: 9000 }",
            "14:56 error: interface \"bond0.40\" is a vlan and a bridge"),
        InterfaceFault(
            "ports: [eno1]", "ports: [eno11]",
            "16:25 error: node \"controller\" has no interface \"eno11\"",
            "16:25 error: node \"kvm1\" has no interface \"eno11\""),
        InterfaceFault(
            "ports: [eno1]", "ports: [eno1, eno2]",
            "16:31 error: interface \"eno2\" belongs to \"bond0\" already"),
        InterfaceFault(
            "eno2: {}", "eno2: { gateway: 10.99.0.2 }",
            "8:22 error: interface \"eno2\" belongs to \"bond0\" and can have no address",
            "27:27 error: node \"kvm1\" has a gateway on \"eno2\" at 8:22 already"),
        InterfaceFault(
            members, "members: [eno2, bond0.40]",
            "12:46 error: \"bond0.40\" is a VLAN, and a bond's members are network cards",
            "12:46 error: interface \"bond0\" is made of itself, by way of \"bond0.40\"",
            "14:39 error: interface \"bond0.40\" is made of itself, by way of \"bond0\"",
            "28:30 error: interface \"bond0.40\" belongs to \"bond0\" and can have no address"),
        InterfaceFault(
            "ports: [eno1] }",
            "ports: [eno1, br1] }\n      mtu: 1500\n    br1: { bridge: { ports: [br-mgmt] } }\n    br2:\n      bridge: { ports: [] }",
            "16:31 error: \"br1\" is a bridge, which no bridge can take in",
            "16:31 error: interface \"br-mgmt\" is made of itself, by way of \"br1\"",
            "18:30 error: \"br-mgmt\" is a bridge, which no bridge can take in",
            "18:30 error: interface \"br1\" is made of itself, by way of \"br-mgmt\"",
            "31:27 error: interface \"br-mgmt\" belongs to \"br1\" and can have no address"),
        InterfaceFault(
            "lacp_rate: fast", "lacp_rate: fast, primary: eno1",
            "12:79 error: a bond of mode 802.3ad has no primary",
            "12:79 error: \"eno1\" is no member of the bond"),
        InterfaceFault(
            "mode: 802.3ad", "mode: active-backup",
            "12:70 error: a bond of mode active-backup has no lacp_rate",
            "12:98 error: a bond of mode active-backup has no transmit_hash_policy"),
        InterfaceFault(
            "mode: 802.3ad", "mode: lacp",
            "12:21 error: \"lacp\" is not a valid mode of a bond"),
        InterfaceFault(
            members, "members: []",
            "12:39 error: a bond needs at least one member"),
        InterfaceFault(
            "[40, 100-199]", "[40, 199-100]",
            "13:19 error: expected a VLAN from 1 to 4094, or a range such as 200-220, found \"199-100\""),
        InterfaceFault(
            storage, storage + "\n    storage: { vlan: { id: 40, link: bond0 } }",
            "15:28 error: VLAN 40 of \"bond0\" is interface \"bond0.40\" already"),
        InterfaceFault(
            "network_config: netplan", "network_config: systemd",
            "5:19 error: \"systemd\" is not a valid network_config"),
    ]
    private static let addresses = [
        InterfaceFault(
            "10.40.0.21/24", "10.40.0.0/24",
            "28:31 error: 10.40.0.0/24 is the network's own address, not a host's"),
        InterfaceFault(
            "10.40.0.21/24", "10.40.0.255/24",
            "28:31 error: 10.40.0.255/24 is the network's broadcast address"),
        InterfaceFault(
            "10.40.0.21/24", "10.40.0.21",
            "28:31 error: expected an address with its prefix such as 192.0.2.10/24, or management for the node's own, found \"10.40.0.21\""
        ),
        InterfaceFault(
            "10.40.0.21/24", "10.77.0.10/24",
            "28:31 error: 10.77.0.10 is the address of node \"controller\", interface \"br-mgmt\" at 17:19 already"),
        InterfaceFault(
            "10.40.0.21/24", "management",
            "14:53 warning: node \"kvm1\" has MTU 9000 on the management network, and node \"controller\" 1500",
            "17:19 error: 10.77.0.21 is the address of node \"kvm1\", interface \"bond0.40\" at 28:31 already"),
        InterfaceFault(
            "addresses: [management]", "addresses: []",
            "21:3 error: no interface of node \"controller\" has its address 10.77.0.10, so the node would not be reached",
            "22:3 error: no interface of node \"kvm1\" has its address 10.77.0.21, so the node would not be reached",
            "27:27 error: gateway 10.77.0.1 is on no network of interface \"br-mgmt\""),
        InterfaceFault(
            "br-mgmt: { gateway: 10.77.0.1 }", "br-mgmt: { addresses: [10.77.0.21/16] }",
            "27:30 error: 10.77.0.21/16 has not the prefix of the management network 10.77.0.0/24"),
        InterfaceFault(
            "addresses: [10.40.0.21/24]", "addresses: [10.40.0.21/24], gateway: 10.40.0.1",
            "27:27 error: node \"kvm1\" has a gateway on \"bond0.40\" at 28:56 already"),
        InterfaceFault(
            "gateway: 10.77.0.1 }", "gateway: 10.76.0.1 }",
            "27:27 error: gateway 10.76.0.1 is on no network of interface \"br-mgmt\""),
    ]
    private static let providers = [
        InterfaceFault(
            "physnet1: bond0", "physnet1: bond1",
            "19:26 error: node \"controller\" has no interface \"bond1\" for \"physnet1\"",
            "19:26 error: node \"kvm1\" has no interface \"bond1\" for \"physnet1\""),
        InterfaceFault(
            "physnet1: bond0", "physnet1: eno2",
            "19:26 error: interface \"eno2\" of \"physnet1\" belongs to \"bond0\""),
        InterfaceFault(
            "physnet1: bond0", "physnet1: br-mgmt",
            "17:18 warning: interface \"br-mgmt\" carries physical network \"physnet1\" and has an address of its own"),
        InterfaceFault(
            "physnet1: bond0", "physnet1: bond0, physnet2: bond0",
            "19:43 error: interface \"bond0\" carries physical network \"physnet1\" already"),
        InterfaceFault(
            "physnet1: bond0", "physnet1: bond0.40",
            "28:30 warning: interface \"bond0.40\" carries physical network \"physnet1\" and has an address of its own",
            "31:33 error: VLAN 120 of network \"provider\" would travel inside VLAN 40: \"bond0.40\" of node \"controller\" is a VLAN itself",
            "31:33 error: VLAN 120 of network \"provider\" would travel inside VLAN 40: \"bond0.40\" of node \"kvm1\" is a VLAN itself"
        ),
        InterfaceFault(
            "vlan: 120", "vlan: 40",
            "14:29 error: VLAN 40 of \"bond0\" is network \"provider\" at 31:3, and Neutron makes its interface"),
        InterfaceFault(
            "vlan: 120", "vlan: 200",
            "31:33 error: VLAN 200 of network \"provider\" is not in the trunk of \"bond0\" on node \"controller\"",
            "31:33 error: VLAN 200 of network \"provider\" is not in the trunk of \"bond0\" on node \"kvm1\""),
        InterfaceFault(
            "[40, 100-199]", "[41, 100-199]",
            "14:29 error: VLAN 40 of interface \"bond0.40\" is not in the trunk of \"bond0\" on node \"controller\"",
            "14:29 error: VLAN 40 of interface \"bond0.40\" is not in the trunk of \"bond0\" on node \"kvm1\""),
    ]
    private static let mtus = [
        InterfaceFault(
            "eno2: {}", "eno2: { mtu: 1500 }",
            "8:18 error: MTU 1500 of \"eno2\" differs from 9000 of its bond \"bond0\""),
        InterfaceFault(
            "mtu: 9000\n", "mtu: 8000\n",
            "14:53 error: MTU 9000 of \"bond0.40\" is more than 8000 of its link \"bond0\""),
        InterfaceFault(
            "ports: [eno1] }", "ports: [eno1] }\n      mtu: 9000",
            "17:12 error: MTU 9000 of bridge \"br-mgmt\" is more than 1500 of its port \"eno1\""),
        InterfaceFault(
            "br-mgmt: { gateway: 10.77.0.1 }", "eno1: { mtu: 9000 }",
            "15:5 warning: node \"kvm1\" has MTU 9000 on the management network, and node \"controller\" 1500"),
        InterfaceFault(
            "eno1: {}", "eno1: { mtu: 1450 }",
            "15:5 error: \"br-mgmt\" of node \"controller\" has MTU 1450, and network \"overlay\" needs 1500: 1450 and 50 for VXLAN",
            "27:7 error: \"br-mgmt\" of node \"kvm1\" has MTU 1450, and network \"overlay\" needs 1500: 1450 and 50 for VXLAN"
        ),
        InterfaceFault(
            "mtu: 9000\n", "mtu: 1400\n",
            "11:12 error: \"bond0\" of node \"controller\" has MTU 1400, and network \"provider\" gives its instances 1500",
            "11:12 error: \"bond0\" of node \"kvm1\" has MTU 1400, and network \"provider\" gives its instances 1500",
            "14:53 error: MTU 9000 of \"bond0.40\" is more than 1400 of its link \"bond0\""),
        InterfaceFault(
            "mtu: 9000\n", "mtu: 70\n",
            "11:12 error: 70 is out of range: expected a whole number from 576 to 65535"),
    ]
}
