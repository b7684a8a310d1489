import Foundation
import Testing
@testable import Sandbox
@testable import Topology

/// Small labs for the tests; their networks are those that the project's tests use on a host.
enum LabFixture {
    static let mark = Mark(line: 1, column: 1)

    static func node(_ name: String, _ address: String, interface: String? = nil) throws -> Node {
        Node(
            name: name, address: try #require(IPv4Address(address)), roles: [.compute], hypervisor: .qemu,
            availabilityZone: nil, ssh: SSHAccess(user: "root", port: 22, identityFile: nil, knownHostsFile: nil),
            physicalInterfaces: interface.map { [PhysicalInterface(physicalNetwork: "physnet1", interface: $0)] } ?? [],
            mark: mark)
    }

    /// A lab without vCenter: `nodes` of them at .11, .12 and so on.
    static func lab(_ name: String, subnet: Int, nodes: Int = 2) throws -> Lab {
        let base = try #require(IPv4Address("10.201.\(subnet).0"))
        return Lab(
            name: name, file: "\(name).yaml", release: "zed", releaseMark: mark, provider: .sandbox,
            nodes: try (1...nodes).map { try node("n\($0)", "10.201.\(subnet).\(10 + $0)", interface: "eth1") },
            vcenters: [],
            management: ManagementNetwork(
                cidr: try #require(IPv4Network(base: base, prefixLength: 24)), mark: mark),
            networks: [], flavors: [], images: [],
            verify: VerifySettings(image: "tiny", flavor: "tiny", network: "provider", timeoutSeconds: 60),
            overrides: [])
    }

    static func vcenter(_ name: String, subnet: Int) throws -> VCenter {
        VCenter(
            name: name, address: "10.201.\(subnet).50", port: 443, username: "administrator@vsphere.local",
            password: .generated, trust: .sandbox, datacenter: "dc1",
            clusters: [
                Cluster(
                    name: "cluster_a", clusterName: "Cluster A", datastoreRegex: "^shared-", availabilityZone: nil,
                    hosts: [try #require(IPv4Address("10.201.\(subnet).51"))], mark: mark)
            ], mark: mark)
    }
}
