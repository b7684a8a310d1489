import Testing

@testable import Deployment
@testable import OpenStack

@Suite("hosts of DHCP agents")
struct DHCPHostsTests {
    private func agent(_ kind: String, _ host: String, attached: Set<String>? = nil) -> NetworkAgent {
        NetworkAgent(binary: "", host: host, alive: true, kind: kind, isEnabled: true, physicalNetworks: attached)
    }

    @Test("wait for the layer-2 agent of the same host")
    func waiting() {
        let servers = [agent("DHCP agent", "c1"), agent("DHCP agent", "c2")]
        #expect(DHCPHosts(servers).waiting == ["c1", "c2"])
        let one = servers + [agent("Open vSwitch agent", "c2", attached: ["physnet1"])]
        #expect(DHCPHosts(one).waiting == ["c1"])
        #expect(DHCPHosts(one + [agent("Linux bridge agent", "c1", attached: [])]).waiting.isEmpty)
    }

    @Test("wait where no DHCP agent has reported yet")
    func none() {
        #expect(DHCPHosts([]).waiting == ["any host"])
        #expect(DHCPHosts([agent("Open vSwitch agent", "k1", attached: ["physnet1"])]).waiting == ["any host"])
    }
}
