import Access
import HTTP
import Testing
import Topology
import VCenterSimulator
import VSphere

@Suite("Sessions with the vCenters of a lab", .needsSimulator)
struct VCenterSessionsTests {
    private func vcenter() throws -> VCenter {
        let text = """
            lab: s
            release: zed
            provider: sandbox
            defaults: { physical_interfaces: { physnet1: eth1 } }
            nodes:
              controller: { address: 10.77.0.10, roles: [controller, network] }
              vmware1: { address: 10.77.0.31, roles: [compute], hypervisor: vmware, clusters: [vc1/cluster_a] }
            vcenters:
              vc1:
                address: 10.77.0.50
                username: administrator@vsphere.local
                datacenter: dc1
                clusters:
                  cluster_a: { datastore_regex: '^shared-', hosts: [10.77.0.51] }
            networks:
              management: { cidr: 10.77.0.0/24 }
              provider: { type: flat, physical_network: physnet1, cidr: 10.78.0.0/24, port_group: dvpg-provider }

            """
        return try #require(try Lab.read(text: text.utf8, file: "lab.yaml").lab.vcenters.first)
    }

    @Test("are one for each, and end together, in a cancelled task, too")
    func shared() async throws {
        try await Simulator.with([
            "clusters": [["name": "cluster_a", "hosts": ["127.77.6.51"]]] as [[String: any Sendable]]
        ]) { simulator in
            let endpoint = simulator.endpoint
            let (observer, vcenter) = (try await VCenterConnection.open(endpoint), try vcenter())
            let sessions = VCenterSessions { _ in endpoint }
            async let first = sessions.session(with: vcenter)
            async let second = sessions.session(with: vcenter)
            #expect(try await first === second)
            #expect(try await observer.sessions().count == 2)
            await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                await sessions.close()
            }.value
            #expect(try await observer.sessions().count == 1)
            // Who asks again gets a new one.
            #expect(try await sessions.session(with: vcenter).inventory().datacenters.isEmpty == false)
            #expect(try await observer.sessions().count == 2)
            await sessions.close()
        }
    }
}

extension Simulator {
    fileprivate var endpoint: VCenterEndpoint {
        VCenterEndpoint(
            address: "127.0.0.1", port: port,
            credentials: VCenterCredentials(username: Self.username, password: Self.password), tls: .caFile(caFile),
            timeout: .seconds(20))
    }
}
