import Access
import DiskImage
import Foundation
import HTTP
import Testing
import VCenterSimulator
import VSphere

@testable import Uploads

@Suite("Priming Nova's image cache", .needsSimulator)
struct ImageCachePrimingTests {
    static let id = "5c0e8a2e-8f1c-4c8e-b6ff-33f5a0e2d7b1"
    static let nova = "9a7f6f0c-2f0b-4f8f-9f0e-0a4f1f3d2c11"
    static let cache = NovaImageCache { section, name in
        ["vmware cache_prefix": "lab-a", "vmware datastore_regex": "^shared-"]["\(section) \(name)"]
    }

    /// A raw disk with something at its beginning and near its end, and two shared datastores to put it on.
    private func run(
        _ body: (ImageFile, CachePriming, [ImageCacheAccess], Simulator) async throws -> Void
    ) async throws {
        let settings: [String: any Sendable] = [
            "clusters": [["name": "cluster_a", "hosts": ["127.77.4.51"]]] as [[String: any Sendable]],
            "shared_datastores": ["shared-1", "shared-2"],
        ]
        try await Simulator.with(settings) { simulator in
            var bytes = Data(count: 3 << 20)
            bytes.replaceSubrange(0..<4, with: Data("boot".utf8))
            bytes.replaceSubrange((3 << 20) - 4..<(3 << 20), with: Data("last".utf8))
            try bytes.write(to: simulator.directory.appending(path: "disk.raw"))
            let disk = try ImageFile.open(simulator.path("disk.raw"), as: .raw)
            let digest = try await DiskDigest.of(disk, as: [.streamOptimized()])[0]
            let image = GlanceImage(
                name: "tiny-vmdk", properties: [:], path: simulator.path("disk.raw"), format: .raw,
                encoding: .streamOptimized(), digest: digest)
            let priming = CachePriming(
                cluster: .init(vcenter: "vc1", key: "cluster_a", name: "cluster_a"), cache: Self.cache, image: image,
                rootDisks: [1])
            let connection = try await VCenterConnection.open(simulator.endpoint)
            let inventory = try await connection.inventory()
            let cluster = try #require(inventory.clusters(named: "cluster_a").first)
            let meant = inventory.datastoresForNova(of: cluster, matching: Self.cache.datastoreRegex)
            let caches = try #require(meant.usable).map {
                ImageCacheAccess(
                    datastore: try DatastoreAccess($0, in: inventory, through: connection), cache: Self.cache)
            }
            #expect(caches.count == 2)
            try await body(disk, priming, caches, simulator)
        }
    }

    private func prime(
        _ disk: ImageFile, _ priming: CachePriming, _ caches: [ImageCacheAccess]
    ) async throws -> ImageUpload.Outcome {
        let places = try caches.map {
            try ImageCacheDestination($0, id: Self.id, capacity: disk.capacity, for: priming)
        }
        return try await ImageUpload(disk, as: .monolithicSparse()).run(to: places, digest: priming.image.digest) { _ in
        }
    }

    @Test("puts the image where Nova looks, with its very content, a copy for each size, and no more")
    func primed() async throws {
        try await run { disk, priming, caches, simulator in
            let outcome = try await prime(disk, priming, caches)
            #expect(outcome.failed.isEmpty && outcome.uploaded.count == 2, "\(outcome)")
            for (cache, datastore) in zip(caches, ["shared-1", "shared-2"]) {
                #expect(try await cache.holds(Self.id))
                let folder = simulator.directory.appending(path: "\(datastore)/lab-a_base/\(Self.id)")
                let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
                #expect(
                    names == [
                        "\(Self.id)-flat.vmdk", "\(Self.id).1-flat.vmdk", "\(Self.id).1.vmdk", "\(Self.id).vmdk",
                        "polyvisor.json",
                    ])
                let sized = folder.appending(path: "\(Self.id).1-flat.vmdk").path
                #expect(try FileManager.default.attributesOfItem(atPath: sized)[.size] as? Int == 1 << 30)
                let list = try await cache.datastore.list(cache.datastore.path("polyvisor_temp"))
                #expect(list ?? [] == [])
            }
        }
    }

    @Test("changes nothing where the image is already, whoever put it there")
    func again() async throws {
        try await run { disk, priming, caches, simulator in
            let folder = simulator.directory.appending(path: "shared-1/lab-a_base/\(Self.id)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data("of Nova".utf8).write(to: folder.appending(path: "\(Self.id).vmdk"))
            let first = try await prime(disk, priming, caches)
            #expect(first.present == ["[shared-1] lab-a_base/\(Self.id)"])
            #expect(first.uploaded == ["[shared-2] lab-a_base/\(Self.id)"])
            let second = try await prime(disk, priming, caches)
            #expect(second.present.count == 2 && second.uploaded.isEmpty && second.failed.isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["\(Self.id).vmdk"])
        }
    }

    @Test("is taken back for what bears our mark, nobody uses and nobody added to; for nothing else")
    func removed() async throws {
        try await run { disk, priming, caches, simulator in
            _ = try await prime(disk, priming, caches)
            let cache = caches[0]
            let base = simulator.directory.appending(path: "shared-1/lab-a_base")
            let foreign = base.appending(path: Self.nova)
            try FileManager.default.createDirectory(at: foreign, withIntermediateDirectories: true)
            try Data("of Nova".utf8).write(to: foreign.appending(path: "\(Self.nova).vmdk"))
            let entries = try await cache.entries()
            #expect(entries.map(\.id) == [Self.id, Self.nova])
            #expect(entries.map(\.mark?.image) == ["tiny-vmdk", nil])

            await refused("has no mark") { try await cache.remove(Self.nova, inUse: [:]) }
            try Data("{}".utf8).write(to: foreign.appending(path: "polyvisor.json"))
            await refused("has no mark") { try await cache.remove(Self.nova, inUse: [:]) }
            await refused("disks of vm1 hang on") {
                try await cache.remove(Self.id, inUse: ["[shared-1] lab-a_base/\(Self.id)/\(Self.id).1.vmdk": ["vm1"]])
            }
            let stranger = base.appending(path: "\(Self.id)/notes.txt")
            try Data("mine".utf8).write(to: stranger)
            await refused("notes.txt") { try await cache.remove(Self.id, inUse: [:]) }
            try FileManager.default.removeItem(at: stranger)

            // The same image on the other datastore is in use; here it is not.
            try await cache.remove(
                Self.id,
                inUse: ["[shared-2] lab-a_base/\(Self.id)/\(Self.id).1.vmdk": ["vm1"], "[shared-1] a/b": ["c"]])
            #expect(try await cache.entries().map(\.id) == [Self.nova])
            #expect(try await caches[1].entries().map(\.id) == [Self.id])
            let kept = try Data(contentsOf: foreign.appending(path: "\(Self.nova).vmdk"))
            #expect(kept == Data("of Nova".utf8))
        }
    }

    private func refused(_ words: String, _ body: () async throws -> Void) async {
        let error = await #expect(throws: UploadFailure.self) { try await body() }
        #expect("\(error as Any)".contains(words), "\(error as Any)")
    }

    @Test("leaves nothing of an image that cannot be read to its end")
    func broken() async throws {
        try await run { disk, priming, caches, simulator in
            // The file is cut after it was opened.
            let file = try FileHandle(forWritingTo: simulator.directory.appending(path: "disk.raw"))
            try file.truncate(atOffset: 100)
            await #expect(throws: (any Error).self) {
                let outcome = try await prime(disk, priming, caches)
                if let failure = outcome.failed.first { throw UploadFailure(cause: failure.reason, hint: nil) }
            }
            for cache in caches {
                #expect(try await !cache.holds(Self.id))
                let left = try await cache.datastore.list(cache.datastore.path("polyvisor_temp"))
                #expect(left ?? [] == [])
            }
        }
    }
}

extension Simulator {
    fileprivate var endpoint: VCenterEndpoint {
        VCenterEndpoint(
            address: "127.0.0.1", port: port,
            credentials: VCenterCredentials(username: Self.username, password: Self.password), tls: .caFile(caFile),
            timeout: .seconds(20))
    }
}
