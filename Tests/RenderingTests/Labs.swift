import Release
import Topology

@testable import Rendering
@testable import Topology

/// The labs that the tests render, and the input that goes with them.
enum Labs {
    static let all = ["sandbox", "mixed-lab"]

    static func named(_ name: String) -> Lab { name == "sandbox" ? sandbox : mixed }

    static func address(_ text: String) throws -> IPv4Address {
        guard let address = IPv4Address(text) else { throw BadAddress(text: text) }
        return address
    }

    struct BadAddress: Error { var text: String }

    static func input(_ lab: Lab) throws -> RenderInput {
        var secrets: [SecretName: Secret] = [:]
        for name in Rendering.secretNames(for: lab) { secrets[name] = Secret("golden-\(name)".replacing("/", with: "-")) }
        for (name, _) in Rendering.vcenterSecretNames(for: lab) { secrets[name] = Secret("Golden$1 'pass\"word") }
        let pem = "-----BEGIN CERTIFICATE-----\nZ29sZGVu\n-----END CERTIFICATE-----\n"
        return RenderInput(
            lab: lab, release: try Release(named: lab.release), secrets: secrets,
            vcenterCAs: Dictionary(uniqueKeysWithValues: lab.vcenters.map { ($0.name, pem) }))
    }

    static func render(_ lab: Lab, change: (inout RenderInput) -> Void = { _ in }) throws -> Rendering {
        var input = try input(lab)
        change(&input)
        return try Rendering(input, templates: try TemplateLibrary.bundled())
    }

    /// The problems that keep a lab from being rendered; empty when it renders.
    static func problems(
        _ lab: Lab, templates: TemplateLibrary? = nil, change: (inout RenderInput) -> Void = { _ in }
    ) throws -> [RenderProblem] {
        var input = try input(lab)
        change(&input)
        let library = try templates ?? TemplateLibrary.bundled()
        do throws(RenderFailure) {
            _ = try Rendering(input, templates: library)
            return []
        } catch {
            return error.problems.filter { !$0.isWarning }
        }
    }
}

/// The values of topologies/sandbox.yaml and topologies/mixed-lab.yaml.
extension Labs {
    static let sandbox = Lab(
        name: "sandbox", file: "topologies/sandbox.yaml", release: "zed", releaseMark: Mark(line: 6, column: 10),
        provider: .sandbox,
        nodes: nodes(prefix: "10.77.0", interface: "eth1", ssh: SSHAccess(user: "root", port: 22), zone: nil),
        vcenters: [
            vcenter(
                address: "10.77.0.50", username: "administrator@vsphere.local", trust: .sandbox, password: .generated,
                names: ["cluster_a", "cluster_b"])
        ],
        management: ManagementNetwork(cidr: network("10.77.0.0", 24), mark: Mark(line: 40, column: 3)),
        networks: [
            ProviderNetwork(
                name: "provider", type: .flat(physicalNetwork: "physnet1"), cidr: network("10.78.0.0", 24),
                dnsServers: [], portGroup: "VM Network", mark: Mark(line: 41, column: 3))
        ],
        flavors: [Flavor(name: "tiny", vcpus: 1, ramMB: 128, diskGB: 1, mark: Mark(line: 48, column: 3))],
        images: [], verify: VerifySettings(image: "tiny", flavor: "tiny", network: "provider", timeoutSeconds: 300),
        overrides: [])

    static let mixed = Lab(
        name: "mixed", file: "topologies/mixed-lab.yaml", release: "zed", releaseMark: Mark(line: 3, column: 10),
        provider: .ssh,
        nodes: nodes(prefix: "192.0.2", interface: "eth1", ssh: SSHAccess(user: "root", port: 22), zone: "kvm"),
        vcenters: [
            vcenter(
                address: "vcenter.example.org", username: "nova@vsphere.local", trust: .caFile("certs/vc1.pem"),
                password: .environment("VC1_PASSWORD"), names: ["Cluster A", "Cluster B"])
        ],
        management: ManagementNetwork(cidr: network("192.0.2.0", 24), mark: Mark(line: 31, column: 3)),
        networks: [
            ProviderNetwork(
                name: "provider", type: .vlan(physicalNetwork: "physnet1", id: 120), cidr: network("198.51.100.0", 24),
                dnsServers: [], portGroup: "vlan-120", mark: Mark(line: 32, column: 3))
        ],
        flavors: [], images: [],
        verify: VerifySettings(image: "tiny", flavor: "tiny", network: "provider", timeoutSeconds: 300),
        overrides: [
            Override(
                file: "nova.conf", scope: "compute", section: "DEFAULT", option: "cpu_allocation_ratio",
                values: ["4.0"], mark: Mark(line: 51, column: 37))
        ])

    private static func ip(_ text: String) -> IPv4Address { IPv4Address(text) ?? IPv4Address(bits: 0) }

    private static func network(_ base: String, _ length: Int) -> IPv4Network {
        IPv4Network(base: ip(base), prefixLength: length) ?? whole
    }

    private static let whole: IPv4Network = {
        guard let network = IPv4Network(base: IPv4Address(bits: 0), prefixLength: 0) else {
            preconditionFailure("0.0.0.0/0 is a network")
        }
        return network
    }()

    private static func nodes(prefix: String, interface: String, ssh: SSHAccess, zone: String?) -> [Node] {
        let interfaces = [PhysicalInterface(physicalNetwork: "physnet1", interface: interface)]
        let clusters = ["cluster_a", "cluster_b"].map { ClusterReference(vcenter: "vc1", cluster: $0) }
        return [
            Node(
                name: "controller", address: ip("\(prefix).10"), roles: [.controller, .network], ssh: ssh,
                physicalInterfaces: interfaces, mark: Mark(line: 14, column: 3)),
            Node(
                name: "kvm1", address: ip("\(prefix).21"), roles: [.compute], hypervisor: .kvm, availabilityZone: zone,
                ssh: ssh, physicalInterfaces: interfaces, mark: Mark(line: 16, column: 3)),
            Node(
                name: "vmware1", address: ip("\(prefix).31"), roles: [.compute], hypervisor: .vmware(clusters: clusters),
                ssh: ssh, physicalInterfaces: interfaces, mark: Mark(line: 18, column: 3)),
        ]
    }

    private static func vcenter(
        address: String, username: String, trust: TLSTrust, password: SecretReference, names: [String]
    ) -> VCenter {
        let clusters = zip(["cluster_a", "cluster_b"], names).map { key, name in
            Cluster(
                name: key, clusterName: name, datastoreRegex: "^shared-", availabilityZone: "vmware-\(key.suffix(1))",
                hosts: [], mark: Mark(line: 34, column: 7))
        }
        return VCenter(
            name: "vc1", address: address, port: 443, username: username, password: password, trust: trust,
            datacenter: "dc1", clusters: clusters, mark: Mark(line: 26, column: 3))
    }
}
