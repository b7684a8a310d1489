import Foundation
import Providers
import Testing
import Topology

@Suite("machines that exist")
struct ExistingMachinesTests {
    private func lab() throws -> Lab {
        let text = """
            lab: l
            release: zed
            defaults: { ssh: { identity_file: ~/.ssh/id }, physical_interfaces: { physnet1: eth1 } }
            nodes:
              controller: { address: 10.0.0.10, roles: [controller, network] }
              kvm1:
                address: 10.0.0.21
                roles: [compute]
                hypervisor: kvm
                ssh: { user: stack, port: 2222, identity_file: keys/lab, known_hosts: hosts }
            networks:
              management: { cidr: 10.0.0.0/24 }
              provider: { type: flat, physical_network: physnet1, cidr: 10.1.0.0/24 }
            """
        return try Lab.read(text: text.utf8, file: "/srv/labs/lab.yaml").lab
    }

    @Test("are reached as the topology says, by keys that it, the lab or the user knows")
    func target() throws {
        let lab = try lab()
        let machines = ExistingMachines(of: lab, accepted: "/state/known_hosts")
        let target = machines.target(of: try #require(lab.node("kvm1")))
        #expect(target.host == "10.0.0.21" && target.port == 2222 && target.user == "stack")
        #expect(target.identityFile == "/srv/labs/keys/lab")
        #expect(target.knownHostsFiles == ["/srv/labs/hosts", "/state/known_hosts", "~/.ssh/known_hosts"])
        let other = machines.target(of: try #require(lab.node("controller")))
        #expect(other.knownHostsFiles == ["/state/known_hosts", "~/.ssh/known_hosts"])
        #expect(other.identityFile == "\(NSHomeDirectory())/.ssh/id" && other.user == "root" && other.port == 22)
    }

    @Test("are neither made nor removed, and nothing of them is on this machine")
    func nothing() throws {
        let machines = ExistingMachines(of: try lab(), accepted: "")
        #expect(!machines.makesNodes && machines.missingRight == nil)
        #expect(machines.remove(force: true) == nil && machines.presence() == nil)
    }
}
