import Testing

@testable import Release
@testable import Topology

@Suite("what a node runs")
struct NodeSetupTests {
    private static func lab(
        _ roles: [Role], _ hypervisor: Hypervisor?, _ change: (inout Lab) -> Void = { _ in }
    ) throws -> Lab {
        let mark = Mark(line: 1, column: 1)
        let node = Node(
            name: "n1", address: IPv4Address(bits: 1), roles: roles, hypervisor: hypervisor,
            ssh: SSHAccess(user: "root", port: 22), physicalInterfaces: [], mark: mark)
        let cidr = try #require(IPv4Network(base: IPv4Address(bits: 0), prefixLength: 24))
        var lab = Lab(
            name: "l", file: "l.yaml", release: "zed", releaseMark: mark, provider: .ssh, nodes: [node],
            vcenters: [], management: ManagementNetwork(cidr: cidr, mark: mark),
            networks: [], flavors: [], images: [],
            verify: VerifySettings(image: "", flavor: "", network: "", timeoutSeconds: 1), overrides: [])
        change(&lab)
        return lab
    }

    private func setup(
        _ roles: [Role], _ hypervisor: Hypervisor? = nil, _ change: (inout Lab) -> Void = { _ in }
    ) throws -> NodeSetup {
        let lab = try Self.lab(roles, hypervisor, change)
        return try Release(named: lab.release).setup(of: lab.nodes[0], in: lab)
    }

    /// The lists with which the first lab was built; a layer of a sandbox is known by its packages.
    @Test("has the packages of its daemons, of its hypervisor and of its role on Debian 12")
    func packages() throws {
        #expect(
            try setup([.controller, .network]).packages == [
                "arping", "chrony", "conntrack", "dnsmasq-base", "ebtables", "glance-api", "ipset", "iptables",
                "keystone", "mariadb-server", "memcached", "neutron-api", "neutron-dhcp-agent",
                "neutron-linuxbridge-agent", "neutron-metadata-agent", "neutron-rpc-server", "nova-api",
                "nova-conductor", "nova-consoleproxy", "nova-scheduler", "placement-api", "python3-memcache",
                "python3-openstackclient", "python3-pymysql", "rabbitmq-server",
            ])
        let agent = ["conntrack", "ebtables", "ipset", "iptables", "neutron-linuxbridge-agent"]
        let libvirt = ["genisoimage", "libvirt-clients", "libvirt-daemon-system"]
        let qemu = ["nova-compute-kvm", "qemu-system-x86", "qemu-utils", "chrony"]
        #expect(try setup([.compute], .host(.kvm)).packages == (agent + libvirt + qemu).sorted())
        #expect(try setup([.compute], .host(.qemu)).packages == (agent + libvirt + qemu).sorted())
        let lxc = ["nova-compute", "nova-compute-lxc", "libvirt-daemon-driver-lxc", "chrony"]
        #expect(try setup([.compute], .host(.lxc)).packages == (agent + libvirt + lxc).sorted())
        let clusters = Hypervisor.vmware(clusters: [ClusterReference(vcenter: "v", cluster: "c")])
        #expect(
            try setup([.compute], clusters) { $0.provider = .sandbox }.packages == [
                "genisoimage", "nova-compute", "nova-compute-ironic", "python3-oslo.vmware",
            ])
    }

    @Test("has the layer-2 agent of the lab's driver, and of no other")
    func layer2() throws {
        #expect(try setup([.compute], .host(.kvm)).runs(.linuxbridgeAgent))
        let other = try setup([.compute], .host(.kvm)) { $0.mechanismDriver = .openvswitch }
        #expect(
            other.units(.networkAgents) == [
                "openvswitch-switch", "polyvisor-openvswitch", "neutron-openvswitch-agent",
            ])
        #expect(!other.distribution.installs(.openvswitchAgent))
    }

    @Test("says which ports have to answer, and who listens where")
    func ports() throws {
        let controller = try setup([.controller])
        #expect(controller.awaitedPorts(.apis) == [9292, 8778, 9696, 8774, 8775])
        #expect(controller.awaitedPorts(.identity) == [5000] && controller.awaitedPorts(.novaWorkers) == [])
        #expect(controller.ports.first == .init(number: 3306, title: "MariaDB"))
        #expect(controller.ports.map(\.number) == [3306, 5000, 5672, 6080, 8774, 8775, 8778, 9292, 9696, 11211])
        #expect(try setup([.compute], .host(.lxc)).ports == [])
    }

    @Test(
        "is named in full by every distribution: units for all that its releases run, packages for all that is installed"
    )
    func names() throws {
        let controllers = try Self.lab([.controller, .network, .compute], .host(.kvm))
        for distribution in Distribution.all {
            for name in distribution.releases {
                let release = try Release(named: name)
                for daemon in release.daemons(on: controllers.nodes[0], in: controllers).map(\.daemon) {
                    #expect(distribution.units[daemon] != nil, "\(distribution.name): \(daemon)")
                    let isPartOfAnother = [Daemon.novaMetadataAPI, .novaCompute, .openvswitchBridges].contains(daemon)
                    #expect(isPartOfAnother || distribution.installs(daemon), "\(distribution.name): \(daemon)")
                }
            }
        }
    }

    @Test("is chosen by what os-release says")
    func system() throws {
        let zed = try Release(named: "zed")
        #expect(zed.distribution(of: .init(id: "debian", version: "12"))?.name == "debian12")
        #expect(zed.distribution(of: .init(id: "debian", version: "13")) == nil)
        let epoxy = try Release(named: "2025.1")
        #expect(epoxy.distribution(of: .init(id: "debian", version: "13"))?.name == "debian13")
        #expect(epoxy.distribution(of: .init(id: "debian", version: "12")) == nil)
        #expect(try Release(named: "2025.2").distributions.isEmpty)
    }

    @Test("keeps its logs where its distribution has them")
    func logs() {
        let usual = Distribution.usual
        #expect(usual.log(of: RunningDaemon(.novaCompute)) == "/var/log/nova/nova-compute.log")
        #expect(
            usual.log(of: RunningDaemon(.novaComputeOfCluster, instance: "a")) == "/var/log/nova/nova-compute-a.log")
        #expect(usual.logs(of: .neutron) == "/var/log/neutron")
    }
}

@Suite("services")
struct ServiceTests {
    @Test("have each a name, and every daemon of this era is part of one")
    func complete() {
        let daemons = Service.all.flatMap(\.processes).map(\.daemon)
        #expect(Set(daemons).count == daemons.count)
        #expect(Set(Service.all.map(\.name)) == Set(Service.Name.allCases))
        let ports = Service.all.flatMap(\.processes).compactMap { $0.port?.number }
        #expect(Set(ports).count == ports.count)
    }

    @Test("are in the catalogue under the URLs that their clients expect")
    func urls() {
        #expect(Service.keystone.url(at: "h") == "http://h:5000/v3/")
        #expect(Service.nova.url(at: "h") == "http://h:8774/v2.1")
        #expect(Service.glance.url(at: "h") == "http://h:9292" && Service.glance.root(at: "h") == "http://h:9292")
    }
}

@Suite("the order of releases")
struct ReleaseOrderTests {
    @Test("has those of the catalogue and those between, each once")
    func order() throws {
        #expect(ReleaseOrder.names.count == Release.names.count + 8)
        #expect(ReleaseOrder.names.filter(Release.names.contains) == Release.names)
        let place = { try #require(ReleaseOrder.place(of: $0)) }
        #expect(try place("kilo") + 1 == place("liberty") && place("stein") + 1 == place("train"))
        #expect(ReleaseOrder.place(of: "zedd") == nil)
    }
}
