import DiskImage
import Foundation
import ImageMeta
import Testing

/// An encoding, and how qemu-img calls what comes out.
struct Target: Sendable, CustomTestStringConvertible {
    var encoding: ImageEncoding
    var format: String
    var testDescription: String { encoding.recipe }

    static let all = [
        Target(encoding: .raw, format: "raw"), Target(encoding: .qcow2, format: "qcow2"),
        Target(encoding: .streamOptimized(), format: "vmdk"),
        Target(encoding: .streamOptimized(level: .fastest, adapter: .ide), format: "vmdk"),
        Target(encoding: .monolithicSparse(), format: "vmdk"),
    ]
}

@Suite("Converting an image")
struct ConversionTests {
    private static let sizes: [UInt64] = [512, 65_535, 65_536, 65_537, 3_333_333, (5 << 30) + 512]

    /// qemu-img's own word on whether two disks are the same; it knows no structure of raw that could be broken.
    private func expectSame(_ source: String, _ output: String, _ format: String, in shop: Workshop) async throws {
        if format != "raw" { try await shop.run("qemu-img", ["check", "-f", format, shop.path(output)]) }
        try await shop.run("qemu-img", ["compare", "-f", "raw", "-F", format, shop.path(source), shop.path(output)])
    }

    @Test("qemu-img finds the output whole and equal to its source, whatever the size", arguments: Target.all, sizes)
    func equalToSource(_ target: Target, _ size: UInt64) async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: size, pieces: 4, seed: size), to: "source")
            let written = try await shop.image("source").write(to: shop.path("output"), as: target.encoding)
            #expect(written == UInt64(try FileManager.default.attributesOfItem(atPath: shop.path("output")).size))
            try await expectSame("source", "output", target.format, in: shop)
        }
    }

    @Test("qemu-img finds a disk of 3 TiB equal to its source, in little space", arguments: Target.all)
    func overTwoTiB(_ target: Target) async throws {
        // qemu-img compares byte by byte what a VMDK without a grain says nothing about, for minutes.
        try await Workshop.open { shop in
            try shop.write(.random(size: 3 << 40, pieces: 6, seed: 3), to: "source")
            try await shop.image("source").write(to: shop.path("output"), as: target.encoding)
            let again = try shop.image("output")
            #expect(again.capacity == 3 << 40)
            try expectSameData(try shop.image("source"), again)
            let map = try await shop.run("qemu-img", ["info", "-f", target.format, shop.path("output")])
            #expect(map.contains("3 TiB"))
        }
    }

    /// What either says is allocated is the same in both.
    private func expectSameData(_ first: ImageFile, _ second: ImageFile) throws {
        for (one, other) in [(first, second), (second, first)] {
            for range in try one.allocated() {
                var offset = range.lowerBound
                while offset < range.upperBound {
                    let count = Int(min(1 << 20, range.upperBound - offset))
                    #expect(try one.bytes(at: offset, count: count) == other.bytes(at: offset, count: count))
                    offset += UInt64(count)
                }
            }
        }
    }

    @Test("random sparse layouts come back the same", arguments: Target.all, 1...4 as ClosedRange<UInt64>)
    func randomLayouts(_ target: Target, _ seed: UInt64) async throws {
        try await Workshop.open { shop in
            let size = UInt64.random(in: 1..<(80 << 20))
            let layout = Layout.random(size: size, pieces: Int.random(in: 0..<12), seed: seed &+ size)
            try shop.write(layout, to: "source")
            try await shop.image("source").write(to: shop.path("output"), as: target.encoding)
            try await shop.run(
                "qemu-img",
                ["compare", "-f", "raw", "-F", target.format, shop.path("source"), shop.path("output")])
        }
    }

    @Test(
        "every format is read: qcow2 with a backing file, compressed qcow2, and VMDK",
        arguments: [
            ["-O", "qcow2"], ["-O", "qcow2", "-c", "-o", "compression_type=zstd"],
            ["-O", "vmdk", "-o", "subformat=streamOptimized"], ["-O", "vmdk", "-o", "subformat=twoGbMaxExtentSparse"],
        ], Target.all)
    func sources(_ arguments: [String], _ target: Target) async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 9 << 20, pieces: 8, seed: 7), to: "source")
            try await shop.convert("source", arguments, to: "image")
            try await shop.image("image").write(to: shop.path("output"), as: target.encoding)
            try await expectSame("source", "output", target.format, in: shop)
        }
    }

    @Test("grains of zeros take no room, also where a source has them allocated", arguments: Target.all)
    func zeros(_ target: Target) async throws {
        try await Workshop.open { shop in
            try shop.put([UInt8](repeating: 0, count: 8 << 20), in: "source")
            try await shop.image("source").write(to: shop.path("output"), as: target.encoding)
            let blocks = try await shop.run("stat", ["-c", "%b", shop.path("output")])
            #expect(Int(blocks.trimmingCharacters(in: .whitespacesAndNewlines)) ?? .max <= 1024)
        }
    }

    @Test("the same disk gives the same bytes, on one thread or on many, from any format")
    func sameBytes() async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 64 << 20, pieces: 20, seed: 11), to: "source")
            try await shop.convert("source", ["-O", "qcow2", "-o", "cluster_size=4096"], to: "image")
            for (name, threads) in [("source", 1), ("source", 5), ("image", 2)] {
                var options = ImageFile.WriteOptions()
                options.threads = threads
                let output = "\(name)-\(threads)"
                try await shop.image(name).write(to: shop.path(output), as: .streamOptimized(), options: options)
                #expect(try shop.data(of: output) == shop.data(of: "source-1"))
            }
        }
    }

    @Test("a higher level gives fewer bytes")
    func levels() async throws {
        try await Workshop.open { shop in
            let sizes = try await ["fast", "1", "standard", "6", "12"].asyncMap { value in
                let level = try #require(CompressionLevel(value))
                return try await ImageFile.open("/usr/bin/perl", as: .raw).write(
                    to: shop.path("level-\(value)"), as: .streamOptimized(level: level))
            }
            #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 > $1 })
        }
    }

    @Test("the descriptor names the adapter as the specification spells it", arguments: VMwareAdapter.allCases)
    func adapters(_ adapter: VMwareAdapter) async throws {
        try await Workshop.open { shop in
            try shop.put([1, 2, 3], in: "source")
            try await shop.image("source").write(to: shop.path("output"), as: .streamOptimized(adapter: adapter))
            let text = String(decoding: try shop.bytes(of: "output")[512..<2048], as: UTF8.self)
            let name = ["ide": "ide", "busLogic": "buslogic"][adapter.rawValue] ?? "lsilogic"
            #expect(text.contains("createType=\"streamOptimized\"\n"))
            #expect(text.contains("ddb.adapterType = \"\(name)\"\n"))
        }
    }

    @Test("a VMDK of 0 bytes is refused with a word on what to use; raw and qcow2 are not")
    func empty() async throws {
        try await Workshop.open { shop in
            try shop.put([UInt8](), in: "source")
            for target in Target.all where target.format != "vmdk" {
                try await shop.image("source", as: .raw).write(
                    to: shop.path("output-\(target.format)"), as: target.encoding)
                try await expectSame("source", "output-\(target.format)", target.format, in: shop)
            }
            let error = try await #require(throws: DiskImageError.self) {
                try await shop.image("source", as: .raw).write(to: shop.path("output"), as: .streamOptimized())
            }
            #expect(error.kind == .unsupported)
            #expect(!FileManager.default.fileExists(atPath: shop.path("output")))
        }
    }
}

extension [FileAttributeKey: Any] {
    var size: UInt64 { (self[.size] as? UInt64) ?? 0 }
}

extension Workshop {
    /// As `bytes`, for what is too large to be shown.
    func data(of name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }
}

extension Sequence {
    func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var results: [T] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
