import Testing

@testable import Sandbox
@testable import Topology

@Suite("the lab's wiring")
struct WiringTests {
    @Test("what is not there is made, what is there only gets its settings")
    func bridges() throws {
        let wiring = Wiring(try LabFixture.lab("t1", subnet: 1))
        #expect(
            wiring.bridgeCommands(existing: []) == [
                "link set lo up", "link add mgmt type bridge mcast_snooping 0",
                "link add ph-physnet1 type bridge mcast_snooping 0", "addr replace 10.201.1.1/24 dev mgmt",
                "link set mgmt up", "link set ph-physnet1 up",
            ])
        #expect(!wiring.bridgeCommands(existing: ["mgmt", "ph-physnet1"]).contains { $0.hasPrefix("link add") })
    }

    @Test("the gateway of a flat network is the lab, from the moment at which its bridge is made")
    func gateway() throws {
        var lab = try LabFixture.lab("t1", subnet: 1)
        #expect(Wiring(lab).ruleset() == "table ip gateways\ndelete table ip gateways\n")
        let network = try #require(IPv4Network(route: "10.202.1.0/24"))
        lab.networks = [
            ProviderNetwork(
                name: "provider", type: .flat(physicalNetwork: "physnet1"), cidr: network,
                gateway: IPv4Address("10.202.1.1"), allocationPool: nil, dnsServers: [], portGroup: nil,
                mark: LabFixture.mark)
        ]
        let wiring = Wiring(lab)
        #expect(wiring.bridgeCommands(existing: []).contains("addr add 10.202.1.1/24 dev ph-physnet1"))
        #expect(!wiring.bridgeCommands(existing: ["mgmt", "ph-physnet1"]).contains { $0.hasPrefix("addr add") })
        #expect(wiring.ruleset().contains("ip saddr { 10.202.1.0/24 } oifname \"uplink\" masquerade"))
        // What has a VLAN comes to the bridge with it.
        lab.networks[0].type = .vlan(physicalNetwork: "physnet1", id: 7)
        #expect(Wiring(lab).gateways.isEmpty)
    }

    @Test("a node has the management network on eth0 and its physical networks where the topology puts them")
    func node() throws {
        let wiring = Wiring(try LabFixture.lab("t1", subnet: 1))
        let node = wiring.nodes[0]
        #expect(
            wiring.linkCommands(node, existing: ["lo"]).map(\.description) == [
                "ip link add n1-eth0 netns pv-t1 type veth peer name eth0 address "
                    + "\(Names.hardwareAddress("pv-t1.n1", "eth0")) netns pv-t1.n1",
                "ip link add n1-eth1 netns pv-t1 type veth peer name eth1 address "
                    + "\(Names.hardwareAddress("pv-t1.n1", "eth1")) netns pv-t1.n1",
            ])
        #expect(wiring.linkCommands(node, existing: ["lo", "eth0", "eth1"]).isEmpty)
        #expect(
            wiring.portCommands(node) == [
                "link set n1-eth0 master mgmt up", "link set n1-eth1 master ph-physnet1 up",
            ])
        #expect(
            wiring.stationCommands(node, mtu: 1400) == [
                "link set lo up", "addr replace 10.201.1.11/24 dev eth0", "link set eth0 up", "link set eth1 up",
                "route replace default via 10.201.1.1 mtu 1400",
            ])
        #expect(wiring.stationCommands(node, mtu: 1500).last == "route replace default via 10.201.1.1")
    }

    @Test("a vCenter has the addresses of its ESXi hosts, and a port of its own beside a node of the same name")
    func vcenter() throws {
        var lab = try LabFixture.lab("t1", subnet: 1)
        lab.vcenters = [try LabFixture.vcenter("n1", subnet: 1)]
        let wiring = Wiring(lab)
        #expect(wiring.vcenters[0].interfaces.map(\.addresses) == [["10.201.1.50/24", "10.201.1.51/24"]])
        #expect(wiring.vcenters[0].interfaces[0].port != wiring.nodes[0].interfaces[0].port)
        #expect(wiring.vcenters[0].switches.isEmpty)
    }

    @Test("a vCenter has a bridge for its guests in each physical network of a port group, which no VLAN divides")
    func guests() throws {
        var lab = try LabFixture.lab("t1", subnet: 1)
        lab.vcenters = [try LabFixture.vcenter("vc", subnet: 1)]
        lab.networks = [
            try LabFixture.network("a", .flat(physicalNetwork: "physnet1"), portGroup: "group-a"),
            try LabFixture.network("b", .vlan(physicalNetwork: "physnet1", id: 5), portGroup: "group-b"),
            try LabFixture.network("c", .flat(physicalNetwork: "elsewhere"), portGroup: "group-c"),
        ]
        let wiring = Wiring(lab)
        let vcenter = try #require(wiring.vcenters.first)
        #expect(vcenter.switches == [Wiring.Switch(name: "vs-physnet1", uplink: "eth1")])
        #expect(
            wiring.portCommands(vcenter) == [
                "link set +vc-eth0 master mgmt up", "link set +vc-eth1 master ph-physnet1 up",
            ])
        let commands = wiring.stationCommands(vcenter, mtu: 1500)
        #expect(commands.contains("link add vs-physnet1 type bridge mcast_snooping 0"))
        #expect(commands.contains("link set eth1 master vs-physnet1"))
        let again = wiring.stationCommands(vcenter, mtu: 1500, existing: ["vs-physnet1"])
        #expect(!again.contains { $0.hasPrefix("link add") })
    }
}

@Suite("the way out")
struct UplinkTests {
    static func network(_ text: String) throws -> IPv4Network { try #require(IPv4Network(route: text)) }

    @Test("the first network that overlaps none in use")
    func free() throws {
        #expect("\(try #require(Uplink.free(besides: [])))" == "169.254.240.0/30")
        let used = [try Self.network("169.254.240.2"), try Self.network("169.254.240.4/31")]
        #expect("\(try #require(Uplink.free(besides: used)))" == "169.254.240.8/30")
        #expect(Uplink.free(besides: [try Self.network("169.254.0.0/16")]) == nil)
    }

    @Test("routes are read, the default route is no network in use")
    func routes() throws {
        let text =
            #"[{"dst":"default","dev":"eth0"},{"dst":"192.0.2.0/24","dev":"eth0","flags":[]},"#
            + #"{"type":"local","dst":"192.0.2.2","dev":"eth0"},{"type":"blackhole","dst":"10.0.0.0/8"}]"#
        let routes = try HostRoute.decode(text)
        #expect(routes.map { $0.network.map { "\($0)" } } == [nil, "192.0.2.0/24", "192.0.2.2/32", "10.0.0.0/8"])
        #expect(try HostRoute.decode(" \n") == [])
    }

    @Test(
        "the two halves by which a VPN takes the place of the default route are no network in use",
        arguments: ["0.0.0.0/1", "128.0.0.0/1"])
    func halves(dst: String) throws {
        #expect(try HostRoute.decode(#"[{"dst":"\#(dst)","dev":"tun0"}]"#).map { $0.network } == [nil])
    }

    @Test(
        "networks overlap in both directions",
        arguments: [
            ("10.0.0.0/8", "10.77.0.0/24", true), ("10.77.0.0/24", "10.0.0.0/8", true),
            ("10.77.0.0/24", "10.77.1.0/24", false), ("0.0.0.0/0", "10.77.0.0/24", true),
        ])
    func overlap(a: String, b: String, overlap: Bool) throws {
        #expect(try Self.network(a).overlaps(Self.network(b)) == overlap)
    }

    @Test("the rules are all in one table, replaced as a whole")
    func ruleset() throws {
        let uplink = Uplink(
            names: Names(lab: "t1"), management: try Self.network("10.201.1.0/24"),
            network: try Self.network("169.254.240.0/30"), mtu: 1400)
        let rules = uplink.ruleset()
        #expect(rules.hasPrefix("table ip pv-t1\ndelete table ip pv-t1\ntable ip pv-t1 {"))
        #expect(rules.contains(#"ip saddr { 10.201.1.0/24, 169.254.240.0/30 } oifname != "pv-*" masquerade"#))
        #expect(rules.contains("maxseg size set 1360"))
        #expect(uplink.hostCommands().last == "route replace 10.201.1.0/24 via 169.254.240.2 dev pv-t1")
    }
}
