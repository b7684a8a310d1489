import Foundation
import Release
import Testing

@testable import Rendering
@testable import Topology

/// Every file of one mixed lab in every release, so that a change of any release shows up.
///
/// The first release of an era stands there whole, each later one as the lines in which it differs from the one before:
/// read in their order, the golden files are a history of what OpenStack asked of its operators.
@Suite("a mixed lab in every release")
struct ReleaseGoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Golden/releases")
    private static let wholes = ["havana", "train"]

    @Test("is the same as the golden files", arguments: Release.names)
    func golden(_ name: String) throws {
        let place = try #require(Release.names.firstIndex(of: name))
        let isWhole = Self.wholes.contains(name)
        let files = try Self.files(name)
        let text =
            isWhole
            ? files.map { "==> \($0.path)\n\($0.text)" }.joined()
            : Self.difference(try Self.files(Release.names[place - 1]), files)
        let golden = Self.folder.appending(path: "\(name).\(isWhole ? "txt" : "diff")")
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: golden)
        }
        #expect(text == (try String(contentsOf: golden, encoding: .utf8)), "\(name) differs; RECORD=1 rewrites")
    }

    private typealias File = (path: String, text: String)

    /// The files of the release's labs: in Havana to Kilo one with nova-network and one with Neutron.
    private static func files(_ release: String) throws -> [File] {
        let isLegacy = try Release(named: release).era == .legacy
        let names = isLegacy ? ["legacy-havana-vmware", "legacy-icehouse-neutron"] : ["two-vcenters"]
        return try names.flatMap { name -> [File] in
            let lab = try lab(name, release)
            var input = try Legacy.input(lab)
            let pem = "-----BEGIN CERTIFICATE-----\nZ29sZGVu\n-----END CERTIFICATE-----\n"
            input.vcenterCAs = Dictionary(uniqueKeysWithValues: lab.vcenters.map { ($0.name, pem) })
            let rendering = try Rendering(input, templates: try Labs.templates.get())
            let warnings = rendering.warnings.map { "\($0)\n" }.joined()
            return [("\(name): warnings", warnings)]
                + RenderedTree(rendering, lab: lab.name).files.map { ("\(name): \($0.path)", $0.contents) }
        }
    }

    /// A start topology in another release, with a node of every hypervisor that the release drives.
    private static func lab(_ name: String, _ release: String) throws -> Lab {
        var lab = try Labs.named(name)
        lab.release = release
        let known = try Release(named: release)
        if known.isBefore("icehouse") { for index in lab.vcenters.indices { lab.vcenters[index].imageDatastores = [] } }
        lab.nodes.removeAll { $0.hypervisor?.kind == .vmwareESX }
        for (number, kind) in HypervisorKind.allCases.enumerated() where ![.kvm, .vmware].contains(kind) {
            if case .noDriver = known.support(for: kind) { continue }
            if kind == .docker, lab.mechanismDriver == .openvswitch { continue }
            var node = try #require(lab.nodes.first { $0.hypervisor?.kind == .kvm })
            node.name = kind.rawValue.replacing("_", with: "-")
            node.address = IPv4Address(bits: 0xC000_0264 + UInt32(number))
            (node.hypervisor, node.availabilityZone) = (Legacy.hypervisor(kind), nil)
            node.esxiLogin.password = .environment("ESX")
            lab.nodes.append(node)
        }
        return lab
    }

    /// The lines that went and came, file by file.
    private static func difference(_ old: [File], _ new: [File]) -> String {
        let (before, after) = (Dictionary(uniqueKeysWithValues: old), Dictionary(uniqueKeysWithValues: new))
        return Set(before.keys).union(after.keys).sorted().map { path in
            guard let text = after[path] else { return "==> \(path) is gone\n" }
            guard let earlier = before[path] else { return "==> \(path) is new\n\(text)" }
            guard text != earlier else { return "" }
            return "==> \(path)\n" + changes(earlier, text).map { $0 + "\n" }.joined()
        }.joined()
    }

    private static func changes(_ old: String, _ new: String) -> [String] {
        let lines = { (text: String) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
        return lines(new).difference(from: lines(old)).map { change in
            switch change {
            case .remove(let offset, let line, _): "\(offset + 1)- \(line)"
            case .insert(let offset, let line, _): "\(offset + 1)+ \(line)"
            }
        }
    }
}
