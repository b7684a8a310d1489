import Testing

@testable import Topology

@Suite("Traffic with a network of its own")
struct TrafficTests {
    /// The field's file, which a topology could not say more with, and what it was meant to say.
    private static func text(_ traffic: String = "  traffic: { overlay: bond0.1601 }\n") throws -> String {
        try fieldCase("r29").replacing("defaults:\n", with: "defaults:\n" + traffic)
    }

    /// One text for each rule, in which it finds something.
    static func faults() throws -> [String] {
        let text = try text()
        return [
            text.replacing("overlay: bond0.1601", with: "overlay: bond0.1602"),
            text.replacing("overlay: bond0.1601", with: "overlay: 198.51.100.10"),
            try Self.text("").replacing("hypervisor: kvm,", with: "hypervisor: kvm, traffic: { overlay: bond0.1601 },"),
        ]
    }

    @Test("uses the address that each node has on the interface")
    func interface() throws {
        #expect(try lab(Self.text("")).nodes.allSatisfy { $0.traffic == Traffic() })
        let nodes = try lab(Self.text()).nodes
        #expect(nodes.map { $0.traffic.overlay?.description } == ["198.51.100.10", "198.51.100.21"])
    }

    @Test("takes an address where the topology leaves the interfaces alone")
    func address() throws {
        let text = Sample.ssh.replacing("hypervisor: kvm,", with: "hypervisor: kvm, traffic: { storage: 10.79.0.21 },")
        #expect(try lab(text).node("kvm1")?.traffic.storage?.description == "10.79.0.21")
    }

    @Test(
        "that cannot go there is reported",
        arguments: [
            (
                "overlay: bond0.1601", "overlay: bond0.1602", 2,
                "has no interface \"bond0.1602\" for its overlay traffic"
            ),
            ("addresses: [198.51.100.21/24]", "addresses: []", 1, "has no address for the overlay traffic"),
            ("overlay: bond0.1601", "overlay: 198.51.100.10", 1, "198.51.100.10"),
            ("overlay: bond0.1601", "overlay: {}", 1, "expected an interface of the node, or its address there"),
        ])
    func wrong(_ old: String, _ new: String, _ count: Int, _ said: String) throws {
        let found = try problems(of: Self.text().replacing(old, with: new)).problems
        #expect(found.count == count && found.allSatisfy { $0.what.contains(said) }, "\(found)")
    }

    @Test("is given to all nodes with overlays, or a warning says that two networks have to be joined")
    func some() throws {
        let text = try Self.text("").replacing(
            "hypervisor: kvm,", with: "hypervisor: kvm, traffic: { overlay: bond0.1601 },")
        let found = problems(of: text).problems
        #expect(found.map(\.severity) == [.warning] && found[0].what.contains("overlays of node \"ctl\""))
    }

    @Test("has the MTU of VXLAN checked where it goes")
    func mtu() throws {
        let large = "overrides: { neutron.conf: { all: { DEFAULT: { global_physnet_mtu: 8000 } } } }\n"
        let found = try problems(of: Self.text() + large).problems.filter { $0.what.contains("for VXLAN") }
        #expect(found.count == 2 && found.allSatisfy { $0.what.contains("\"bond0.1601\"") })
        // Enough there, whatever the management network has.
        let enough = try Self.text().replacing("miimon: 200 } }", with: "miimon: 200 }, mtu: 9000 }")
            .replacing("addresses: [management],", with: "addresses: [management], mtu: 1500,")
        #expect(!problems(of: enough + large).problems.contains { $0.what.contains("for VXLAN") })
    }
}
