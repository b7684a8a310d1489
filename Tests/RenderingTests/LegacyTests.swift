import Foundation
import Release
import Testing

@testable import Rendering
@testable import Topology

@Suite("Labs of Havana to Kilo")
struct LegacyTests {
    static let releases = ["havana", "icehouse", "juno", "kilo"]

    @Test("to start from are faultless, and their trees the same as the golden ones", arguments: Legacy.starts)
    func golden(_ name: String) throws {
        let rendering = try Legacy.render(try Labs.named(name))
        try Golden.expect(
            RenderedTree(rendering, lab: name).files.map { ("/" + $0.path, $0.contents) }, in: "legacy/\(name)")
    }

    @Test("render in each of these releases, every option as its catalogue has it", arguments: releases)
    func everyRelease(_ release: String) throws {
        var lab = try Labs.named("legacy-havana-vmware")
        lab.release = release
        if !["havana", "icehouse"].contains(release) { lab.nodes.removeAll { $0.name == "esx1" } }
        let files = try Legacy.render(lab).files(of: "vmware1")
        let compute = try #require(files.first { $0.path == "/etc/nova/nova-compute.conf" }).contents
        #expect(compute.contains("cluster_name = Cluster A\ncluster_name = Cluster B\n"))
        #expect(compute.contains("host_port") == ["juno", "kilo"].contains(release))
        #expect(compute.contains("cache_prefix") == (release == "kilo"))
        #expect(compute.contains(#"host_password = Golden$$1 'pass"word"#))
    }

    @Test("serve metadata and routes by a router where the gateway is one")
    func externalGateway() throws {
        let rendering = try Legacy.render(try Labs.named("legacy-juno-vlan"))
        let options = try Legacy.options(rendering.files(of: "kvm1").filter { Legacy.holds("nova.conf", $0.path) })
        #expect(options["DEFAULT/network_manager"] == "nova.network.manager.VlanManager")
        #expect(options["DEFAULT/vlan_interface"] == "bond0")
        #expect(options["DEFAULT/multi_host"] == "True")
        // Nobody but the router may have its address.
        #expect(options["DEFAULT/share_dhcp_address"] == "False")
        let dnsmasq = try #require(rendering.files(of: "kvm1").first { $0.path == "/etc/nova/dnsmasq-nova.conf" })
        #expect(dnsmasq.contents.contains("dhcp-option=tag:red,option:router,198.51.100.1\n"))
        #expect(dnsmasq.contents.contains("dhcp-option=tag:blue,option:router,198.51.100.129\n"))
    }

    @Test("fit on one machine", arguments: releases)
    func allInOne(_ release: String) throws {
        var lab = try Legacy.lab(release, .qemu)
        lab.nodes = [lab.nodes[1]]
        (lab.nodes[0].address, lab.nodes[0].roles) = (
            IPv4Address(bits: 0xC000_020A), [.controller, .network, .storage, .compute]
        )
        let files = try Legacy.render(lab).files(of: "kvm1")
        let options = try Legacy.options(files.filter { Legacy.holds("nova.conf", $0.path) })
        #expect(options["DEFAULT/scheduler_driver"] != nil && options["DEFAULT/compute_driver"] != nil)
        #expect(options[release == "havana" ? "DEFAULT/libvirt_type" : "libvirt/virt_type"] == "qemu")
        #expect(options["DEFAULT/metadata_host"] == nil)
        #expect(files.first { $0.path == "/etc/cinder/cinder.conf" }?.units.contains("cinder-volume") == true)
    }

    @Test("let nova-network ask the database itself in Havana only")
    func database() throws {
        for release in Self.releases {
            let files = try Legacy.render(try Legacy.lab(release, .kvm)).files(of: "kvm1")
            let options = try Legacy.options(files.filter { Legacy.holds("nova.conf", $0.path) })
            let url = options["database/connection"]
            #expect(url == (release == "havana" ? "mysql://nova:golden-database-nova@192.0.2.10/nova" : nil))
        }
    }

    @Test("let a compute node make bridges of its own where one nova-network serves all")
    func singleHost() throws {
        var lab = try Legacy.lab("juno", .kvm)
        lab.novaNetwork?.multiHost = false
        let files = try Legacy.render(lab).files(of: "kvm1")
        let options = try Legacy.options(files.filter { Legacy.holds("nova.conf", $0.path) })
        #expect(options["DEFAULT/flat_interface"] == "eth1")
        #expect(options["DEFAULT/dhcpbridge"] == nil)
    }

    @Test("name the release that brought or dropped a hypervisor which theirs has not", arguments: releases)
    func refused(_ release: String) throws {
        let gone: [HypervisorKind: String] = [.docker: "Icehouse", .vmwareESX: "Juno", .ironic: "Juno"]
        for kind in HypervisorKind.allCases where kind != .vmware {
            let problems = try Legacy.problems(try Legacy.lab(release, kind))
            let has =
                switch kind {
                case .docker: release == "havana"
                case .vmwareESX: ["havana", "icehouse"].contains(release)
                case .ironic: ["juno", "kilo"].contains(release)
                default: true
                }
            #expect(problems.isEmpty == has, "\(kind) in \(release): \(problems)")
            guard !has else { continue }
            #expect(problems.first?.hint?.contains(gone[kind] ?? "?") == true)
        }
    }

    @Test("set all that is recommended for each role, but what is said not to be", arguments: Legacy.roles)
    func recommended(_ role: String) throws {
        // What every compute node has is listed for the ESX host in releases without its driver, too.
        for release in Self.releases where !role.contains("ESX host") || ["havana", "icehouse"].contains(release) {
            let rows = try Legacy.recommended().filter { $0.role == role && $0.releases.contains(release) }
            guard !rows.isEmpty else { continue }
            let files = try Legacy.files(for: role, in: release)
            for row in rows where Legacy.omitted[role]?.contains(row.option) != true {
                let options = try Legacy.options(files.filter { Legacy.holds(row.file, $0.path) })
                let value = options["\(row.section)/\(row.option)"]
                #expect(value != nil, "\(release): \(row.file) [\(row.section)] \(row.option)")
                guard !row.value.contains("{"), Legacy.otherwise[row.option] == nil else { continue }
                #expect(value == row.value, "\(release): \(row.file) [\(row.section)] \(row.option)")
            }
        }
    }

    @Test("say what nova-network cannot do, each at its place", arguments: Legacy.faults)
    func faults(_ fault: Legacy.Fault) throws {
        let text = try Legacy.text(fault.topology)
        #expect(text.contains(fault.old))
        let lab = try Lab.read(text: text.replacing(fault.old, with: fault.new).utf8, file: "lab.yaml").lab
        let found = try Legacy.problems(lab)
        #expect(found.map(\.what) == fault.what)
        #expect(found.allSatisfy { if case .topology = $0.place { true } else { false } })
    }

    @Test("are no labs of later releases")
    func later() throws {
        var lab = try Labs.mixed
        lab.novaNetwork = NovaNetwork(mark: lab.releaseMark)
        #expect(try Labs.problems(lab).map(\.what) == ["zed has no nova-network"])
    }

    @Test("say that the certificate is not verified, that a Windows machine is one, and that Ironic wants Neutron")
    func warnings() throws {
        func warnings(_ lab: Lab) throws -> String {
            try Legacy.render(lab).warnings.map(\.what).joined(separator: "\n")
        }
        #expect(try warnings(Labs.named("legacy-havana-vmware")).contains("does not verify the certificate of vc1"))
        #expect(try warnings(Legacy.lab("havana", .hyperv)).contains("is a Windows machine"))
        #expect(try warnings(Legacy.lab("kilo", .ironic)).contains("Ironic asks Neutron"))
    }
}
