import Crypto
import DiskImage
import Foundation
import HTTP
import Records
import Testing
import VCenterSimulator
import VSphere

@testable import Uploads

/// Uploads to the real simulator of a vCenter, through a proxy that can cut them.
@Suite("Images on a datastore", .serialized, .timeLimit(.minutes(5)), .needsSimulator)
struct DatastoreDestinationTests {
    private static let settings: [String: any Sendable] = [
        "shared_datastores": ["shared-1", "shared-2"],
        "clusters": [["name": "cluster_a", "hosts": ["127.77.2.51", "127.77.2.52"]]] as [[String: any Sendable]],
    ]

    /// 6 MB, of which two thirds do not compress.
    private func withDisk(_ body: (ImageFile) async throws -> Void) async throws {
        let path = NSTemporaryDirectory() + "polyvisor-datastore-\(UUID().uuidString)"
        defer { unlink(path) }
        var generator = SystemRandomNumberGenerator()
        let noise = Data((0..<500_000).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } })
        try (noise + Data(repeating: 65, count: 2_000_000)).write(to: URL(fileURLWithPath: path))
        try await body(try ImageFile.open(path, as: .raw))
    }

    /// The datastores of a simulator, reached by a port of this machine.
    private func withDatastores(
        cutting times: Int = 0, _ body: ([DatastoreAccess]) async throws -> Void
    ) async throws {
        try await Simulator.with(Self.settings) { simulator in
            let cuts = ["\(simulator.port)", "1000000", "\(times)"]
            try await PythonServer.run("cutting_proxy.py", cuts) { port in
                let endpoint = VCenterEndpoint(
                    address: "127.0.0.1", port: port,
                    credentials: VCenterCredentials(
                        username: Simulator.username, password: Simulator.password),
                    tls: .caFile(simulator.caFile), timeout: .seconds(20))
                let connection = try await VCenterConnection.open(endpoint)
                let inventory = try await connection.inventory()
                let shared = inventory.datastores.filter { $0.name.hasPrefix("shared-") }
                    .sorted { $0.name < $1.name }
                try await body(try shared.map { try DatastoreAccess($0, in: inventory, through: connection) })
                try await connection.logout()
            }
        }
    }

    private func upload(_ disk: ImageFile, retries: Int = 2, bytesPerSecond: Int64? = nil) -> ImageUpload {
        var options = ImageUpload.Options()
        options.pause = .milliseconds(1)
        options.retries = retries
        options.bytesPerSecond = bytesPerSecond
        return ImageUpload(disk, as: .streamOptimized(), options: options)
    }

    private func names(on datastore: DatastoreAccess) async throws -> [String] {
        try #require(try await datastore.list(datastore.path(""))).map(\.name).sorted()
    }

    /// What the datastore has is what was sent.
    private func expectWhole(_ outcome: ImageUpload.Outcome, on datastore: DatastoreAccess) async throws {
        let receipt = try #require(outcome.receipt)
        let found = try #require(try await datastore.contents(of: datastore.path("disk.vmdk")))
        #expect(found.size == receipt.size && found.sha256 == receipt.checksums["sha256"])
        #expect(try await names(on: datastore) == ["disk.vmdk", "disk.vmdk.polyvisor"])
    }

    @Test("arrive whole on two datastores by one conversion, and are not sent again")
    func several() async throws {
        try await withDisk { disk in
            try await withDatastores { datastores in
                let destinations = datastores.map { DatastoreDestination($0.path("disk.vmdk"), on: $0) }
                let outcome = try await upload(disk).run(to: destinations)
                #expect(outcome.uploaded.count == 2 && outcome.failed.isEmpty, "\(outcome.failed)")
                for datastore in datastores { try await expectWhole(outcome, on: datastore) }
                let again = try await upload(disk).run(to: destinations)
                #expect(again.present.count == 2 && again.uploaded.isEmpty && again.receipt == nil)
            }
        }
    }

    @Test("are listed, verified and removed, and nothing else is")
    func managed() async throws {
        try await withDisk { disk in
            try await withDatastores { datastores in
                let datastore = datastores[0]
                try await datastore.makeDirectory(datastore.path("a/b c"))
                let places = ["disk.vmdk", "a/b c/<ä>&.vmdk", "a/changed.vmdk", "a/gone.vmdk"].map(datastore.path)
                _ = try await upload(disk).run(to: places.map { DatastoreDestination($0, on: datastore) })
                try await datastore.write(Data("theirs".utf8), to: datastore.path("a/own.vmdk"))
                try await datastore.write(Data("theirs".utf8), to: datastore.path("a/own.vmdk.polyvisor"))
                let size = try #require(try await datastore.find(places[2])?.size)
                try await datastore.write(Data(count: Int(size)), to: places[2])
                try await datastore.delete(places[3])
                let uploads = UploadedFiles(on: datastore)
                let quick = try await uploads.find(verifying: false, vcenter: "vc1")
                #expect(quick.map(\.path.description).sorted() == places.map(\.description).sorted())
                #expect(quick.filter { $0.state == .present }.count == 3)
                var files = try await uploads.find(
                    verifying: true, vcenter: "vc1", inUse: ["\(places[0])": ["a machine"]])
                for index in files.indices { try await uploads.remove(&files[index]) }
                let byPath = Dictionary(uniqueKeysWithValues: files.map { ("\($0.path)", $0) })
                #expect(places.map { byPath["\($0)"]?.state } == [.verified, .verified, .differs, .missing])
                #expect(places.map { byPath["\($0)"]?.removed } == [false, true, false, true])
                #expect(try await names(on: datastore) == ["a", "disk.vmdk", "disk.vmdk.polyvisor"])
                let left = try #require(try await datastore.list(datastore.path("a"))).map(\.name).sorted()
                #expect(left == ["b c", "changed.vmdk", "changed.vmdk.polyvisor", "own.vmdk", "own.vmdk.polyvisor"])
                #expect(try await datastore.list(datastore.path("a/b c"))?.isEmpty == true)
            }
        }
    }

    @Test("are begun anew from a clean start where the transfer was cut")
    func cut() async throws {
        try await withDisk { disk in
            try await withDatastores(cutting: 2) { datastores in
                let destination = DatastoreDestination(datastores[0].path("disk.vmdk"), on: datastores[0])
                let outcome = try await upload(disk, retries: 4).run(to: [destination])
                #expect(outcome.uploaded.count == 1, "\(outcome.failed)")
                try await expectWhole(outcome, on: datastores[0])
            }
        }
    }

    @Test("leave nothing behind where every transfer is cut")
    func alwaysCut() async throws {
        try await withDisk { disk in
            try await withDatastores(cutting: .max) { datastores in
                let destination = DatastoreDestination(datastores[0].path("disk.vmdk"), on: datastores[0])
                let outcome = try await upload(disk, retries: 1).run(to: [destination])
                #expect(outcome.failed.count == 1 && outcome.uploaded.isEmpty)
                #expect(try await names(on: datastores[0]) == [])
            }
        }
    }

    @Test("of a killed run are removed by the next one, and nothing else is")
    func leftovers() async throws {
        try await withDisk { disk in
            try await withDatastores { datastores in
                let datastore = datastores[0]
                let here = ProcessOwner.current()
                let dead = UploadMark(
                    owner: ProcessOwner(place: here.place, process: here.process, started: here.started + 1))
                let strangers = ["disk.vmdk.note.polyvisor-part", "other.vmdk.\(dead.text).polyvisor-part"]
                for name in ["disk.vmdk.\(dead.text).polyvisor-part"] + strangers {
                    try await datastore.write(Data("half".utf8), to: datastore.path(name))
                }
                let destination = DatastoreDestination(datastore.path("disk.vmdk"), on: datastore)
                let outcome = try await upload(disk).run(to: [destination])
                #expect(outcome.uploaded.count == 1, "\(outcome.failed)")
                let expected = ["disk.vmdk", "disk.vmdk.polyvisor"] + strangers
                #expect(try await names(on: datastore) == expected.sorted())
            }
        }
    }

    @Test("never replace a file that Polyvisor did not upload, nor disturb a run that is at work")
    func occupied() async throws {
        try await withDisk { disk in
            try await withDatastores { datastores in
                try await datastores[0].write(Data("mine".utf8), to: datastores[0].path("disk.vmdk"))
                let part = "disk.vmdk.\(UploadMark(since: UploadMark.now() - 60).text).polyvisor-part"
                try await datastores[1].write(Data("half".utf8), to: datastores[1].path(part))
                for (datastore, left) in zip(datastores, ["disk.vmdk", part]) {
                    let destination = DatastoreDestination(datastore.path("disk.vmdk"), on: datastore)
                    let outcome = try await upload(disk, retries: 0).run(to: [destination])
                    #expect(outcome.failed.count == 1)
                    #expect(try await names(on: datastore) == [left])
                }
                #expect(try await datastores[0].read(datastores[0].path("disk.vmdk")) == Data("mine".utf8))
            }
        }
    }

    @Test("keep to the rate that was asked for")
    func rate() async throws {
        try await withDisk { disk in
            try await withDatastores { datastores in
                let destination = DatastoreDestination(datastores[0].path("disk.vmdk"), on: datastores[0])
                let start = ContinuousClock.now
                let outcome = try await upload(disk, bytesPerSecond: 2 << 20).run(to: [destination])
                let seconds = (ContinuousClock.now - start) / .seconds(1)
                let size = Double(try #require(outcome.receipt).size)
                // The piece that is under way when the time is up is the tolerance.
                #expect((size - 1_048_576) / seconds <= Double(2 << 20), "\(size) bytes in \(seconds) s")
                #expect(seconds >= 1)
            }
        }
    }
}
