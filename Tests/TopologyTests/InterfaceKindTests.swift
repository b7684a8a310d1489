import Testing

@testable import Topology

@Suite("Interfaces as sites have them")
struct InterfaceKindTests {
    private static let text = """
        lab: t1
        release: zed
        defaults:
          ssh: { user: root, identity_file: id_ed25519 }
          physical_interfaces: { physnet1: eth1 }
        nodes:
          one:
            address: 192.0.2.10
            roles: [all_in_one]
            hypervisor: kvm
            interfaces:
              eno1: { match: { macaddress: '52:54:00:00:00:01' } }
              eno2: { match: { macaddress: '52:54:00:AB:00:02' } }
              eno3: { dhcp4: true }
              bond0:
                bond: { mode: 802.3ad, members: [eno1, eno2], min_links: 1, updelay: 200, downdelay: 100, ad_select: count }
              storage:
                vlan: { id: 40, link: bond0 }
                addresses: ['2001:db8:40::21/64', 203.0.113.21/24]
                routes:
                  - { to: 198.51.101.0/24, via: 203.0.113.1 }
                  - { to: '2001:db8:41::/48', via: 'fe80::1' }
                  - { to: default, via: '2001:db8:40::1' }
              br-mgmt: { bridge: { ports: [bond0], forward_delay: 4, type: linux }, addresses: [management] }
              eth1: {}
        networks:
          management: { cidr: 192.0.2.0/24 }
          provider: { type: flat, physical_network: physnet1, cidr: 198.51.100.0/24 }

        """

    /// One text for each rule, in which it finds something.
    static var faults: [String] {
        [
            text.replacing("macaddress: '52:54:00:00:00:01'", with: "macaddress: '52:54:00:ab:00:02'"),
            text.replacing("[management] }", with: "[management, '2001:db8:40::21/64'] }"),
            text.replacing("via: 203.0.113.1", with: "via: 192.0.2.1"),
            text.replacing("mode: 802.3ad,", with: "mode: active-backup, arp_interval: 100,"),
        ]
    }

    @Test("are read whole")
    func whole() throws {
        let interfaces = try lab(Self.text).nodes[0].interfaces
        func find(_ name: String) throws -> NodeInterface { try #require(interfaces.first { $0.name == name }) }
        #expect(try find("eno2").macAddress == "52:54:00:ab:00:02")
        #expect(try find("eno3").dhcp4 && find("eno3").isAddressed)
        guard case .bond(let bond) = try find("bond0").kind else {
            Issue.record("no bond")
            return
        }
        #expect(bond.minLinks == 1 && bond.updelay == 200 && bond.downdelay == 100 && bond.adSelect == .count)
        let storage = try find("storage")
        #expect(storage.ipv6Addresses.map(\.description) == ["2001:db8:40::21/64"])
        #expect(storage.addresses.map(\.description) == ["203.0.113.21/24"])
        #expect(storage.routes.map(\.destination) == ["198.51.101.0/24", "2001:db8:41::/48", "default"])
        #expect(storage.routes.map(\.isIPv6) == [false, true, true])
        #expect(try find("br-mgmt").kind == .bridge(ports: ["bond0"], stp: false, forwardDelay: 4))
    }

    @Test("a node whose address comes by DHCP may have it nowhere in the file")
    func byDHCP() {
        let text = Self.text.replacing(", addresses: [management] }", with: ", dhcp4: true }")
        #expect(problems(of: text).problems == [])
    }

    @Test("the field's own file is understood, and what is wrong in it is said")
    func field() throws {
        let found = try problems(of: fieldCase("r28")).problems
        #expect(!found.contains { $0.what.contains("unknown key") || $0.what.contains("expected an address") })
        #expect(
            found.map { "\($0.mark?.description ?? "") \($0.what.prefix(40))" } == [
                "7:34 52:54:00:00:00:01 is the address of inte",
                "10:59 2001:db8:40::21 is the address of interf",
                "10:91 router 192.0.2.254 is on no network of i",
                "12:20 interface \"eth1\" belongs to \"br-ex\" and ",
                "13:45 Open vSwitch keeps its bridges itself, a",
                "14:26 interface \"eth1\" of \"physnet1\" belongs t",
            ], "\(found)")
    }

    @Test(
        "faults are reported where they are",
        arguments: [
            ("macaddress: '52:54:00:00:00:01'", "macaddress: §52:54", "expected a MAC address"),
            ("macaddress: '52:54:00:00:00:01'", "macaddress: §'01:00:5e:00:00:01'", "address of a group"),
            (
                "macaddress: '52:54:00:00:00:01'", "macaddress: '52:54:00:ab:00:02'",
                "52:54:00:ab:00:02 is the address of"
            ),
            ("'2001:db8:40::21/64'", "§'2001:db8:40::21'", "expected an address with its prefix"),
            ("'2001:db8:40::21/64'", "§'2001:db8:40::21/129'", "expected an address with its prefix"),
            ("to: 198.51.101.0/24", "to: §198.51.101.1/24", "expected a network"),
            ("via: 203.0.113.1 }", "via: §'fe80::1' }", "a route of IPv4 needs a router of IPv4"),
            (
                "- { to: 198.51.101.0/24, via: 203.0.113.1 }", "- §{ to: 198.51.101.0/24, via: 192.0.2.1 }",
                "is on no network"
            ),
            ("forward_delay: 4", "forward_delay: §31", "is out of range"),
            ("mode: 802.3ad", "mode: active-backup", "has no min_links"),
            ("updelay: 200, downdelay: 100", "arp_interval: 100", "has no arp_interval"),
            ("eno3: { dhcp4: true }", "eno3: { dhcp4: §yes }", "expected true or false"),
            (
                "eth1: {}", "eth1: { vlan: { id: 5, link: eno3 }, match: { macaddress: §'52:54:00:00:00:09' } }",
                "only network cards"
            ),
        ])
    func faults(_ old: String, _ new: String, _ said: String) throws {
        try #require(Self.text.contains(old))
        let marked = MarkedText(Self.text.replacing(old, with: new))
        let found = problems(of: marked.text).problems.filter { $0.what.contains(said) }
        #expect(!found.isEmpty)
        if !marked.marks.isEmpty { #expect(found.compactMap(\.mark) == marked.marks) }
    }

    @Test(
        "a bond that watches its links by ARP does not do so by their carrier too",
        arguments: [
            ("arp_interval: 100, arp_ip_targets: [192.0.2.1]", []),
            ("arp_interval: 100", ["arp_interval needs arp_ip_targets"]),
            ("arp_ip_targets: [192.0.2.1]", ["arp_ip_targets needs arp_interval"]),
            (
                "miimon: 50, arp_interval: 100, arp_ip_targets: [192.0.2.1]",
                ["a bond watches its links by miimon or by arp_interval"]
            ),
            (
                "updelay: 50, arp_interval: 100, arp_ip_targets: [192.0.2.1]",
                ["updelay and downdelay need miimon, and this bond has arp_interval"]
            ),
        ])
    func arp(_ options: String, _ said: [String]) {
        let old = "mode: 802.3ad, members: [eno1, eno2], min_links: 1, updelay: 200, downdelay: 100, ad_select: count"
        let text = Self.text.replacing(old, with: "mode: active-backup, members: [eno1, eno2], \(options)")
        #expect(problems(of: text).problems.map(\.what) == said)
    }
}

@Suite("IPv6 addresses")
struct IPv6Tests {
    @Test(
        "are read in every form, and written in the short one",
        arguments: [
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("::1", "::1"), ("fe80::1:0:0:1", "fe80::1:0:0:1"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ])
    func forms(_ text: String, _ short: String) { #expect(IPv6Address(text)?.description == short) }

    @Test("are none", arguments: ["", ":", "1::2::3", "fe80::1%eth0", "192.0.2.1", "12345::", "g::"])
    func none(_ text: String) { #expect(IPv6Address(text) == nil) }
}
