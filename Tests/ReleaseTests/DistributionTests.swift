import Testing

@testable import Release
@testable import Topology

@Suite("Debian 12")
struct DistributionTests {
    private let distribution = Distribution.debian12
    private let release: Release

    init() throws { release = try Release(named: "zed") }

    private func node(_ roles: [Role], _ hypervisor: Hypervisor? = nil) -> Node {
        Node(
            name: "n1", address: IPv4Address(bits: 1), roles: roles, hypervisor: hypervisor,
            ssh: SSHAccess(user: "root", port: 22), physicalInterfaces: [], mark: Mark(line: 1, column: 1))
    }

    private func lab(_ node: Node, _ provider: Provider) throws -> Lab {
        let cidr = try #require(IPv4Network(base: IPv4Address(bits: 0), prefixLength: 24))
        let mark = Mark(line: 1, column: 1)
        return Lab(
            name: "l", file: "l.yaml", release: "zed", releaseMark: mark, provider: provider, nodes: [node],
            vcenters: [], management: ManagementNetwork(cidr: cidr, mark: mark), networks: [], flavors: [], images: [],
            verify: VerifySettings(image: "", flavor: "", network: "", timeoutSeconds: 1), overrides: [])
    }

    private let clusters = Hypervisor.vmware(
        clusters: ["a", "b"].map { ClusterReference(vcenter: "vc1", cluster: $0) })

    @Test("runs one service of ours for each cluster of a VMware node, and never its own")
    func vmware() throws {
        let node = node([.compute], clusters)
        let lab = try lab(node, .sandbox)
        let services = release.setup(of: node, in: lab).services
        #expect(
            services
                == NodeServices(
                    start: ["polyvisor-nova-compute@a", "polyvisor-nova-compute@b"], disable: [], mask: ["nova-compute"]
                ))
        #expect(release.setup(of: node, in: lab).packages.contains("python3-oslo.vmware"))
        #expect(!release.setup(of: node, in: lab).packages.contains { $0.contains("libvirt") || $0.contains("qemu") })
    }

    @Test("starts libvirt before nova-compute")
    func libvirt() throws {
        let node = node([.compute], .host(.kvm))
        let services = try release.setup(of: node, in: lab(node, .sandbox)).services
        #expect(services.start == ["libvirtd", "neutron-linuxbridge-agent", "nova-compute"])
    }

    @Test("starts Nova's SSH on a libvirt node where there is another, and stops it where there is none")
    func novaSSH() throws {
        let node = node([.compute], .host(.kvm))
        var lab = try lab(node, .sandbox)
        #expect(release.setup(of: node, in: lab).services.disable == ["polyvisor-nova-ssh"])
        var other = node
        (other.name, other.hypervisor) = ("n2", .host(.qemu))
        lab.nodes.append(other)
        #expect(
            release.setup(of: node, in: lab).services
                == NodeServices(
                    start: ["libvirtd", "neutron-linuxbridge-agent", "polyvisor-nova-ssh", "nova-compute"], disable: [],
                    mask: []))
    }

    @Test("starts the agents after neutron-rpc-server, conductor and scheduler after Keystone")
    func order() throws {
        let node = node([.controller, .network])
        let start = try release.setup(of: node, in: lab(node, .sandbox)).services.start
        func index(_ unit: String) throws -> Int { try #require(start.firstIndex(of: unit)) }
        #expect(try index("neutron-rpc-server") < index("neutron-dhcp-agent"))
        #expect(try index("keystone") < index("nova-conductor"))
        #expect(try index("placement-api") < index("nova-scheduler"))
    }

    @Test("unmasks nova-compute where libvirt and vSphere share a node's packages")
    func allInOne() throws {
        let node = node([.controller, .network, .storage, .compute], .host(.qemu))
        let lab = try lab(node, .ssh)
        let services = release.setup(of: node, in: lab).services
        #expect(services.mask == [] && services.start.contains("nova-compute") && services.start.first == "chrony")
        #expect(release.setup(of: node, in: lab).packages == release.setup(of: node, in: lab).packages.sorted())
    }

    @Test("asks no questions: every answer is a line that debconf-set-selections takes")
    func answers() {
        #expect(distribution.packageSystem.answers.allSatisfy { $0.split(separator: " ").count == 4 })
        #expect(Distribution.debian13.packageSystem.answers.allSatisfy { $0.split(separator: " ").count == 4 })
    }

    @Test("13 starts Open vSwitch, its bridges and its agent, in this order, and has no linuxbridge")
    func openvswitch() throws {
        let node = node([.compute], .host(.kvm))
        var lab = try lab(node, .sandbox)
        lab.release = "2025.1"
        let setup = try Release(named: "2025.1").setup(of: node, in: lab)
        #expect(
            setup.services.start == [
                "libvirtd", "openvswitch-switch", "polyvisor-openvswitch", "neutron-openvswitch-agent", "nova-compute",
            ])
        #expect(setup.packages.contains("openvswitch-switch") && setup.packages.contains("neutron-openvswitch-agent"))
        #expect(!Distribution.debian13.installs(.linuxbridgeAgent))
        #expect(!Distribution.debian12.installs(.openvswitchAgent))
    }
}
