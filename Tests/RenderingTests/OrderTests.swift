import Foundation
import Testing

@testable import Rendering
@testable import Topology

@Suite("the order of keys")
struct OrderTests {
    @Test("in a topology changes no byte of what is rendered", arguments: Labs.all + Labs.starts)
    func keys(_ name: String) throws {
        let lab = try Labs.named(name)
        let root = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL
        let bytes = try Data(contentsOf: root.appending(path: "topologies/\(name).yaml"))
        let log = ProblemLog(Source(bytes: bytes, file: lab.file))
        let tree = try #require(YAMLComposer.compose(log.source, log))
        let turned = try Lab.read(text: Reversed(tree).text.utf8, file: lab.file).lab
        #expect(turned.nodes.map(\.name) == lab.nodes.map(\.name).reversed())
        let (first, second) = try (Labs.files(lab).nodes, Labs.files(turned).nodes)
        #expect(first == second.reversed())
    }

    @Test("of aggregates and their properties changes none either")
    func aggregates() throws {
        var lab = try Labs.mixed
        let settings = [Setting(name: "disk", value: "ssd"), Setting(name: "cpu", value: "fast")]
        lab.aggregates = ["b", "a"].map {
            Aggregate(name: $0, members: [.node("kvm1")], properties: settings, mark: lab.releaseMark)
        }
        let first = try Labs.files(lab).nodes
        lab.aggregates.reverse()
        for index in lab.aggregates.indices { lab.aggregates[index].properties.reverse() }
        #expect(try Labs.files(lab).nodes == first)
    }

    @Test("of overrides is that of their layers")
    func overrides() throws {
        var lab = try Labs.sandbox
        let mark = Mark(line: 1, column: 1)
        let ratios = [("kvm1", "4.0"), ("all", "1.0"), ("compute", "2.0"), ("controller", "3.0")]
        lab.nodes[0].roles.append(.compute)
        lab.nodes[0].hypervisor = .host(.qemu)
        lab.overrides = ratios.map { scope, value in
            Override(
                file: "nova.conf", scope: scope, section: "DEFAULT", option: "cpu_allocation_ratio", values: [value],
                mark: mark)
        }
        for _ in 0..<2 {
            let files = try Labs.render(lab)
            let found = try ["controller", "kvm1", "vmware1"].map { node in
                let file = files.files(of: node).first { $0.path == "/etc/nova/nova.conf" }
                return try INIDocument(file?.contents ?? "").values("DEFAULT", "cpu_allocation_ratio")
            }
            #expect(found == [["2.0"], ["4.0"], ["2.0"]])
            lab.overrides.reverse()
        }
    }

    @Test("has nothing to do with the day: nothing in Rendering asks for it")
    func day() throws {
        let folder = URL(fileURLWithPath: #filePath).appending(path: "../../../Sources/Rendering").standardizedFileURL
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            #expect(!["Date(", "Clock", "Locale", "time(", "formatted("].contains(where: text.contains), "\(name)")
        }
    }
}

/// A YAML tree with every mapping turned around.
private struct Reversed {
    let text: String

    init(_ node: YAMLNode) { text = Self.flow(node) }

    private static func flow(_ node: YAMLNode) -> String {
        switch node.content {
        case .mapping(let pairs):
            "{ " + pairs.reversed().map { "\"\($0.key)\": \(flow($0.value))" }.joined(separator: ", ") + " }"
        case .sequence(let items): "[" + items.map(flow).joined(separator: ", ") + "]"
        case .scalar(let scalar):
            switch scalar.value {
            case .string: "\"" + scalar.text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
            default: scalar.text
            }
        }
    }
}
