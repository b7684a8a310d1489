import Foundation
import Testing

@testable import Rendering

@Suite("rendered trees")
struct GoldenTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    @Test("are the same as the golden trees", arguments: Labs.all)
    func golden(_ name: String) throws {
        let folder = Self.folder.appending(path: name)
        let tree = RenderedTree(try Labs.render(Labs.named(name)), lab: name).files
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try record(tree.map { ($0.path, $0.contents) }, in: folder)
        }
        let expected = try #require(
            FileManager.default.subpaths(atPath: folder.path), "no golden tree; RECORD=1 makes it"
        )
        .filter { path in
            var isDirectory: ObjCBool = false
            let full = folder.appending(path: path).path
            return FileManager.default.fileExists(atPath: full, isDirectory: &isDirectory) && !isDirectory.boolValue
        }
        #expect(Set(expected) == Set(tree.map(\.path)))
        for file in tree {
            let golden = try String(contentsOf: folder.appending(path: file.path), encoding: .utf8)
            #expect(file.contents == golden, "\(name)/\(file.path) differs; RECORD=1 rewrites")
        }
    }

    private func record(_ tree: [(String, String)], in folder: URL) throws {
        if FileManager.default.fileExists(atPath: folder.path) { try FileManager.default.removeItem(at: folder) }
        for (path, contents) in tree {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(contents.utf8).write(to: file)
        }
    }

    @Test("of the start topologies are the same as their golden texts", arguments: Labs.starts)
    func start(_ name: String) throws {
        let lab = try Labs.named(name)
        let rendering = try Labs.files(lab)
        let warnings = rendering.warnings.map { "\($0)\n" }.joined()
        let text =
            warnings
            + RenderedTree(rendering, lab: lab.name).files.map { file in
                "\n==> \(file.path) \(String(file.mode, radix: 8))\n\(file.contents)"
            }.joined()
        let golden = Self.folder.appending(path: "\(name).txt")
        if ProcessInfo.processInfo.environment["RECORD"] == "1" { try Data(text.utf8).write(to: golden) }
        let expected = try String(contentsOf: golden, encoding: .utf8)
        #expect(text == expected, "\(name) differs; RECORD=1 rewrites")
    }

    @Test("are the same bytes every time", arguments: Labs.all)
    func stable(_ name: String) throws {
        let first = try Labs.render(Labs.named(name)).nodes
        #expect(try (1...3).allSatisfy { _ in try Labs.render(Labs.named(name)).nodes == first })
    }
}
