import Foundation
import GuestImage
import OpenStack
import Testing

@testable import Verification

@Suite("the way out of a guest's network")
struct WayOutTests {
    /// - Parameters:
    ///   - lease: as the guest says it.
    ///   - said: what the guest says of what it reaches.
    ///   - subnet: what differs from an ordinary subnet of Neutron's.
    private func way(
        _ lease: String = "server=10.0.0.2 router=10.0.0.1 dns=10.0.0.2 routes=none", _ said: [String] = [],
        subnet: [String: Any] = [:], type: String = "vxlan", router: String? = nil, place: String? = nil,
        dhcp: Set<String> = ["10.0.0.2"]
    ) throws -> WayOut.Finding {
        let usual: [String: Any] = [
            "id": "s", "name": "inner", "cidr": "10.0.0.0/24", "network_id": "n", "gateway_ip": "10.0.0.1",
            "dns_nameservers": [String](), "enable_dhcp": true,
        ]
        func read<T: Decodable>(_ fields: [String: Any], as type: T.Type) throws -> T {
            try JSONDecoder().decode(T.self, from: JSONSerialization.data(withJSONObject: fields))
        }
        let lines = (["LEASE \(lease)"] + said).map { "POLYVISOR-GUEST \($0)\n" }.joined()
        let report = GuestReport(consoleLog: lines)
        let network: [String: Any] = ["id": "n", "name": "net", "provider:network_type": type]
        return try WayOut(
            lease: #require(report.lease), reached: report.wayOut, place: place,
            subnet: read(usual.merging(subnet) { $1 }, as: OpenStack.Subnet.self),
            network: read(network, as: OpenStack.Network.self),
            router: router.map { try read(["id": "r", "name": "r1", "admin_state_up": $0 == "up"], as: Router.self) },
            dhcpServers: dhcp, dhcpLog: "D", routerLog: "R"
        ).finding()
    }

    private let gateway = "GATEWAY peer=10.0.0.1 ping=0.52 link=known"
    private let noGateway = "GATEWAY peer=10.0.0.1 ping=none link=none"
    private let server = "DNS peer=10.0.0.2 answer=yes"

    @Test("what answers is told, a router that drops ping too")
    func answers() throws {
        let api = "BEYOND peer=192.0.2.5:5000 ping=none answer=yes"
        #expect(
            try way(said([gateway, server, api]), place: "192.0.2.5:5000")
                == .init(
                    sighting: .settled(
                        .passed("gateway 10.0.0.1 0.5 ms, DNS 10.0.0.2, beyond it 192.0.2.5:5000"))))
        let quiet = "GATEWAY peer=10.0.0.1 ping=none link=known"
        #expect(
            try way(said([quiet, server])).sighting
                == .settled(.passed("gateway 10.0.0.1 is there and drops ping, DNS 10.0.0.2")))
    }

    @Test("a lease without the router that Neutron has is a failure, and one with another router")
    func router() throws {
        func reason(_ lease: String, subnet: [String: Any] = [:]) throws -> String? {
            try way(lease, [gateway, server], subnet: subnet).sighting.verdict.failure?.reason
        }
        #expect(
            try reason("server=10.0.0.2 router=none dns=10.0.0.2 routes=none")
                == "the guest's lease from 10.0.0.2 has no router, and the gateway of subnet inner is 10.0.0.1")
        #expect(
            try reason("server=10.0.0.9 router=10.0.0.7 dns=10.0.0.2 routes=none")
                == "the guest's lease from 10.0.0.9, which is not Neutron's DHCP server (10.0.0.2), has the router 10.0.0.7, "
                + "and the gateway of subnet inner is 10.0.0.1")
        #expect(
            try reason("server=10.0.0.2 router=10.0.0.1 dns=none routes=169.254.169.254/32,10.0.0.2")?.contains(
                "classless routes without a default one") == true)
        // The subnet's own default route, a gateway by a route, and no DHCP of Neutron's.
        let route = ["host_routes": [["destination": "0.0.0.0/0", "nexthop": "10.0.0.7"]]]
        #expect(try reason("server=10.0.0.2 router=10.0.0.7 dns=none routes=none", subnet: route) == nil)
        #expect(
            try reason("server=10.0.0.2 router=none dns=none routes=169.254.169.254/32,10.0.0.2,0.0.0.0/0,10.0.0.1")
                == nil)
        #expect(try reason("server=10.0.0.9 router=none dns=none routes=none", subnet: ["enable_dhcp": false]) == nil)
        let none = ["gateway_ip": NSNull()]
        #expect(try reason("server=10.0.0.2 router=none dns=none routes=none", subnet: none) == nil)
    }

    @Test("a lease without the name servers that Neutron has is a failure")
    func nameServers() throws {
        func reason(_ wanted: [String]) throws -> String? {
            try way(said([gateway, server]), subnet: ["dns_nameservers": wanted]).sighting.verdict.failure?.reason
        }
        #expect(
            try reason(["192.0.2.53", "10.0.0.2"])
                == "the guest's lease from 10.0.0.2 has the name servers 10.0.0.2, and not 192.0.2.53 of subnet inner")
        // 0.0.0.0 says that none is to be handed out, and the guest knows no IPv6.
        #expect(try reason(["0.0.0.0"]) == nil)
        #expect(try reason(["2001:db8::53"]) == nil)
    }

    @Test(
        "a gateway that nobody is at: red where Neutron has a router, a warning where a router should be outside, else a note"
    )
    func silence() throws {
        let own = try way(said([noGateway, server]), router: "up")
        #expect(
            own.sighting
                == .moving(
                    .failed(
                        CheckFailure(
                            layer: .neutron,
                            reason:
                                "nothing answers ping or ARP at 10.0.0.1, the gateway of subnet inner, which is its router r1",
                            look: "R"))))
        let outside = try way(said([noGateway, server]), type: "flat")
        #expect(outside.sighting == .moving(.passed("DNS 10.0.0.2")) && outside.warnings.count == 1)
        #expect(outside.warnings.first?.contains("instances reach nothing outside of network net") == true)
        // Neutron gives each subnet a gateway's address, whether or not there is a router.
        let isolated = try way(said([noGateway, server]))
        #expect(isolated.sighting == .settled(.passed("DNS 10.0.0.2")) && isolated.warnings.isEmpty)
        #expect(isolated.notes.first?.contains("Neutron shows no router there") == true)
        let disabled = try way(said([noGateway, server]), router: "down")
        #expect(disabled.sighting.verdict.isPassed && disabled.warnings.isEmpty && disabled.notes.count == 1)
    }

    @Test("a name server that does not answer is a warning, and a note where there is no way to it")
    func silentServer() throws {
        let lease = "server=10.0.0.2 router=10.0.0.1 dns=192.0.2.53 routes=none"
        let away = "DNS peer=192.0.2.53 answer=none"
        let reached = try way(lease, [gateway, away])
        #expect(reached.sighting == .moving(.passed("gateway 10.0.0.1 0.5 ms")))
        #expect(
            reached.warnings == ["the guest gets no answer from the name server 192.0.2.53: instances resolve no names"]
        )
        let isolated = try way(lease, [noGateway, away])
        #expect(isolated.sighting == .settled(.passed("")) && isolated.warnings.isEmpty && isolated.notes.count == 2)
        let onLink = try way(said([noGateway, "DNS peer=10.0.0.2 answer=none"]))
        #expect(onLink.warnings.count == 1 && onLink.sighting.verdict.failure == nil)
        // One of two is enough to resolve names.
        let two = try way(
            "server=10.0.0.2 router=10.0.0.1 dns=10.0.0.2,192.0.2.53 routes=none", [gateway, server, away])
        #expect(two.warnings == ["the guest gets no answer from the name server 192.0.2.53"])
    }

    @Test("what the guest has not tried is waited for, and then left out")
    func untried() throws {
        let words = "the guest has not said in time what it reaches"
        #expect(try way(said([gateway])).sighting == .moving(.skipped(words)))
        #expect(try way(said([server])).sighting == .moving(.skipped(words)))
        #expect(try way(said([gateway, server]), place: "192.0.2.5:5000").sighting == .moving(.skipped(words)))
    }

    @Test("an API out of reach is a note, unless a name server beyond the gateway answers; one inside is not asked for")
    func beyond() throws {
        let silent = "BEYOND peer=192.0.2.5:5000 ping=none answer=none"
        let note = try way(said([gateway, server, silent]), place: "192.0.2.5:5000")
        #expect(note.sighting.verdict.isPassed && note.warnings.isEmpty)
        #expect(note.notes == ["the guest does not reach the cloud's API at 192.0.2.5:5000"])
        let heard = try way(
            "server=10.0.0.2 router=10.0.0.1 dns=192.0.2.53 routes=none",
            [gateway, "DNS peer=192.0.2.53 answer=yes", silent], place: "192.0.2.5:5000")
        #expect(heard.notes.isEmpty)
        #expect(try way(said([gateway, server]), place: "10.0.0.5:5000").notes.isEmpty)
    }

    /// The usual lease, and what is said of what it names.
    private func said(_ words: [String]) -> (String, [String]) {
        ("server=10.0.0.2 router=10.0.0.1 dns=10.0.0.2 routes=none", words)
    }

    private func way(
        _ both: (String, [String]), subnet: [String: Any] = [:], type: String = "vxlan", router: String? = nil,
        place: String? = nil
    ) throws -> WayOut.Finding {
        try way(both.0, both.1, subnet: subnet, type: type, router: router, place: place)
    }
}
