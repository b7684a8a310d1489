import Release
import Testing

@testable import Rendering
@testable import Topology

/// The modern releases, and what differs among them.
@Suite("every modern release")
struct ReleaseRenderingTests {
    static let modern = Release.names.filter { (try? Release(named: $0))?.era == .modern }
    /// A lab of another release: without what that one lacks.
    private static func lab(_ name: String, _ release: String) throws -> Lab {
        var lab = try Labs.named(name)
        lab.release = release
        return lab
    }

    @Test("takes every option that the start topologies render, of either layer-2 driver", arguments: modern)
    func options(_ release: String) throws {
        for name in Labs.all + Labs.starts + ["separate-nodes with linuxbridge"] {
            let parts = name.split(separator: " ")
            var lab = try Self.lab(String(parts[0]), release)
            if parts.count > 1, try Release(named: release).isBefore("2025.1") { lab.mechanismDriver = .linuxbridge }
            let problems = try Labs.fileProblems(lab)
            #expect(problems.isEmpty, "\(name): \(Set(problems.map(\.description)).sorted())")
        }
    }

    @Test("takes every hypervisor for which it has a driver", arguments: modern)
    func hypervisors(_ release: String) throws {
        for hypervisor in HypervisorKind.allCases.filter({ !$0.isVSphere }) {
            var lab = try Self.lab("controller-and-computes", release)
            lab.nodes = Array(lab.nodes.prefix(2))
            lab.overrides = []
            lab.nodes[1].hypervisor = .host(hypervisor)
            let problems = try Labs.fileProblems(lab)
            if case .noDriver(let why) = try Release(named: release).support(for: hypervisor) {
                #expect(problems.map(\.hint) == [why])
            } else {
                #expect(problems.isEmpty, "\(hypervisor.rawValue): \(problems)")
            }
        }
    }

    private func values(
        _ lab: Lab, _ node: String, _ path: String, _ section: String, _ option: String
    ) throws -> [String] {
        let file = try #require(try Labs.files(lab).files(of: node).first { $0.path == path }, "\(path) on \(node)")
        return try INIDocument(file.contents).values(section, option)
    }

    @Test("gets the options that it has, under the names that it knows")
    func differences() throws {
        func sandbox(_ release: String) throws -> Lab { try Self.lab("sandbox", release) }
        let (nova, neutron) = ("/etc/nova/nova.conf", "/etc/neutron/neutron.conf")
        let ml2 = "/etc/neutron/plugins/ml2/ml2_conf.ini"
        for (release, workers) in [("2025.1", ["1"]), ("2025.2", [])] {
            #expect(try values(sandbox(release), "controller", nova, "DEFAULT", "metadata_workers") == workers)
        }
        for (release, mark) in [("yoga", []), ("zed", ["true"]), ("2024.2", ["true"]), ("2025.1", [])] {
            #expect(try values(sandbox(release), "kvm1", neutron, "experimental", "linuxbridge") == mark)
        }
        #expect(try values(sandbox("2025.2"), "controller", ml2, "ml2", "tenant_network_types") == [""])
        #expect(try values(sandbox("2026.1"), "controller", ml2, "ml2", "project_network_types") == [""])
        for (release, asked) in [("wallaby", ["true"]), ("xena", [])] {
            let option = "query_placement_for_availability_zone"
            #expect(try values(sandbox(release), "controller", nova, "scheduler", option) == asked)
        }
    }

    @Test("gets openvswitch where linuxbridge is gone, and says so to who asks for linuxbridge")
    func layer2() throws {
        var lab = try Self.lab("sandbox", "2025.1")
        let paths = try Labs.files(lab).files(of: "kvm1").map(\.path)
        #expect(paths.contains("/etc/neutron/plugins/ml2/openvswitch_agent.ini"))
        #expect(!paths.contains { $0.contains("linuxbridge") })
        lab.mechanismDriver = .linuxbridge
        #expect(
            try Labs.fileProblems(lab).map(\.what) == ["2025.1 has no linuxbridge: 2024.2 was the last release with it"]
        )
    }
}
