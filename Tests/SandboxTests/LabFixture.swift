import Foundation
import Testing
@testable import Sandbox
@testable import Topology

/// Small labs for the tests.
enum LabFixture {
    static let mark = Mark(line: 1, column: 1)

    static func node(_ name: String, _ address: String, interface: String? = nil) throws -> Node {
        Node(
            name: name, address: try #require(IPv4Address(address)), roles: [.compute], hypervisor: .host(.qemu),
            availabilityZone: nil, ssh: SSHAccess(user: "root", port: 22, identityFile: nil, knownHostsFile: nil),
            physicalInterfaces: interface.map { [PhysicalInterface(physicalNetwork: "physnet1", interface: $0)] } ?? [],
            mark: mark)
    }

    /// A lab to make on this machine: with a name and a network that nobody has here, chosen by chance, so that any number
    /// of test runs and labs can stand side by side.
    static func free(_ name: String, nodes: Int = 2) async throws -> Lab {
        let network = try await freeNetwork()
        while true {
            let own = "\(name)-" + String(Int.random(in: 0..<0x10000), radix: 16)
            if try await Traces.of(own) == .none { return try lab(own, in: network, nodes: nodes) }
        }
    }

    /// A network of this machine's private ones that no route and no recorded lab has; with room for a lab's 256 addresses.
    static func freeNetwork() async throws -> IPv4Network {
        let paths = Paths(root: "/var/lib/polyvisor")
        let recorded = try Files.names(in: paths.labs).compactMap { try LabRecord.read(paths.lab($0).record) }
            .compactMap { IPv4Network(route: $0.management) }
        let taken = try await HostRoute.all().compactMap(\.network) + recorded
        for _ in 0..<1000 {
            let base = UInt32(10 << 24 | Int.random(in: 128..<255) << 16 | Int.random(in: 0..<256) << 8)
            let network = try #require(IPv4Network(base: IPv4Address(bits: base), prefixLength: 24))
            if !taken.contains(where: network.overlaps) { return network }
        }
        throw SandboxError(.inUse, doing: "find a network for a test", reason: "10.128.0.0 to 10.254.255.255 is in use")
    }

    /// A lab of tests that make nothing.
    static func lab(_ name: String, subnet: Int, nodes: Int = 2) throws -> Lab {
        try lab(name, in: try #require(IPv4Network(route: "10.201.\(subnet).0/24")), nodes: nodes)
    }

    /// A lab without vCenter: `nodes` of them at .11, .12 and so on.
    static func lab(_ name: String, in network: IPv4Network, nodes: Int) throws -> Lab {
        Lab(
            name: name, file: "\(name).yaml", release: "zed", releaseMark: mark, provider: .sandbox,
            nodes: try (1...nodes).map { try node("n\($0)", "\(network.address(10 + $0))", interface: "eth1") },
            vcenters: [],
            management: ManagementNetwork(cidr: network, mark: mark),
            networks: [], flavors: [], images: [],
            verify: VerifySettings(image: "tiny", flavor: "tiny", network: "provider", timeoutSeconds: 60),
            overrides: [])
    }

    static func network(_ name: String, _ type: NetworkType, portGroup: String?) throws -> ProviderNetwork {
        ProviderNetwork(
            name: name, type: type, cidr: try #require(IPv4Network(route: "10.202.0.0/24")), gateway: nil,
            allocationPool: nil, dnsServers: [], portGroup: portGroup, mark: mark)
    }

    static func vcenter(_ name: String, subnet: Int) throws -> VCenter {
        vcenter(name, in: try #require(IPv4Network(route: "10.201.\(subnet).0/24")))
    }

    static func vcenter(_ name: String, in network: IPv4Network) -> VCenter {
        VCenter(
            name: name, address: "\(network.address(50))", port: 443, username: "administrator@vsphere.local",
            password: .generated, trust: .sandbox, datacenter: "dc1",
            clusters: [
                Cluster(
                    name: "cluster_a", clusterName: "Cluster A", datastoreRegex: "^shared-", availabilityZone: nil,
                    hosts: [network.address(51)], mark: mark)
            ], mark: mark)
    }
}

extension IPv4Network {
    /// The address with a number in the network.
    func address(_ number: Int) -> IPv4Address { IPv4Address(bits: base.bits + UInt32(number)) }
}
