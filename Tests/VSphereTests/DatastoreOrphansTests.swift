import Foundation
import Testing
import VCenterSimulator

@testable import VSphere

@Suite("Orphans on a datastore", .needsSimulator)
struct DatastoreOrphansTests {
    static let old = "OSTACK_IMG_b2dfd2c6-60d6-4c08-b9cb-891b655b17f5"
    static let young = "OSTACK_IMG_1d574d20-16aa-4dab-b0c1-f06d091d9dae"
    static let running = "OSTACK_IMG_0e7b2c59-7f9e-4a52-b2fc-6d1a14e8f0a4"

    @Test("are failed imports and interrupted primings that nothing has touched for an hour, and nothing else")
    func found() async throws {
        try await DatastoreAccessTests.run { access, file, _ in
            let store = URL(filePath: file).deletingLastPathComponent().appending(path: "shared-1")
            let work = "polyvisor_temp/26ac11d9-0b1e-4b8a-9f0b-53a9d94f6f5e"
            // The last but one is Nova's cache, the last what Glance keeps.
            let strangers = ["OSTACK_IMG_x", "vm", "\(work)/image", "lab_base/image", "openstack_glance"]
            for folder in [Self.old, Self.running] + strangers {
                try Self.fill(store.appending(path: folder), age: 7200)
            }
            try Self.fill(store.appending(path: Self.young), age: 10)
            let search = OrphanSearch(access, virtualMachines: [Self.running, "vm"], now: Date())
            let orphans = try await search.find()
            #expect(orphans.map(\.folder) == [Self.old, work])
            #expect(orphans.map(\.kind) == [.failedImport, .interruptedPriming])
            #expect(orphans.first?.size == 3000)
            #expect(orphans.first?.path == "[shared-1] \(Self.old)")
            for orphan in orphans { try await search.remove(orphan) }
            #expect(try await search.find().isEmpty)
            let names = Set(try #require(try await access.list(access.path(""))).map(\.name))
            let left = ["OSTACK_IMG_x", "vm", "polyvisor_temp", "lab_base", "openstack_glance"]
            #expect(names == Set([Self.running, Self.young] + left))
        }
    }

    static func fill(_ folder: URL, age: TimeInterval) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "disk.vmdk")
        try Data(count: 3000).write(to: file)
        let date = Date(timeIntervalSinceNow: -age)
        for path in [file.path, folder.path] {
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
        }
    }

    @Test("have the name that Nova gives an import")
    func imports() {
        #expect(OrphanSearch.isImport(Self.old))
        for name in ["OSTACK_IMG_", "OSTACK_IMG_x", Self.old.lowercased(), "vm", ""] {
            #expect(!OrphanSearch.isImport(name))
        }
    }
}
