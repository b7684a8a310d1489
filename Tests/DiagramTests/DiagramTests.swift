import Foundation
import Testing
import Topology

@testable import Diagram

/// The project's folder.
let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

@Suite("a diagram of a lab")
struct DiagramTests {
    static let forms: [(name: String, text: @Sendable (Diagram) -> String)] = [
        ("svg", { $0.svg() }), ("html", { $0.html() }), ("mmd", { $0.mermaid() }), ("dot", { $0.dot() }),
    ]

    @Test("is the same as its golden file", arguments: ["sandbox", "mixed-lab"])
    func golden(_ name: String) throws {
        let path = project.appending(path: "topologies/\(name).yaml").path
        let diagram = Diagram(try Lab.read(contentsOf: path).lab)
        for (suffix, text) in Self.forms { try compare(text(diagram), with: "\(name).\(suffix)") }
    }

    @Test("shows what a verification found, and where something failed")
    func verdicts() throws {
        let path = project.appending(path: "topologies/sandbox.yaml").path
        let diagram = Diagram(try Lab.read(contentsOf: path).lab)
            .marked(["kvm1": true, "vmware1-cluster_a": true, "vmware1-cluster_b": false])
        try compare(diagram.svg(), with: "sandbox-verified.svg")
        let clusters = diagram.vcenters[0].clusters
        #expect(clusters.map { $0.verdict?.text } == ["passed", "failed"])
    }

    @Test("draws many nodes that are alike as one, and tells how many of them failed")
    func many() throws {
        let diagram = Diagram(try lab(nodes: 800))
        #expect(diagram.computes.map(\.title) == ["800 nodes", "vmware1"])
        #expect(diagram.computes[0].lines == ["kvm0 … kvm799", "kvm"])
        #expect(diagram.computes[0].hosts.count == 800)
        let failing = diagram.marked(["kvm3": false, "kvm4": true])
        #expect(failing.computes[0].verdict?.text == "1 of 2 failed")
        #expect(Diagram(try lab(nodes: 6)).computes.count == 7)
    }

    @Test("keeps every box and bar within the picture, and none on another")
    func layout() throws {
        for nodes in [1, 3, 6, 900] {
            let diagram = Diagram(try lab(nodes: nodes))
            let layout = Layout(diagram)
            let rects =
                layout.control + layout.computes + [layout.management] + layout.networks
                + layout.vcenters.map(\.frame)
            for (index, rect) in rects.enumerated() {
                #expect(rect.x >= 0 && rect.right <= layout.width && rect.y >= 0 && rect.bottom <= layout.height)
                for other in rects[..<index] { #expect(!rect.meets(other), "\(rect) and \(other)") }
            }
            for (frame, clusters) in layout.vcenters {
                for cluster in clusters {
                    #expect(cluster.x > frame.x && cluster.right < frame.right && cluster.bottom < frame.bottom)
                }
            }
        }
    }

    @Test("is well-formed and of the same structure whatever its names hold")
    func hostile() throws {
        var lab = try lab(nodes: 2)
        lab.networks[0].portGroup = "</text><script>alert(1)</script>&\"'\u{1}\u{FFFE} 名前 ]] -->"
        lab.vcenters[0].datacenter = "\"];evil [label=\"\\"
        let diagram = Diagram(lab)
        let parser = XMLWellFormed()
        #expect(parser.accepts(diagram.svg()))
        #expect(!diagram.html().contains("<script"))
        #expect(diagram.dot().contains(#"\"];evil [label=\"\\"#))
        #expect(!diagram.mermaid().contains("<script"))
    }

    private func lab(nodes: Int) throws -> Lab {
        let lines = (0..<nodes).map { number in
            "  kvm\(number): { address: 10.1.\(number / 250 + 1).\(number % 250 + 1), roles: [compute], hypervisor: kvm }"
        }
        let text = """
            lab: many
            release: zed
            provider: sandbox
            defaults: { physical_interfaces: { physnet1: eth1 } }
            nodes:
              controller: { address: 10.1.0.10, roles: [controller, network] }
              vmware1: { address: 10.1.0.11, roles: [compute], hypervisor: vmware, clusters: [vc1/a, vc1/b] }
            \(lines.joined(separator: "\n"))
            vcenters:
              vc1:
                address: 10.1.0.50
                username: administrator@vsphere.local
                datacenter: dc1
                clusters:
                  a: { datastore_regex: '^x', hosts: [10.1.0.51] }
                  b: { datastore_regex: '^x', hosts: [10.1.0.52] }
            networks:
              management: { cidr: 10.1.0.0/16 }
              provider: { type: flat, physical_network: physnet1, cidr: 10.2.0.0/24, port_group: dvpg }
            flavors: { tiny: { vcpus: 1, ram_mb: 128, disk_gb: 1 } }
            images: { tiny: { builtin: tiny-guest, hypervisors: [kvm, vmware] } }
            verify: { image: tiny, flavor: tiny, network: provider }
            """
        return try Lab.read(text: Array(text.utf8), file: "many.yaml").lab
    }

    private func compare(_ text: String, with name: String) throws {
        let golden = project.appending(path: "Tests/DiagramTests/Golden/\(name)")
        if ProcessInfo.processInfo.environment["RECORD"] != nil { try Data(text.utf8).write(to: golden) }
        #expect(try text == String(contentsOf: golden, encoding: .utf8), "\(name) differs; RECORD=1 writes it anew")
    }
}

extension Layout.Rect {
    fileprivate func meets(_ other: Layout.Rect) -> Bool {
        x < other.right && other.x < right && y < other.bottom && other.y < bottom
    }
}
