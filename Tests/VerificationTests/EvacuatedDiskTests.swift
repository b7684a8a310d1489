import Foundation
import Preflight
import Subprocess
import Testing

@testable import Verification

@Suite("the disk of an evacuated instance")
struct EvacuatedDiskTests {
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "polyvisor-disk-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try await body(folder)
        try FileManager.default.removeItem(atPath: folder)
    }

    private func disk(in folder: String) async throws -> EvacuatedDisk? {
        let result = try await Subprocess.run(
            .name("sh"), arguments: ["-c", EvacuatedDisk.command(folder: folder)], output: .string(limit: 4096))
        #expect(result.terminationStatus.isSuccess)
        return EvacuatedDisk(reading: result.standardOutput)
    }

    @Test("is the same while it is written and renamed, and another one when it is made anew")
    func identity() async throws {
        try await withFolder { folder in
            #expect(try await disk(in: folder) == nil)
            try Data("one".utf8).write(to: URL(fileURLWithPath: "\(folder)/disk"))
            let first = try #require(try await disk(in: folder))
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder)/disk"))
            try handle.write(contentsOf: Data("other".utf8))
            try handle.close()
            #expect(try await disk(in: folder) == first)
            rename("\(folder)/disk", "\(folder)/old")
            try Data("one".utf8).write(to: URL(fileURLWithPath: "\(folder)/disk"))
            #expect(try await disk(in: folder) != first)
        }
    }

    @Test("is to be kept where the folder is shared, and is made anew where it is not")
    func fate() throws {
        let (one, other) = (EvacuatedDisk(reading: "disk 7 100\n"), EvacuatedDisk(reading: "disk 8 200\n"))
        func fate(_ after: EvacuatedDisk?, shared: Bool) throws -> String? {
            try EvacuatedDisk.fate(from: one, to: after, isShared: shared, look: "the log")
        }
        #expect(try fate(one, shared: true) == "its disk kept")
        #expect(try fate(other, shared: false) == "its disk made anew from the image")
        #expect(throws: CheckFailure.self) { try fate(other, shared: true) }
        #expect(throws: CheckFailure.self) { try fate(nil, shared: true) }
        #expect(try EvacuatedDisk.fate(from: nil, to: other, isShared: true, look: "") == nil)
    }
}
