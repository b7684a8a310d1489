import Crypto
import Foundation
import Testing
import VCenterSimulator

@testable import VSphere

@Suite("Files on a datastore", .needsSimulator)
struct DatastoreAccessTests {
    /// One datastore of the simulator, and a file of this machine to put there.
    static func run(
        bytes: Int = 300_000, datastores: [String] = ["shared-1"],
        _ body: (DatastoreAccess, _ file: String, _ data: Data) async throws -> Void
    ) async throws {
        try await Simulator.run(["shared_datastores": datastores]) { simulator in
            let connection = try await VCenterConnection.open(simulator.endpoint())
            let inventory = try await connection.inventory()
            let datastore = try #require(inventory.datastores.first { $0.name == datastores[0] })
            let data = Data((0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
            let file = simulator.directory.appending(path: "source")
            try data.write(to: file)
            let access = try DatastoreAccess(datastore, in: inventory, through: connection)
            try await body(access, file.path(percentEncoded: false), data)
        }
    }

    @Test("arrive whole, are read back with their hash, and are gone when deleted")
    func upload() async throws {
        try await Self.run { access, file, data in
            let folder = access.path("images/a & b <ä> %2f")
            try await access.makeDirectory(folder)
            try await access.makeDirectory(folder)
            let target = folder.appending("disk #1?.vmdk")
            try await access.upload(file, to: target)
            let digest = SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined()
            #expect(try await access.contents(of: target) == .init(size: Int64(data.count), sha256: digest))
            #expect(try await access.list(folder)?.map(\.name) == ["disk #1?.vmdk"])
            #expect(try await access.find(target)?.size == Int64(data.count))
            #expect(try await access.read(target, limit: data.count) == data)
            #expect(try await access.delete(target))
            #expect(try await access.delete(target) == false)
            #expect(try await access.contents(of: target) == nil)
            #expect(try await access.find(target) == nil)
        }
    }

    @Test("replace nothing, and leave no part of themselves where they cannot stand")
    func occupied() async throws {
        try await Self.run { access, file, data in
            let target = access.path("disk.vmdk")
            try await access.write(Data("mine".utf8), to: target)
            let error = try await #require(throws: VSphereError.self) { try await access.upload(file, to: target) }
            #expect(error.kind == .fault("FileAlreadyExists"))
            #expect(try await access.read(target) == Data("mine".utf8))
            #expect(try await access.list(access.path(""))?.map(\.name) == ["disk.vmdk"])
            let missing = try await #require(throws: VSphereError.self) {
                try await access.upload(file, to: access.path("nowhere/disk.vmdk"))
            }
            #expect(missing.kind == .fault("FileNotFound"))
            let large = try await #require(throws: VSphereError.self) { _ = try await access.read(target, limit: 3) }
            #expect(large.kind == .malformedResponse)
        }
    }

    @Test("can be those of a datastore whose name has spaces, signs and Chinese")
    func names() async throws {
        try await Self.run(bytes: 1000, datastores: ["数据 & <store> +1%"]) { access, file, data in
            try await access.upload(file, to: access.path("x"))
            #expect(try await access.contents(of: access.path("x"))?.size == 1000)
        }
    }

    @Test("survive that the session was ended in between")
    func renewal() async throws {
        try await Self.run { access, file, data in
            let connection = access.connection
            try await connection.perform("end the session") { (session) throws(Trouble) in
                _ = try await connection.call(.logout(connection.content.sessionManager), in: session)
            }
            try await access.upload(file, to: access.path("again"))
            #expect(try await access.find(access.path("again"))?.size == Int64(data.count))
        }
    }

    /// 4 MiB without content, as VMware's "Virtual Disk Format 1.1" has it: magic, version, flags; capacity and size of
    /// grains in sectors; no descriptor; entries in a table; where the directories of grains are.
    private static var emptySparseDisk: Data {
        func number(_ value: some FixedWidthInteger) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }
        var header = Data("KDMV".utf8) + number(UInt32(1)) + number(UInt32(3))
        for value: UInt64 in [8192, 128, 0, 0] { header += number(value) }
        header += number(UInt32(512))
        for value: UInt64 in [0, 1] { header += number(value) }
        return header + Data(count: 1024 - header.count)
    }

    @Test("become disks that can be extended, and move with their folder")
    func disks() async throws {
        try await Self.run { access, _, _ in
            let header = Self.emptySparseDisk
            let folder = access.path("work/disk")
            try await access.makeDirectory(folder)
            try await access.write(header, to: folder.appending("sparse.vmdk"))
            try await access.copyVirtualDisk(folder.appending("sparse.vmdk"), to: folder.appending("flat.vmdk"))
            #expect(try await access.find(folder.appending("flat-flat.vmdk"))?.size == 4 << 20)
            try await access.extendVirtualDisk(folder.appending("flat.vmdk"), to: 8 << 10)
            #expect(try await access.find(folder.appending("flat-flat.vmdk"))?.size == 8 << 20)
            try await access.move(folder, to: access.path("final"))
            #expect(try await access.list(access.path("final"))?.count == 3)
            #expect(try await access.list(folder) == nil)
        }
    }

    @Test("have paths as vSphere writes them, and URLs that mean the same")
    func paths() {
        #expect("\(DatastorePath("ds", "/a//b/"))" == "[ds] a/b")
        #expect("\(DatastorePath("ds"))" == "[ds]")
        #expect(DatastorePath("ds", "a/b").parent == DatastorePath("ds", "a"))
        #expect(DatastorePath("ds", "a/b").name == "b")
        for name in ["", ".", "..", "a/b", "a\\b", "a\u{0}"] { #expect(!DatastorePath.isName(name)) }
        #expect(DatastorePath.isName("a b"))
    }
}

@Suite("Tasks of a vCenter", .needsSimulator)
struct TaskTests {
    @Test("that run on are waited for, all at once, and none is taken for another")
    func several() async throws {
        try await DatastoreAccessTests.run { access, file, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<12 {
                    group.addTask { try await access.upload(file, to: access.path("file-\(number)")) }
                }
                try await group.waitForAll()
            }
            let names = try #require(try await access.list(access.path(""))).map(\.name)
            #expect(Set(names) == Set((0..<12).map { "file-\($0)" }))
        }
    }
}
