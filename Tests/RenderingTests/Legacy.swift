import Foundation
import Release
import Testing

@testable import Rendering
@testable import Topology

/// Labs of Havana to Kilo, and what is recommended for them.
enum Legacy {
    static let starts = ["legacy-havana-vmware", "legacy-juno-vlan", "legacy-icehouse-neutron"]

    static func text(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL
        return try String(contentsOf: root.appending(path: "topologies/\(name).yaml"), encoding: .utf8)
    }

    static func input(_ lab: Lab) throws -> RenderInput {
        var secrets: [SecretName: Secret] = [:]
        for name in Rendering.secretNames(for: lab, purpose: .files) {
            secrets[name] = Secret("golden-\(name)".replacing("/", with: "-"))
        }
        let given = Rendering.vcenterSecretNames(for: lab).map(\.name) + Rendering.esxiSecretNames(for: lab).map(\.name)
        for name in given { secrets[name] = Secret("Golden$1 'pass\"word") }
        var input = RenderInput(lab: lab, release: try Release(named: lab.release), secrets: secrets)
        input.purpose = .files
        return input
    }

    static func render(_ lab: Lab) throws -> Rendering {
        try Rendering(try input(lab), templates: try Labs.templates.get())
    }

    static func problems(_ lab: Lab) throws -> [RenderProblem] {
        let input = try input(lab)
        let templates = try Labs.templates.get()
        do throws(RenderFailure) {
            _ = try Rendering(input, templates: templates)
            return []
        } catch {
            return error.problems.filter { !$0.isWarning }
        }
    }

    /// A lab with a controller, which also is the network node, and one compute node of a kind.
    static func lab(_ release: String, _ kind: HypervisorKind) throws -> Lab {
        var lab = try Labs.named("legacy-havana-vmware")
        lab.release = release
        lab.nodes.removeAll { $0.name == "esx1" || $0.name == "vmware1" }
        lab.novaNetwork?.multiHost = ![.hyperv, .vmwareESX].contains(kind)
        let index = lab.nodes.count - 1
        lab.nodes[index].hypervisor = hypervisor(kind)
        lab.nodes[index].esxiLogin.password = .environment("ESX")
        return lab
    }

    static func hypervisor(_ kind: HypervisorKind) -> Hypervisor {
        switch kind {
        case .vmware: .vmware(clusters: [])
        case .vmwareESX: .vmwareESX(address: "192.0.2.61")
        default: .host(kind)
        }
    }

    /// The options of files as `SECTION/OPTION`, the last of a repeated one.
    static func options(_ files: [RenderedFile]) throws -> [String: String] {
        var options: [String: String] = [:]
        for file in files {
            for entry in try INIDocument(file.contents).entries {
                options["\(entry.section)/\(entry.option)"] = entry.value
            }
        }
        return options
    }

    // MARK: What is recommended

    struct Row: Decodable {
        var role, file, section, option, value: String
        var releases: [String]
    }

    static func recommended() throws -> [Row] {
        let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        return try JSONDecoder().decode(
            [Row].self, from: try Data(contentsOf: folder.appending(path: "Fixtures/legacy-options.json")))
    }

    static let controller = "nova controller + nova-network (api, scheduler, conductor, cert, consoleauth, network)"
    static let roles = [
        controller, "nova compute KVM or QEMU or LXC or Xen through libvirt", "nova compute vCenter (nova-network)",
        "nova compute ESX host (Havana, Icehouse only)", "nova compute Hyper-V", "nova compute Ironic (Juno, Kilo)",
        "glance-api", "cinder with VMDK",
    ]

    /// What is recommended and not rendered; docs/reference/legacy-releases.md says why.
    static let omitted: [String: Set<String>] = [
        controller: ["compute_driver"],
        "nova compute vCenter (nova-network)": ["wsdl_location"],
        "nova compute Hyper-V": ["rootwrap_config", "api_paste_config"],
        "nova compute Ironic (Juno, Kilo)": ["scheduler_host_manager", "compute_manager"],
    ]
    /// What has another value in our labs, with the reason.
    static let otherwise = [
        "multi_host": "as the lab has it", "share_dhcp_address": "goes with multi_host",
        "state_path": "C: on Windows", "log_dir": "C: on Windows", "lock_path": "C: on Windows",
        "vlan_interface": "the topology's physical_interfaces",
    ]

    /// The files of the node that has a role.
    static func files(for role: String, in release: String) throws -> [RenderedFile] {
        if role.hasPrefix("nova compute vCenter") { return try vmware(release).files(of: "vmware1") }
        let kinds: [(String, HypervisorKind)] = [
            ("KVM", .kvm), ("ESX", .vmwareESX), ("Hyper-V", .hyperv), ("Ironic", .ironic),
        ]
        if let kind = kinds.first(where: { role.hasPrefix("nova compute \($0.0)") }) {
            return try render(try lab(release, kind.1)).files(of: "kvm1")
        }
        return try vmware(release).files(of: "controller")
    }

    private static func vmware(_ release: String) throws -> Rendering {
        var lab = try Labs.named("legacy-havana-vmware")
        lab.release = release
        lab.nodes.removeAll { $0.name == "esx1" }
        lab.nodes[0].volumeBackends = [.vcenter("vc1")]
        if release != "havana" { lab.vcenters[0].imageDatastores = ["shared-1"] }
        return try render(lab)
    }

    /// Whether a file holds what is recommended for another: nova-compute reads both of its own.
    static func holds(_ name: String, _ path: String) -> Bool {
        let own = path.split(separator: "/").last.map(String.init) ?? ""
        return own == name || (name == "nova.conf" && own == "nova-compute.conf")
    }

    // MARK: Faults

    struct Fault: Sendable, CustomTestStringConvertible {
        var topology: String
        var old: String
        var new: String
        var what: [String]
        var testDescription: String { new }

        init(_ topology: String, _ old: String, _ new: String, _ what: String...) {
            (self.topology, self.old, self.new, self.what) = (topology, old, new, what)
        }
    }

    private static let vmware = starts[0]
    private static let vlan = starts[1]

    static let faults = [
        Fault(
            vmware, "port_group: br100", "port_group: VM Network",
            "with nova-network, instances of VMware on private use the port group br100, not “VM Network”"),
        Fault(
            vmware, "  flat_network_bridge: br100\n", "  multi_host: true\n",
            "multi_host cannot serve the instances of vmware1: no nova-network runs beside its hypervisor",
            "multi_host cannot serve the instances of esx1: no nova-network runs beside its hypervisor"),
        Fault(
            vmware, "  flat_network_bridge: br100\n", "  external_gateway: true\n",
            "external_gateway needs multi_host: without it nova-network itself takes the gateway's address"),
        Fault(
            vmware, "cluster_b: { cluster_name: Cluster B, datastore_regex: '^shared-' }", "cluster_b: {}",
            "the clusters of vmware1 differ in datastore_regex, and its service has one"),
        Fault(
            vmware, "    esxi_password: { env: ESX1_PASSWORD }", "    esxi_username: admin",
            "there is no password for the ESXi host of esx1"),
        Fault(
            vmware, "    datacenter: dc1\n", "    datacenter: dc1\n    image_datastores: [shared-1]\n",
            "Glance of havana has no store for datastores: they came with Icehouse"),
        Fault(
            vlan, "    gateway: 198.51.100.129\n", "",
            "blue has no gateway, and external_gateway says that it is a router"),
        Fault(
            vlan, "  blue:\n    type: vlan\n    physical_network: physnet1\n    vlan: 121\n",
            "  blue:\n    type: flat\n    physical_network: physnet1\n",
            "red is a VLAN and blue is flat, and nova-network has one manager"),
        Fault(
            vlan, "  blue:\n    type: vlan\n    physical_network: physnet1\n    vlan: 121\n",
            "  blue:\n    type: vxlan\n",
            "nova-network has no vxlan"),
        Fault(
            vlan, "release: juno", "release: juno\nmechanism_driver: linuxbridge",
            "mechanism_driver is Neutron's, and a lab has Neutron or nova-network"),
    ]

    private static let neutron = starts[2]

    static let neutronFaults = [
        Fault(
            neutron, "port_group: br-int  ", "port_group: vlan-120",
            "with Neutron of icehouse, instances of VMware use the port group br-int, not “vlan-120”"),
        Fault(
            neutron, "mechanism_driver: openvswitch", "mechanism_driver: linuxbridge",
            "vmware1: with linuxbridge, Nova of icehouse wants a port group brq… after the id of each network, which"
                + " nobody knows before"),
        Fault(
            neutron, "  inner: { type: vxlan, cidr: 10.20.0.0/24,",
            "  inner: { type: vlan, physical_network: physnet1, vlan: 121, port_group: br-int, cidr: 10.20.0.0/24,",
            "inner is a second network with a port group, and every instance of VMware is on br-int"),
        Fault(
            neutron, "mechanism_driver: openvswitch", "mechanism_driver: openvswitch\nnova_network: {}",
            "mechanism_driver is Neutron's, and a lab has Neutron or nova-network"),
    ]
}
