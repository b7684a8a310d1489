import Foundation
import Release
import Testing

@testable import Rendering
@testable import Topology

/// Topologies whose form is right, and which the release or Nova itself cannot take.
@Suite("Faulty labs")
struct FaultTests {
    /// A start topology with a piece of its text changed.
    struct Fault: Sendable {
        var topology: String
        var old: String
        var new: String

        init(_ topology: String, _ old: String, _ new: String) {
            (self.topology, self.old, self.new) = (topology, old, new)
        }

        /// An override of an option of one file.
        init(_ topology: String, _ file: String, _ section: String, _ option: String, _ value: String) {
            let override = "{ \(file): { all: { \(section): { \(option): \(value) } } } }"
            self.init(topology, "networks:\n", "overrides: \(override)\nnetworks:\n")
        }
    }

    @Test("have their diagnostics in full in a golden file")
    func diagnostics() throws {
        let texts = try Self.all.map { fault in "== \(fault.topology): \(fault.new)\n\(try found(fault))" }
        #expect(Self.all.count >= 45 && !texts.contains { $0.contains("nothing was found") })
        let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden/faults.txt")
        let text = texts.joined(separator: "\n")
        if ProcessInfo.processInfo.environment["RECORD"] == "1" { try Data(text.utf8).write(to: golden) }
        #expect(text == (try String(contentsOf: golden, encoding: .utf8)), "RECORD=1 rewrites")
    }

    private func found(_ fault: Fault) throws -> String {
        let text = try Legacy.text(fault.topology)
        try #require(text.contains(fault.old), "\(fault.topology) has no \(fault.old)")
        let changed = text.replacing(fault.old, with: fault.new, maxReplacements: 1)
        let (lab, doubts): Lab.Reading
        do throws(TopologyProblems) {
            (lab, doubts) = try Lab.read(text: changed.utf8, file: "lab.yaml")
        } catch {
            return "\(error)\n"
        }
        var input = try Legacy.input(lab)
        let pem = "-----BEGIN CERTIFICATE-----\nZ29sZGVu\n-----END CERTIFICATE-----\n"
        input.vcenterCAs = Dictionary(uniqueKeysWithValues: lab.vcenters.map { ($0.name, pem) })
        let templates = try Labs.templates.get()
        do throws(RenderFailure) {
            let warnings = try Rendering(input, templates: templates).warnings
            let said = doubts.problems.isEmpty ? "" : "\(doubts)\n"
            return said.isEmpty && warnings.isEmpty
                ? "nothing was found\n" : said + warnings.map { "warning: \($0)\n" }.joined()
        } catch {
            return "\(error)\n"
        }
    }

    private static let single = "single-node"
    private static let computes = "controller-and-computes"
    private static let two = "two-vcenters"
    private static let separate = "separate-nodes"
    private static let three = "three-controllers"

    /// Hypervisors, roles and networks that a release has not, or cannot have together.
    private static let releases = [
        Fault(single, "hypervisor: qemu", "hypervisor: docker"),
        Fault(single, "hypervisor: qemu", "hypervisor: xen"),
        Fault(single, "hypervisor: qemu", "hypervisor: uml"),
        Fault(single, "hypervisor: qemu", "hypervisor: vmware_esx, esxi_address: 192.0.2.61"),
        Fault(computes, "lab:", "nova_network: {}\nlab:"),
        Fault(separate, "lab:", "mechanism_driver: linuxbridge\nlab:"),
        Fault(three, "{ management: eth0, physnet1: eth1 }", "{ physnet1: eth1 }"),
        Fault(three, "api_address: 192.0.2.9", "api_address: 192.0.2.11"),
        Fault(three, "api_address: 192.0.2.9 ", "#"),
        Fault(two, "    port_group: vlan-120 ", "    #"),
        Fault(computes, "lab:", "scheduling: { weights: { rma: 1.0 } }\nlab:"),
        Fault(two, "lab:", "aggregates: { fast: { hosts: [vc1/bleu] } }\nlab:"),
    ]

    /// Options that the release does not know, or not so.
    private static let options = [
        Fault(single, "nova.conf", "DEFAULT", "cpu_alocation_ratio", "4.0"),
        Fault(single, "nova.conf", "DEFAULTS", "debug", "true"),
        Fault(single, "nova.conf", "libvirt", "virt_type", "xen"),
        Fault(single, "nova.conf", "DEFAULT", "rpc_response_timeout", "soon"),
        Fault(single, "nova.conf", "DEFAULT", "osapi_max_limit", "1000"),
        Fault(single, "nova.conf", "DEFAULT", "glance_host", "192.0.2.10"),
        Fault(single, "nova.conf", "vnc", "vncserver_listen", "0.0.0.0"),
        Fault(single, "nova.conf", "vmware", "vnc_port", "70000"),
        Fault(single, "neutron.conf", "DEFAULT", "dhcp_agents_per_network", "many"),
        Fault(single, "neutron.conf", "DEFAULT", "neutron_url", "http://192.0.2.10:9696"),
        Fault(single, "glance-api.conf", "DEFAULT", "default_store", "file"),
        Fault(two, "cinder.conf", "DEFAULT", "volume_driver", "[a, b]"),
        Fault(single, "nova.cnf", "DEFAULT", "debug", "true"),
        Fault("legacy-icehouse-neutron", "nova.conf", "libvirt", "cpu_models", "Nehalem"),
        Fault("legacy-juno-vlan", "nova.conf", "DEFAULT", "libvirt_type", "qemu"),
        Fault("legacy-juno-vlan", "nova.conf", "DEFAULT", "fixed_range", "10.0.0.0/24"),
        Fault("legacy-havana-vmware", "nova.conf", "vmware", "host_port", "443"),
    ]

    /// What single options do not show, and Nova finds out when it runs.
    private static let together = [
        Fault(two, "nova.conf", "vmware", "connection_pool_size", "5"),
        Fault(two, "nova.conf", "vmware", "vnc_port", "60000"),
        Fault(two, "nova.conf", "vmware", "datastore_regex", "'shared-('"),
        Fault(two, "nova.conf", "vmware", "datastore_regex", "'shared-^x'"),
        Fault(two, "nova.conf", "vmware", "pbm_enabled", "true"),
        Fault(two, "nova.conf", "DEFAULT", "reserved_host_memory_mb", "512"),
        Fault(two, "nova.conf", "DEFAULT", "host", "one"),
        Fault(two, "nova.conf", "keystone_authtoken", "password", "'pa$word'"),
        Fault(single, "nova.conf", "DEFAULT", "compute_driver", "docker.DockerDriver"),
        Fault(single, "nova.conf", "filter_scheduler", "enabled_filters", "'RamFilter,ComputeFilter'"),
        Fault(single, "nova.conf", "libvirt", "cpu_mode", "custom"),
        Fault(single, "nova.conf", "libvirt", "cpu_models", "Nehalem"),
        Fault(separate, "ml2_conf.ini", "ml2", "mechanism_drivers", "'linuxbridge,openvswitch'"),
        Fault(separate, "cinder.conf", "DEFAULT", "enabled_backends", "'lvm,fast'"),
        Fault(two, "ram_mb: 512", "ram_mb: 510"),
        Fault(two, "cluster_name: Grey", "cluster_name: Red"),
    ]

    static let all = releases + options + together
}
