import Release
import Testing

@testable import Rendering
@testable import Topology

@Suite("Several controllers in Havana to Kilo")
struct LegacyClusterTests {
    private func lab(_ release: String, _ driver: MechanismDriver?) throws -> Lab {
        var lab = try Labs.named("three-controllers")
        (lab.release, lab.mechanismDriver) = (release, driver)
        return lab
    }

    @Test("render with nova-network and with Neutron, faultlessly", arguments: LegacyTests.releases)
    func everyRelease(_ release: String) throws {
        for driver in [nil, MechanismDriver.openvswitch, .linuxbridge] {
            let problems = try Legacy.problems(try lab(release, driver))
            #expect(problems.isEmpty, "\(Set(problems.map(\.description)).sorted())")
        }
    }

    @Test("share an address, a database and a queue", arguments: LegacyTests.releases)
    func shared(_ release: String) throws {
        let rendering = try Legacy.render(try lab(release, .openvswitch))
        for node in ["controller1", "controller2", "controller3", "kvm1"] {
            let files = rendering.files(of: node)
            let nova = try Legacy.options(files.filter { $0.path == "/etc/nova/nova.conf" })
            let section = release == "kilo" ? "oslo_messaging_rabbit" : "DEFAULT"
            #expect(
                nova["\(section)/rabbit_hosts"] == "192.0.2.11:5672,192.0.2.12:5672,192.0.2.13:5672")
            #expect(nova["\(section)/rabbit_ha_queues"] == "True" && nova["\(section)/rabbit_host"] == nil)
            let isController = node.hasPrefix("controller")
            #expect((nova["DEFAULT/memcached_servers"] != nil) == isController)
            #expect(nova["database/connection"]?.contains("@192.0.2.9/") == (isController ? true : nil))
            let paths = Set(files.map(\.path))
            for path in ["/etc/keepalived/keepalived.conf", "/etc/rabbitmq/rabbitmq.config", "/etc/memcached.conf"] {
                #expect(paths.contains(path) == isController, "\(path) on \(node)")
            }
        }
        let mysql = rendering.files(of: "controller2").first { $0.path == "/etc/mysql/conf.d/polyvisor.cnf" }
        #expect(mysql?.contents.contains("gcomm://192.0.2.11,192.0.2.12,192.0.2.13\n") == true)
        #expect(mysql?.contents.contains("wsrep_node_address = 192.0.2.12\n") == true)
    }

    @Test("are told of queues and images, which no file makes common")
    func warnings() throws {
        let found = try Legacy.render(try lab("juno", nil)).warnings.map(\.what)
        #expect(found.contains("RabbitMQ mirrors the controllers' queues by a policy, which no file has"))
        #expect(found.contains { $0.contains("/var/lib/glance/images") })
    }

    @Test("have to say where the shared address goes")
    func interface() throws {
        var lab = try lab("juno", nil)
        lab.nodes[1].physicalInterfaces.removeAll { $0.physicalNetwork == "management" }
        #expect(
            try Legacy.problems(lab).map(\.what) == [
                "controller2 shares api_address, and does not say on which interface"
            ])
    }
}
