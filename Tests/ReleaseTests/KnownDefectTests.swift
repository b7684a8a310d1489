import Foundation
import Testing

@testable import Release

@Suite("known defects")
struct KnownDefectTests {
    private func fixture(_ name: String) throws -> String {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
        return try String(contentsOf: file, encoding: .utf8)
    }

    private var repair: Repair {
        get throws {
            try #require(try Release(named: "zed").knownDefects.first { $0.id == "nova-2053027" }?.repair)
        }
    }

    @Test("of Zed are listed with what to do about each")
    func register() throws {
        let defects = try Release(named: "zed").knownDefects
        #expect(defects.count == 8)
        #expect(Set(defects.map(\.id)).count == defects.count)
        #expect(defects.allSatisfy { !$0.effect.isEmpty && !$0.advice.isEmpty })
    }

    @Test(
        "begin and end with a release",
        arguments: [
            ("xena", false), ("yoga", true), ("zed", true), ("2024.1", true), ("2024.2", false), ("mitaka", false),
        ])
    func range(_ release: String, _ isAffected: Bool) throws {
        let defect = try #require(KnownDefect.register.first { $0.id == "nova-2053027" })
        #expect(defect.affects(release: release) == isAffected)
    }

    @Test("are told by the file on the node")
    func state() throws {
        #expect(try repair.state(of: fixture("glance-26.2.2.py.txt")) == .affected)
        #expect(try repair.state(of: fixture("glance-30.3.0.py.txt")) == .fixed)
        #expect(try repair.state(of: "") == .unrecognised)
        let changed = try fixture("glance-26.2.2.py.txt")
            .replacing("if isinstance(image_chunks, glance_utils", with: "if self.closes(image_chunks, glance_utils")
        #expect(try repair.state(of: changed) == .unrecognised)
        #expect(try repair.mend(changed) == nil)
    }

    @Test("are mended in their own lines alone, and taken back to the byte")
    func mend() throws {
        let original = try fixture("glance-26.2.2.py.txt")
        let mended = try #require(try repair.mend(original))
        #expect(try repair.state(of: mended) == .mended)
        #expect(try repair.mend(mended) == nil)
        #expect(try repair.unmend(mended) == original)
        let difference = mended.split(separator: "\n").difference(from: original.split(separator: "\n"))
        #expect(difference.removals.count == 1 && difference.insertions.count == 3)
    }

    @Test("in a function of a module are mended in its lines alone, and taken back to the byte")
    func mendFunction() throws {
        let defect = try #require(KnownDefect.register.first { $0.id == "neutron-linuxbridge-among-src" })
        let repair = try #require(defect.repair)
        let original = try fixture("arp_protect-21.0.0.py.txt")
        let mended = try #require(repair.mend(original))
        #expect(repair.state(of: original) == .affected && repair.state(of: mended) == .mended)
        #expect(repair.unmend(mended) == original)
        let difference = mended.split(separator: "\n").difference(from: original.split(separator: "\n"))
        #expect(difference.removals.count == 1 && difference.insertions.count == 3)
        #expect(repair.concerns == .novaCompute && repair.restarts == .linuxbridgeAgent)
        #expect(defect.affects(release: "2024.2") && !defect.affects(release: "2025.1"))
    }

    @Test("of oslo.vmware with urllib3 2 is repaired where a request is sent in pieces, and is gone in 4.10")
    func responses() throws {
        let defect = try #require(KnownDefect.register.first { $0.id == "oslo.vmware-urllib3-2" })
        let repair = try #require(defect.repair)
        let original = try fixture("rw_handles-4.6.0.py.txt")
        let repaired = try #require(repair.mend(original))
        #expect(repair.state(of: original) == .affected && repair.state(of: repaired) == .mended)
        #expect(repair.unmend(repaired) == original)
        #expect(try repair.state(of: fixture("rw_handles-4.10.0.py.txt")) == .fixed)
        #expect(defect.affects(release: "2025.1") && !defect.affects(release: "zed"))
        #expect(!defect.affects(release: "2026.2"))
    }

    @Test(
        "of the package itself are mended into Python that compiles",
        .enabled(
            if: ProcessInfo.processInfo.environment["NOVA_GLANCE_PY"] != nil,
            "NOVA_GLANCE_PY names Debian's nova/image/glance.py"))
    func package() throws {
        let path = try #require(ProcessInfo.processInfo.environment["NOVA_GLANCE_PY"])
        let mended = try #require(try repair.mend(String(contentsOfFile: path, encoding: .utf8)))
        let copy = FileManager.default.temporaryDirectory.appending(path: "polyvisor-\(UUID().uuidString).py")
        defer { try? FileManager.default.removeItem(at: copy) }
        try Data(mended.utf8).write(to: copy)
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", copy.path]
        try python.run()
        python.waitUntilExit()
        #expect(python.terminationStatus == 0)
    }
}
