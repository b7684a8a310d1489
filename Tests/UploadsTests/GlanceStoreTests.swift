import DiskImage
import Foundation
import HTTP
import OpenStack
import Records
import Synchronization
import Testing
import VCenterSimulator
import VSphere

@testable import Uploads

/// Uploads to the real simulator of a vCenter; Glance is one that refuses when told to. With a real Glance this is tried
/// by the integration test.
@Suite("Images on a datastore that Glance knows", .serialized, .timeLimit(.minutes(5)), .needsSimulator)
struct GlanceStoreTests {
    /// A lab of a datastore and a Glance.
    private struct World {
        let datastore: DatastoreAccess
        let cloud: Cloud
        let warnings = Warnings()

        func store(directory: String = "openstack_glance") throws -> GlanceStore {
            try GlanceStore(
                of: "vc1", on: datastore, in: datastore.path(directory), host: "vc1.example.org", readsBack: true)
        }

        func destination(_ store: GlanceStore?) -> GlanceDestination {
            GlanceDestination(
                NewImage(name: "disk", diskFormat: "vmdk", properties: ["vmware_disktype": "sparse"]), in: cloud,
                store: store
            ) { [warnings] in warnings.add($0) }
        }

        func files() async throws -> [String] {
            try await datastore.list(datastore.path("openstack_glance"))?.map(\.name).sorted() ?? []
        }
    }

    private final class Warnings: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock(\.self) }
        func add(_ text: String) { texts.withLock { $0.append(text) } }
    }

    private func run(_ fault: String = "none", _ body: (World, ImageFile) async throws -> Void) async throws {
        let path = NSTemporaryDirectory() + "polyvisor-location-\(UUID().uuidString)"
        defer { unlink(path) }
        try (Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }) + Data(count: 3_000_000 - 64)).write(
            to: URL(fileURLWithPath: path))
        let disk = try ImageFile.open(path, as: .raw)
        let clusters: [[String: any Sendable]] = [["name": "cluster_a", "hosts": ["127.77.2.61"]]]
        try await Simulator.with(["clusters": clusters]) { simulator in
            try await PythonServer.run("glance_stub.py", [fault, simulator.directory.path]) { port in
                let connection = try await VCenterConnection.open(
                    VCenterEndpoint(
                        address: "127.0.0.1", port: simulator.port,
                        credentials: VCenterCredentials(
                            username: Simulator.username, password: Simulator.password),
                        tls: .caFile(simulator.caFile)))
                let inventory = try await connection.inventory()
                let found = try #require(inventory.datastores.first { $0.name == "shared-1" })
                let cloud = Cloud(
                    Credentials(authURL: "http://127.0.0.1:\(port)/v3", username: "u", password: "p", project: "p"))
                let datastore = try DatastoreAccess(found, in: inventory, through: connection)
                try await body(World(datastore: datastore, cloud: cloud), disk)
                try await connection.logout()
            }
        }
    }

    private func upload(_ disk: ImageFile, to destination: GlanceDestination) async throws -> ImageUpload.Outcome {
        var options = ImageUpload.Options()
        options.pause = .milliseconds(1)
        return try await ImageUpload(disk, as: .monolithicSparse(), options: options).run(to: [destination])
    }

    @Test("are where Glance is told, whole, with their hash, and not sent again")
    func arrives() async throws {
        try await run { world, disk in
            let outcome = try await upload(disk, to: world.destination(try world.store()))
            let receipt = try #require(outcome.receipt, "\(outcome.failed)")
            let image = try #require(try await world.cloud.images().first)
            #expect(image.status == "active" && image.size == receipt.size)
            #expect(image.hashAlgorithm == "sha512" && image.hashValue == receipt.checksums["sha512"])
            #expect(Set(image.properties.keys) == ["vmware_disktype", "polyvisor_sha256"])
            let url = "vsphere://vc1.example.org/folder/openstack_glance/\(image.id)?dcPath=dc1&dsName=shared-1"
            #expect(image.locations == [ImageLocation(url: url)])
            #expect(try await world.files() == [image.id])
            let file = world.datastore.path("openstack_glance/\(image.id)")
            #expect(try await world.datastore.contents(of: file)?.sha256 == receipt.checksums["sha256"])
            let again = try await upload(disk, to: world.destination(try world.store()))
            #expect(again.present.count == 1 && again.receipt == nil)
            #expect(world.warnings.all.isEmpty)
        }
    }

    @Test("get the hash that Glance has, or none with a warning", arguments: ["sha256", "md5"])
    func otherHash(_ algorithm: String) async throws {
        try await run(algorithm) { world, disk in
            let outcome = try await upload(disk, to: world.destination(try world.store()))
            let image = try #require(try await world.cloud.images().first)
            #expect(image.status == "active")
            let isKnown = algorithm == "sha256"
            #expect(image.hashValue == (isKnown ? outcome.receipt?.checksums["sha256"] : nil))
            #expect(world.warnings.all.isEmpty == isKnown)
        }
    }

    @Test(
        "leave nothing where Glance does not take them, and are not sent again",
        arguments: [
            ("hidden", "show_multiple_locations"), ("forbidden", "set_image_location"),
            ("invalid", "is its vmware_server_host vc1.example.org"),
            ("backends", "Glance has its stores (fs, vc1) in enabled_backends"),
        ])
    func refused(_ fault: String, _ words: String) async throws {
        try await run(fault) { world, disk in
            let outcome = try await upload(disk, to: world.destination(try world.store()))
            #expect(outcome.uploaded.isEmpty && outcome.failed.count == 1)
            #expect(outcome.failed.first?.reason.contains(words) == true, "\(outcome.failed)")
            #expect(try await world.cloud.images().isEmpty)
            #expect(try await world.files().isEmpty)
        }
    }

    @Test("of a killed run are removed by the next, with their file, and those of other places are told of")
    func leftovers() async throws {
        try await run { world, disk in
            let here = ProcessOwner.current()
            let dead = UploadMark(
                owner: ProcessOwner(place: here.place, process: here.process, started: here.started + 1))
            func begin(_ place: String) async throws -> String {
                var half = NewImage(name: "disk", diskFormat: "vmdk", properties: ["polyvisor_upload": dead.text])
                half.properties["polyvisor_upload_place"] = place
                return try await world.cloud.createImage(half).id
            }
            try await world.datastore.makeDirectory(world.datastore.path("openstack_glance"))
            let ours = try await begin("vc1: [shared-1] openstack_glance")
            let other = try await begin("vc2: [nfs] images")
            for name in [ours, other, "stranger"] {
                let file = world.datastore.path("openstack_glance/\(name)")
                try await world.datastore.write(Data("half".utf8), to: file)
            }
            let outcome = try await upload(disk, to: world.destination(try world.store()))
            #expect(outcome.uploaded.count == 1, "\(outcome.failed)")
            let images = try await world.cloud.images()
            #expect(images.count == 1)
            #expect(try await world.files() == ([images[0].id, other, "stranger"]).sorted())
            #expect(world.warnings.all.count == 1 && world.warnings.all[0].contains("vc2: [nfs] images/\(other)"))
        }
    }

    @Test("are replaced where the file is gone or elsewhere")
    func moved() async throws {
        try await run { world, disk in
            _ = try await upload(disk, to: world.destination(try world.store()))
            let first = try #require(try await world.cloud.images().first).id
            let elsewhere = try world.store(directory: "images/glance")
            #expect(try await upload(disk, to: world.destination(elsewhere)).uploaded.count == 1)
            let second = try #require(try await world.cloud.images().first)
            #expect(second.id != first && second.locations?.first?.url.contains("/images/glance/") == true)
            #expect(try await world.files().isEmpty, "Glance deletes the file with the image")
            try await world.datastore.write(Data("x".utf8), to: world.datastore.path("images/glance/\(second.id)"))
            #expect(try await upload(disk, to: world.destination(elsewhere)).uploaded.count == 1)
        }
    }

    @Test("cannot be in a directory that an address cannot have")
    func directories() async throws {
        try await run { world, _ in
            #expect(throws: UploadRefusal.self) { try world.store(directory: "mit Leerzeichen") }
            #expect(throws: UploadRefusal.self) { try world.store(directory: String(repeating: "long/", count: 40)) }
            #expect(throws: Never.self) { try world.store(directory: "a-b_c.d/e~f") }
        }
    }
}
