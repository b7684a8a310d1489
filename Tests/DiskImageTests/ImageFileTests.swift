import DiskImage
import Foundation
import SeededGenerator
import Testing

/// A way in which qemu-img stores a disk.
struct Storage: Sendable, CustomTestStringConvertible {
    var format: ImageFormat
    var arguments: [String]
    /// qemu-img makes no VMDK of 0 bytes, and small clusters hold no large disk.
    var sizes: [UInt64]

    var testDescription: String { arguments.dropFirst().joined(separator: " ") }

    private static let small: [UInt64] = [512, 65_024, 65_535, 65_536, 65_537, 3_333_120]
    private static let over4GiB: UInt64 = (5 << 30) + 512
    private static let over2TiB: UInt64 = (2500 << 30) + 1536

    private static func qcow2(_ options: [String], _ sizes: [UInt64]) -> Storage {
        Storage(format: .qcow2, arguments: ["-O", "qcow2"] + options, sizes: sizes)
    }

    private static func vmdk(_ subformat: String, _ sizes: [UInt64]) -> Storage {
        Storage(format: .vmdk, arguments: ["-O", "vmdk", "-o", "subformat=\(subformat)"], sizes: sizes)
    }

    private static let plain: [Storage] = [
        Storage(format: .raw, arguments: ["-O", "raw"], sizes: [0] + small + [over4GiB, over2TiB]),
        qcow2(["-o", "compat=0.10"], [0] + small + [over4GiB, over2TiB]),
        qcow2(["-o", "compat=1.1"], [0] + small + [over4GiB, over2TiB]),
        qcow2(["-o", "cluster_size=512"], [0] + small),
        qcow2(["-o", "cluster_size=4096"], [0] + small + [over4GiB]),
        qcow2(["-o", "cluster_size=2M"], [0] + small + [over4GiB, over2TiB]),
        qcow2(["-c", "-o", "compat=0.10"], small),
    ]

    private static let compressed: [Storage] = ["zlib", "zstd"].flatMap { type in
        [("512", false), ("4096", false), ("64k", true), ("2M", true)].map { size, large in
            qcow2(
                ["-c", "-o", "cluster_size=\(size),compression_type=\(type)"], [0] + small + (large ? [over4GiB] : []))
        }
    }

    private static let vmdks: [Storage] = [
        vmdk("monolithicSparse", small + [over4GiB, over2TiB]), vmdk("streamOptimized", small + [over4GiB, over2TiB]),
        vmdk("monolithicFlat", small + [over4GiB, over2TiB]), vmdk("twoGbMaxExtentSparse", small + [over4GiB]),
        vmdk("twoGbMaxExtentFlat", small + [over4GiB]),
    ]

    static let all = plain + compressed + vmdks
}

@Suite("Disks read from images")
struct ImageFileTests {
    @Test("what qemu-img wrote is read as it was", arguments: Storage.all)
    func corpus(_ storage: Storage) async throws {
        for size in storage.sizes {
            try await Workshop.open { shop in
                let layout = Layout.random(size: size, pieces: size > 1 << 20 ? 6 : 2, seed: size)
                try shop.write(layout, to: "disk.raw")
                try await shop.convert("disk.raw", storage.arguments, to: "image")
                let image = try shop.image("image", as: size == 0 ? storage.format : nil)
                #expect(image.format == storage.format)
                let difference = try firstDifference(
                    image, shop.image("disk.raw", as: .raw), step: size > 1 << 30 ? 1 << 20 : 77_777)
                #expect(difference == nil, "\(storage.testDescription), \(layout)")
            }
        }
    }

    @Test("random writes are read as qemu-img reads them", arguments: 0..<6)
    func randomWrites(_ seed: Int) async throws {
        try await Workshop.open { shop in
            var random = SeededGenerator(UInt64(seed) + 99)
            let size = UInt64.random(in: 1...4096, using: &random) * 4096
            let format = ["qcow2", "vmdk"][seed % 2]
            let options = seed % 2 == 0 ? ["-o", "cluster_size=\([1024, 65536, 524_288][seed / 2])"] : []
            try await shop.run("qemu-img", ["create", "-q", "-f", format] + options + [shop.path("image"), "\(size)"])
            var commands: [String] = []
            for number in 1...40 {
                let length = UInt64.random(in: 1...min(64, size / 512), using: &random) * 512
                let start = UInt64.random(in: 0...((size - length) / 512), using: &random) * 512
                let what = [
                    "write -q -P \(number)", "write -q -z", "write -q -P \(number)", "discard -q", "write -q -zu",
                ][number % 5]
                commands += ["-c", "\(what) \(start) \(length)"]
            }
            try await shop.run("qemu-io", ["-f", format] + commands + [shop.path("image")])
            let expected = try await shop.raw(of: "image", format: format)
            let difference = try firstDifference(shop.image("image"), shop.image(expected), step: 50_001)
            #expect(difference == nil, "\(format) \(options) \(commands)")
        }
    }

    @Test("any range can be read, from many threads at once")
    func threads() async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 9 << 20, pieces: 12, seed: 5), to: "disk.raw")
            try await shop.convert("disk.raw", ["-c", "-O", "qcow2", "-o", "cluster_size=2M"], to: "a.qcow2")
            try await shop.convert("disk.raw", ["-O", "vmdk", "-o", "subformat=streamOptimized"], to: "b.vmdk")
            let raw = try shop.image("disk.raw")
            for image in [try shop.image("a.qcow2"), try shop.image("b.vmdk")] {
                try await withThrowingTaskGroup(of: UInt64?.self) { group in
                    for seed in 0..<8 { group.addTask { try Self.compareSome(image, raw, seed: UInt64(seed)) } }
                    for try await difference in group { #expect(difference == nil) }
                }
            }
        }
    }

    private static func compareSome(_ image: ImageFile, _ raw: ImageFile, seed: UInt64) throws -> UInt64? {
        var random = SeededGenerator(seed)
        for _ in 0..<60 {
            let count = Int.random(in: 0...300_000, using: &random)
            let start = UInt64.random(in: 0...(image.capacity - UInt64(count)), using: &random)
            guard try image.bytes(at: start, count: count) == raw.bytes(at: start, count: count) else { return start }
        }
        return nil
    }

    @Test("a read past the capacity is refused")
    func outOfRange() async throws {
        try await Workshop.open { shop in
            try shop.write(Layout(size: 4096), to: "disk.raw")
            let image = try shop.image("disk.raw")
            for (offset, count) in [(4096, 1), (0, 4097), (UInt64.max, 1), (5000, 0)] {
                let error = #expect(throws: DiskImageError.self) { try image.bytes(at: offset, count: count) }
                #expect(error?.kind == .outOfRange)
            }
            #expect(try image.bytes(at: 4096, count: 0).isEmpty)
            #expect(try image.allocatedRange(from: .max) == nil)
        }
    }

    @Test("a format is found by what is in the file, and others are named")
    func detection() async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 1 << 20, pieces: 2, seed: 1), to: "disk.raw")
            for format in ["vpc", "vhdx", "vdi", "qed", "parallels"] {
                try await shop.convert("disk.raw", ["-O", format], to: "disk.vmdk")
                let error = #expect(throws: DiskImageError.self) { try shop.image("disk.vmdk") }
                #expect(error?.kind == .unknownFormat, "\(format)")
                #expect(error?.hint != nil)
            }
            try shop.put([0x1F, 0x8B, 8, 0], in: "disk.qcow2")
            #expect(throws: DiskImageError.self) { try shop.image("disk.qcow2") }
            #expect(try ImageFile.open(shop.path("disk.qcow2"), as: .raw).capacity == 512)
            #expect(throws: DiskImageError.self) { try shop.image("none") }
            #expect(throws: DiskImageError.self) { try ImageFile.open(shop.folder.path) }
            try await shop.run("mkfifo", [shop.path("fifo")])
            #expect(throws: DiskImageError.self) { try shop.image("fifo") }
        }
    }
}
