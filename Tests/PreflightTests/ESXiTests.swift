import Access
import Preflight
import Release
import Testing
import Topology
import VCenterSimulator

@Suite("A single ESXi host", .needsSimulator)
struct ESXiTests {
    private let settings: [String: any Sendable] = [
        "kind": "esxi", "version": "5.1.0", "datacenter": "ha-datacenter", "port_groups": ["VM Network", "br100"],
        "vlans": ["br100": 120],
    ]

    /// A lab of VMwareESXDriver: Icehouse is the last release that has it.
    private func lab(_ vcenter: VCenter, _ edit: (inout String) -> Void = { _ in }) throws -> Lab {
        try vcenter.lab {
            $0.replace("release: zed", with: "release: icehouse")
            $0.replace(
                "hypervisor: vmware, clusters: [vc1/cluster_a]", with: "hypervisor: vmware_esx, esxi_address: 127.0.0.1"
            )
            $0.replace("datacenter: dc1", with: "datacenter: ha-datacenter")
            $0.replace("      cluster_a: { datastore_regex: '^shared-' }\n", with: "")
            $0.replace("    clusters:\n", with: "    clusters: {}\n")
            $0.replace("port_group: dvpg-provider", with: "port_group: br100")
            edit(&$0)
        }
    }

    @Test("gets the same preflight, and is well")
    func healthy() async throws {
        try await VCenter.run(settings) { vcenter in
            let report = try await vcenter.preflight(try lab(vcenter)).run()
            #expect(report.findings.isEmpty, "\(report.text())")
            #expect(report.results.contains { $0.check == "capacity" })
            #expect(report.results.contains { $0.check == "vlan" })
        }
    }

    @Test("is told to have the wrong VLAN, a full datastore, a missing privilege")
    func faults() async throws {
        for (defect, check) in [
            (["kind": "datastore-free-bytes", "object": "shared-1", "value": "4096"], "datastore-space"),
            (["kind": "host-in-maintenance", "object": "127.0.0.1", "value": ""], "hosts-in-service"),
            (["kind": "privilege-missing", "object": "", "value": "VirtualMachine.Inventory.Create"], "privileges"),
        ] {
            try await VCenter.run(settings.merging(["defects": [defect]]) { $1 }) { vcenter in
                let found = try await vcenter.findings(try lab(vcenter))
                #expect(found.map(\.check) == [check], "\(found)")
            }
        }
        try await VCenter.run(settings.merging(["vlans": ["br100": 7]]) { $1 }) { vcenter in
            let found = try await vcenter.findings(try lab(vcenter))
            #expect(found.map(\.check) == ["vlan"], "\(found)")
        }
    }

    @Test("is no vCenter, and the other way round")
    func mistaken() async throws {
        try await VCenter.run(settings) { vcenter in
            let found = try await vcenter.findings(try vcenter.lab())
            #expect(found.map(\.check) == ["kind"], "\(found)")
        }
        try await VCenter.run { vcenter in
            let found = try await vcenter.findings(try lab(vcenter))
            #expect(found.map(\.check) == ["kind"], "\(found)")
        }
    }

    @Test("is an error where the release has no driver for it")
    func noDriver() async throws {
        try await VCenter.run(settings) { vcenter in
            var lab = try lab(vcenter)
            lab.release = "zed"
            let report = try await vcenter.preflight(lab, nodes: true).run()
            #expect(report.findings.contains { $0.result.check == "driver-of-release" && $0.finding.level == .error })
        }
    }

    @Test("is also looked at by the account of its node, unless vcenters has another")
    func ofNode() async throws {
        try await VCenter.run(settings) { vcenter in
            var lab = try lab(vcenter)
            let node = try #require(lab.node("vmware1"))
            #expect(VSphereServer(esxiOf: node, in: lab) == nil)
            lab.vcenters = []
            let server = try #require(VSphereServer(esxiOf: node, in: lab))
            #expect((server.name, server.address, server.port) == ("vmware1/esxi", "127.0.0.1", 443))
            #expect(server.datacenter == nil && server.clusters.isEmpty)
        }
    }
}
