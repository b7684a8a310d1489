import Foundation
import Testing

@testable import Rendering

@Suite("a rendered tree on disk")
struct RenderedTreeTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "polyvisor-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("keeps secrets to its user and is replaced as a whole")
    func writes() throws {
        try withFolder { folder in
            let target = "\(folder)/deep/out"
            let tree = RenderedTree(try Labs.render(Labs.sandbox), lab: "sandbox")
            try tree.write(to: target)
            #expect(try mode(target) == 0o700)
            #expect(try mode("\(target)/controller/etc/nova/nova.conf") == 0o600)
            #expect(try mode("\(target)/controller/etc/hosts") == 0o644)
            try Data("stale".utf8).write(to: URL(fileURLWithPath: "\(target)/stale"))
            try tree.write(to: target + "/")
            #expect(!FileManager.default.fileExists(atPath: "\(target)/stale"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/deep") == ["out"])
        }
    }

    @Test("is not written over what somebody else made, and nothing changes")
    func refuses() throws {
        try withFolder { folder in
            try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(folder)/precious"))
            let tree = RenderedTree(try Labs.render(Labs.sandbox), lab: "sandbox")
            let error = #expect(throws: TreeError.self) { try tree.write(to: folder) }
            #expect(error?.doing == "write to \(folder)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["precious"])
            #expect(throws: TreeError.self) { try tree.write(to: "\(folder)/precious") }
            try FileManager.default.removeItem(atPath: "\(folder)/precious")
            try tree.write(to: folder)
        }
    }
}
