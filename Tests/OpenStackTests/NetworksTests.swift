import Testing

@testable import OpenStack

@Suite("Neutron", .timeLimit(.minutes(1)))
struct NetworksTests {
    let stub: StubCloud
    let cloud: Cloud
    let networks = "/network/v2.0/networks"

    init() throws {
        stub = try StubCloud()
        cloud = stub.cloud()
    }

    let subnet = NewSubnet(
        name: "provider", cidr: "10.78.0.0/24", gateway: nil, pool: ("10.78.0.100", "10.78.0.200"),
        dnsServers: ["10.78.0.1"])

    func ensureNetwork(_ physical: String = "physnet1", segment: Int? = nil) async throws -> Ensured {
        try await cloud.ensureNetwork(
            "provider", type: segment == nil ? "flat" : "vlan", physicalNetwork: physical, segmentationID: segment)
    }

    @Test("gets a shared network and its subnet once")
    func once() async throws {
        for isNew in [true, false] {
            let network = try await ensureNetwork()
            #expect(network.changed == isNew)
            #expect(try await cloud.ensureSubnet(subnet, ofNetwork: network).changed == isNew)
        }
        #expect(stub.writes == ["POST /network/v2.0/networks", "POST /network/v2.0/subnets"])
        let bodies = stub.calls.filter { $0.method == "POST" }.map(\.json)
        #expect(
            bodies == [
                [
                    "network": [
                        "name": "provider", "shared": true, "provider:network_type": "flat",
                        "provider:physical_network": "physnet1",
                    ]
                ],
                [
                    "subnet": [
                        "name": "provider", "cidr": "10.78.0.0/24", "network_id": "networks-1", "ip_version": 4,
                        "gateway_ip": nil, "allocation_pools": [["start": "10.78.0.100", "end": "10.78.0.200"]],
                        "dns_nameservers": ["10.78.0.1"], "enable_dhcp": true,
                    ]
                ],
            ])
    }

    @Test("has what can be changed changed")
    func mended() async throws {
        stub.put(
            [
                "id": "n", "name": "provider", "shared": false, "provider:network_type": "flat",
                "provider:physical_network": "physnet1",
            ], into: networks)
        let network = try await ensureNetwork()
        #expect(network == Ensured(id: "n", changed: true))
        _ = try await cloud.ensureSubnet(subnet, ofNetwork: network)
        var other = subnet
        (other.gateway, other.dnsServers) = ("10.78.0.1", [])
        #expect(try await cloud.ensureSubnet(other, ofNetwork: network).changed)
        #expect(try await !cloud.ensureSubnet(other, ofNetwork: network).changed)
        #expect(try await !ensureNetwork().changed)
        #expect(
            stub.writes == [
                "PUT /network/v2.0/networks/n", "POST /network/v2.0/subnets", "PUT /network/v2.0/subnets/subnets-1",
            ])
    }

    @Test("keeps what cannot be changed, and the error names both")
    func conflicts() async throws {
        let network = try await ensureNetwork("physnet1", segment: 100)
        let vlan = await failure { _ = try await ensureNetwork("physnet1", segment: 200) }
        #expect(vlan?.kind == .conflict)
        #expect(
            vlan?.reason.hasPrefix("it should be vlan physnet1 200, but there is one that is vlan physnet1 100;")
                == true)
        _ = try await cloud.ensureSubnet(subnet, ofNetwork: network)
        var other = subnet
        other.cidr = "10.79.0.0/24"
        let cidr = await failure { try await cloud.ensureSubnet(other, ofNetwork: network) }
        #expect(cidr?.kind == .conflict && cidr?.reason.contains("10.79.0.0/24") == true)
        stub.put(["id": "twin", "name": "provider"], into: networks)
        #expect(await failure { _ = try await ensureNetwork() }?.kind == .conflict)
        #expect(stub.writes.count == 2)
    }

    @Test("shows a port's binding and its agents")
    func ports() async throws {
        stub.script(
            "GET /network/v2.0/ports",
            Answer(
                200,
                [
                    "ports": [
                        [
                            "id": "p", "status": "ACTIVE", "device_id": "s", "network_id": "n",
                            "fixed_ips": [["subnet_id": "x", "ip_address": "10.78.0.101"]], "binding:vif_type": "dvs",
                            "binding:vif_details": ["dvs_port_group_name": "VM Network", "port_filter": false],
                            "binding:host_id": "vmware1-cluster_a",
                        ]
                    ]
                ]))
        let port = try #require(try await cloud.ports(ofDevice: "s").first)
        #expect(port.vifType == "dvs" && port.vifDetails?.portGroup == "VM Network" && port.host == "vmware1-cluster_a")
        #expect(port.fixedIPs.map(\.address) == ["10.78.0.101"])
        stub.script(
            "GET /network/v2.0/agents",
            Answer(200, ["agents": [["binary": "neutron-dhcp-agent", "host": "controller", "alive": true]]]))
        #expect(try await cloud.networkAgents().map(\.alive) == [true])
    }
}
