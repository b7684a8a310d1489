import Foundation
import Release
import Testing

@testable import Rendering
@testable import Topology

@Suite("Labs of Havana to Kilo with Neutron")
struct LegacyNeutronTests {
    /// The start topology in another release, with another agent; without VMware where the agent cannot serve it.
    private func lab(_ release: String, _ driver: MechanismDriver = .openvswitch) throws -> Lab {
        var lab = try Labs.named("legacy-icehouse-neutron")
        (lab.release, lab.mechanismDriver) = (release, driver)
        if driver == .linuxbridge { lab.nodes.removeAll { !$0.clusters.isEmpty } }
        if release == "havana" || driver == .linuxbridge { lab.vcenters[0].imageDatastores = [] }
        return lab
    }

    private func options(_ lab: Lab, _ node: String, _ file: String) throws -> [String: String] {
        let files = try Legacy.render(lab).files(of: node).filter { $0.path.hasSuffix("/\(file)") }
        #expect(!files.isEmpty, "\(file) on \(node)")
        return try Legacy.options(files)
    }

    @Test("render with either agent, every option as the release's catalogue has it", arguments: LegacyTests.releases)
    func everyRelease(_ release: String) throws {
        for driver in MechanismDriver.allCases {
            let problems = try Legacy.problems(try lab(release, driver))
            #expect(problems.isEmpty, "\(driver): \(Set(problems.map(\.description)).sorted())")
        }
    }

    @Test("tell Nova of Neutron under the names that the release knows", arguments: LegacyTests.releases)
    func names(_ release: String) throws {
        let lab = try lab(release)
        let (controller, compute) = (
            try options(lab, "controller", "nova.conf"), try options(lab, "kvm1", "nova.conf")
        )
        let isOld = ["havana", "icehouse"].contains(release)
        #expect(controller["DEFAULT/network_api_class"] == "nova.network.neutronv2.api.API")
        #expect(compute[isOld ? "DEFAULT/neutron_url" : "neutron/url"] == "http://192.0.2.10:9696")
        #expect(
            compute[isOld ? "DEFAULT/neutron_admin_password" : "neutron/admin_password"] == "golden-user-neutron")
        let secret = isOld ? "DEFAULT/neutron_metadata_proxy_shared_secret" : "neutron/metadata_proxy_shared_secret"
        #expect(controller[secret] == "golden-metadata-proxy" && compute[secret] == nil)
        // Nobody waits for what Neutron does not tell.
        let waits = ["icehouse", "juno"].contains(release) ? "False" : nil
        #expect(compute["DEFAULT/vif_plugging_is_fatal"] == waits)
        let neutron = try options(lab, "controller", "neutron.conf")
        #expect(neutron["DEFAULT/notify_nova_on_port_status_changes"] == (release == "kilo" ? "True" : waits))
        #expect((neutron["DEFAULT/nova_admin_password"] != nil) == (release == "kilo"))
        // Neutron took oslo.messaging with Juno only.
        let rpc = isOld ? "neutron.openstack.common.rpc.impl_kombu" : "rabbit"
        #expect(neutron["DEFAULT/rpc_backend"] == rpc)
    }

    @Test("filter in Neutron's agents, and nowhere else", arguments: LegacyTests.releases)
    func filters(_ release: String) throws {
        let noop = "nova.virt.firewall.NoopFirewallDriver"
        for driver in MechanismDriver.allCases {
            let lab = try lab(release, driver)
            #expect(try options(lab, "kvm1", "nova.conf")["DEFAULT/firewall_driver"] == noop)
            #expect(try options(lab, "kvm1", "nova-compute.conf")["DEFAULT/firewall_driver"] == noop)
            let file = driver == .openvswitch ? "ovs_neutron_plugin.ini" : "linuxbridge_conf.ini"
            let agent = try options(lab, "kvm1", file)
            #expect(agent["securitygroup/firewall_driver"]?.contains("IptablesFirewallDriver") == true)
            #expect(agent["securitygroup/enable_security_group"] == (release == "havana" ? nil : "True"))
        }
        let warnings = try Legacy.render(try lab(release)).warnings.map(\.what)
        #expect(warnings.contains("security groups are not enforced on VMware instances"))
    }

    @Test("give VMware an agent beside its nova-compute, and the port group that is called like its bridge")
    func vsphere() throws {
        let lab = try lab("icehouse")
        #expect(try options(lab, "vmware1", "nova-compute.conf")["vmware/integration_bridge"] == "br-int")
        #expect(try options(lab, "vmware1", "nova-compute.conf")["vmware/vlan_interface"] == nil)
        #expect(
            try options(lab, "vmware1", "ovs_neutron_plugin.ini")["ovs/bridge_mappings"] == "physnet1:br-eth1")
        #expect(try options(lab, "vmware1", "neutron.conf")["DEFAULT/host"] == "vmware1")
    }

    @Test("set all that is recommended for Nova beside Neutron", arguments: LegacyTests.releases)
    func recommended(_ release: String) throws {
        let rows = try Legacy.recommended().filter {
            $0.role == "nova with neutron instead of nova-network" && $0.releases.contains(release)
        }
        #expect(rows.count >= 12)
        let rendering = try Legacy.render(try lab(release))
        let files = ["controller", "vmware1"].flatMap(rendering.files(of:)).filter {
            Legacy.holds("nova.conf", $0.path)
        }
        let options = try Legacy.options(files)
        for row in rows {
            let value = options["\(row.section)/\(row.option)"]
            #expect(value != nil, "[\(row.section)] \(row.option)")
            if !row.value.contains("{") { #expect(value == row.value, "[\(row.section)] \(row.option)") }
        }
    }

    @Test("make their networks and the router between them by a script that a shell takes")
    func script() throws {
        var lab = try lab("kilo")
        lab.networks[1].name = "it's"
        let files = try Legacy.render(lab).files(of: "controller")
        let script = try #require(files.first { $0.path == "/root/create-networks" })
        #expect(script.mode == 0o755)
        #expect(
            script.contents.contains(
                "neutron net-create 'provider' --shared --router:external=True --provider:network_type vlan"
                    + " --provider:physical_network 'physnet1' --provider:segmentation_id 120\n"))
        #expect(script.contents.contains("neutron router-interface-add 'icehouse-router' 'it'\\''s'\n"))
        for name in ["/root/create-networks", "/root/create-bridges"] {
            for node in ["controller", "kvm1"] {
                guard let file = try Legacy.render(lab).files(of: node).first(where: { $0.path == name }) else {
                    continue
                }
                #expect(try Shell.accepts(file.contents), "\(name) on \(node)")
            }
        }
    }

    @Test("say what they cannot do, each at its place", arguments: Legacy.neutronFaults)
    func faults(_ fault: Legacy.Fault) throws {
        let text = try Legacy.text(fault.topology)
        #expect(text.contains(fault.old))
        let lab = try Lab.read(text: text.replacing(fault.old, with: fault.new).utf8, file: "lab.yaml").lab
        let found = try Legacy.problems(lab)
        #expect(found.map(\.what) == fault.what)
        #expect(found.allSatisfy { if case .topology = $0.place { true } else { false } })
    }

    @Test("have no bridge for Docker in Open vSwitch, and tell a Windows machine that it is one")
    func otherHypervisors() throws {
        var lab = try lab("havana")
        lab.nodes.removeAll { !$0.clusters.isEmpty }
        lab.nodes[2].hypervisor = .host(.docker)
        #expect(try Legacy.problems(lab).map(\.what) == ["kvm1: Nova's Docker driver knows Linux bridges only"])
        lab.mechanismDriver = .linuxbridge
        #expect(try Legacy.problems(lab).isEmpty)
        lab.nodes[2].hypervisor = .host(.hyperv)
        #expect(try Legacy.render(lab).warnings.contains { $0.what.contains("is a Windows machine") })
        #expect(
            try options(lab, "controller", "ml2_conf.ini")["ml2/mechanism_drivers"] == "linuxbridge,l2population,hyperv"
        )
    }
}

/// The machine's own shell, for scripts that nobody runs here.
enum Shell {
    /// Whether `sh -n` finds nothing wrong.
    static func accepts(_ script: String) throws -> Bool {
        let file = FileManager.default.temporaryDirectory.appending(path: "polyvisor-\(UUID().uuidString).sh")
        try Data(script.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-n", file.path]
        try shell.run()
        shell.waitUntilExit()
        return shell.terminationStatus == 0
    }
}
