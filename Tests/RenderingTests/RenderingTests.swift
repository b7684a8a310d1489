import Testing

@testable import Rendering
@testable import Topology

@Suite("rendering")
struct RenderingTests {
    private func text(_ lab: Lab, _ node: String, _ path: String, change: (inout RenderInput) -> Void = { _ in }) throws
        -> String
    {
        let files = try Labs.render(lab, change: change).files(of: node)
        return try #require(files.first { $0.path == path }, "\(path) is not rendered on \(node)").contents
    }

    @Test("gives a VMware node one service, file, host and cache prefix for each cluster")
    func clusters() throws {
        for cluster in ["cluster_a", "cluster_b"] {
            let conf = try INIDocument(text(Labs.sandbox, "vmware1", "/etc/nova/nova-compute-\(cluster).conf"))
            #expect(conf.values("DEFAULT", "host") == ["vmware1-\(cluster)"])
            #expect(conf.values("vmware", "cache_prefix") == ["sandbox-vmware1-\(cluster)"])
        }
        let common = try INIDocument(text(Labs.sandbox, "vmware1", "/etc/nova/nova.conf"))
        #expect(common.values("DEFAULT", "host") == [])
    }

    @Test("doubles the dollar sign of a vCenter's password")
    func dollar() throws {
        let conf = try text(Labs.sandbox, "vmware1", "/etc/nova/nova-compute-cluster_a.conf")
        #expect(conf.contains("\nhost_password = Golden$$1 'pass\"word\n"))
    }

    @Test("percent-encodes passwords in URLs")
    func urls() throws {
        let conf = try text(Labs.sandbox, "kvm1", "/etc/nova/nova.conf") {
            $0.secrets[.messageQueue] = Secret("p@s:s/$")
        }
        #expect(conf.contains("\ntransport_url = rabbit://openstack:p%40s%3As%2F%24@10.77.0.10:5672/\n"))
    }

    @Test("takes QEMU instead of KVM where the facts say so")
    func emulation() throws {
        let path = "/etc/nova/nova-compute.conf"
        #expect(try INIDocument(text(Labs.sandbox, "kvm1", path)).values("libvirt", "virt_type") == ["kvm"])
        let emulated = try INIDocument(text(Labs.sandbox, "kvm1", path) { $0.virtTypes = ["kvm1": .qemu] })
        #expect(emulated.values("libvirt", "virt_type") == ["qemu"])
        #expect(emulated.values("libvirt", "cpu_mode") == ["none"])
    }

    @Test("writes libvirt's own file only where the node is a container")
    func container() throws {
        func paths(_ lab: Lab) throws -> [String] { try Labs.render(lab).files(of: "kvm1").map(\.path) }
        #expect(try paths(Labs.sandbox).contains("/etc/libvirt/qemu.conf"))
        #expect(try !paths(Labs.mixed).contains("/etc/libvirt/qemu.conf"))
        #expect(try paths(Labs.mixed).contains("/etc/chrony/chrony.conf"))
    }

    @Test("lets nobody but root and the service read a file with a secret", arguments: Labs.all)
    func modes(_ name: String) throws {
        let rendering = try Labs.render(Labs.named(name))
        let secrets = ["golden-", "Golden$"]
        for file in rendering.nodes.flatMap(\.files) where secrets.contains(where: file.contents.contains) {
            #expect(file.isSecret && file.mode & 0o007 == 0, "\(file.path)")
        }
    }

    @Test("restarts what reads a file, and nothing that a node does not run", arguments: Labs.all)
    func units(_ name: String) throws {
        let lab = try Labs.named(name), input = try Labs.input(lab)
        let tools = ["systemd-sysctl", "systemd-modules-load"]
        for node in lab.nodes {
            let services = input.release.setup(of: node, in: lab).services.start + tools
            let units = Set(try Labs.render(lab).files(of: node.name).flatMap(\.units))
            #expect(units.subtracting(services) == [])
        }
        let nova = try #require(try Labs.render(lab).files(of: "controller").first { $0.path == "/etc/nova/nova.conf" })
        #expect(nova.units == ["nova-api", "nova-api-metadata", "nova-conductor", "nova-scheduler", "nova-novncproxy"])
    }

    @Test("tells oslo-config-validator which namespaces each file of options has")
    func validator() throws {
        let files = try Labs.render(Labs.sandbox).nodes.flatMap(\.files)
        #expect(files.filter { $0.oslo != nil }.count == 16)
        #expect(files.filter { $0.oslo?.namespaces.isEmpty == true } == [])
    }

    @Test("makes VXLAN only where a network needs it")
    func vxlan() throws {
        var lab = try Labs.sandbox
        let path = "/etc/neutron/plugins/ml2/linuxbridge_agent.ini"
        #expect(try text(lab, "kvm1", path).contains("enable_vxlan = false"))
        lab.networks.append(lab.networks[0])
        lab.networks[1].type = .vxlan
        #expect(try text(lab, "kvm1", path).contains("local_ip = 10.77.0.21"))
        #expect(
            try text(lab, "controller", "/etc/neutron/plugins/ml2/ml2_conf.ini").contains(
                "linuxbridge,l2population,polyvisor_dvs"))
    }

    @Test("serves a lab without vSphere without our driver")
    func withoutVSphere() throws {
        var lab = try Labs.sandbox
        lab.nodes.removeLast()
        lab.vcenters = []
        let files = try Labs.render(lab).files(of: "controller")
        #expect(!files.contains { $0.path.contains("polyvisor_dvs") })
        #expect(
            try text(lab, "controller", "/etc/neutron/plugins/ml2/ml2_conf.ini").contains(
                "mechanism_drivers = linuxbridge\n"))
    }

    @Test("puts everything on one machine when asked")
    func allInOne() throws {
        var lab = try Labs.sandbox
        lab.nodes = [lab.nodes[0]]
        lab.vcenters = []
        lab.nodes[0].roles = [.controller, .network, .storage, .compute]
        lab.nodes[0].hypervisor = .host(.qemu)
        let rendering = try Labs.render(lab)
        let nova = try #require(rendering.files(of: "controller").first { $0.path == "/etc/nova/nova.conf" })
        #expect(nova.units.contains("nova-compute") && nova.contents.contains("novncproxy_base_url"))
        #expect(rendering.warnings.map(\.what).contains { $0.contains("storage") })
    }
}
