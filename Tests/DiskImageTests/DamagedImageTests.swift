import DiskImage
import Foundation
import SeededGenerator
import Testing

/// Small images of every kind, as the fuzz targets begin with.
private struct Seeds {
    let shop: Workshop

    static let qcow2 = ["v2", "v3", "zlib", "zstd", "zeros", "overlay"]
    static let sparse = ["sparse", "zeroed", "stream", "stream-front"]
    static let described = ["flat", "vmfs", "split"]

    static func format(of seed: String) -> ImageFormat { qcow2.contains(seed) ? .qcow2 : .vmdk }

    static func make(in shop: Workshop) async throws -> Seeds {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        try await shop.run("python3", [root.appending(path: "Fuzz/DiskImageFuzz/make-corpus").path, shop.folder.path])
        for folder in ["qcow2", "vmdk"] {
            try shop.write(
                Layout(size: 1 << 20, pieces: [.init(start: 70_000, bytes: Array("polyvisor".utf8))]),
                to: "\(folder)/base")
        }
        return Seeds(shop: shop)
    }

    func name(_ seed: String) -> String { "\(Self.format(of: seed))/\(seed)" }

    func bytes(_ seed: String) throws -> [UInt8] { try shop.bytes(of: name(seed)) }

    /// Everything that a disk holds, read from changed bytes of a seed.
    func contents(of bytes: [UInt8], as format: ImageFormat) throws -> [UInt8] {
        let name = "\(format)/image"
        try shop.put(bytes, in: name)
        let image = try ImageFile.open(shop.path(name), as: format)
        try image.readAll()
        return try image.bytes(at: 0, count: Int(image.capacity))
    }

    func error(of bytes: [UInt8], as format: ImageFormat) throws -> DiskImageError {
        let error = #expect(throws: DiskImageError.self) { try contents(of: bytes, as: format) }
        return try #require(error)
    }
}

@Suite("Damaged images")
struct DamagedImageTests {
    @Test("small images of every kind are read as qemu-img reads them")
    func seeds() async throws {
        try await Workshop.open { shop in
            let seeds = try await Seeds.make(in: shop)
            for seed in Seeds.qcow2 + Seeds.sparse + Seeds.described where seed != "split" {
                // Their descriptors call the file "image".
                let name = "\(Seeds.format(of: seed))/image"
                let mine = try seeds.contents(of: seeds.bytes(seed), as: Seeds.format(of: seed))
                let expected = try await shop.raw(of: name, format: Seeds.format(of: seed).rawValue)
                #expect(try mine == shop.bytes(of: expected), "\(seed)")
                #expect(ImageInspection.inspect(try shop.image(name)).isSound, "\(seed)")
            }
        }
    }

    @Test("extents that are read only, or zeros, count: qemu-img leaves both out")
    func splitExtents() async throws {
        try await Workshop.open { shop in
            let seeds = try await Seeds.make(in: shop)
            let disk = try seeds.contents(of: seeds.bytes("split"), as: .vmdk)
            #expect(disk.count == 250 * 512)
            // Sector 100 of the file is sector 150 of the disk.
            let place = 70_000 + 50 * 512
            #expect(Array(disk[place..<(place + 9)]) == Array("polyvisor".utf8))
            #expect(disk.count { $0 != 0 } == 9)
        }
    }

    @Test("an image cut anywhere is an error, or all that the guest sees is still there")
    func truncations() async throws {
        try await Workshop.open { shop in
            let seeds = try await Seeds.make(in: shop)
            for seed in Seeds.qcow2 + Seeds.sparse {
                let (bytes, format) = (try seeds.bytes(seed), Seeds.format(of: seed))
                let whole = try seeds.contents(of: bytes, as: format)
                let borders = stride(from: 0, through: bytes.count, by: 512).flatMap { [$0 - 1, $0, $0 + 1, $0 + 72] }
                for length in borders where 0..<bytes.count ~= length {
                    do {
                        #expect(
                            try seeds.contents(of: Array(bytes[..<length]), as: format) == whole, "\(seed) to \(length)"
                        )
                    } catch let error as DiskImageError {
                        #expect(error.file.hasSuffix("/image"), "\(seed) to \(length): \(error)")
                        #expect(
                            [.truncated, .unknownFormat, .damaged].contains(error.kind),
                            "\(seed) to \(length): \(error)")
                    }
                }
            }
        }
    }

    @Test("a qcow2 header that cannot be is refused at the field that is wrong")
    func qcow2Header() async throws {
        let wrong: [(offset: Int, bytes: [UInt8], at: UInt64?, kind: DiskImageError.Kind)] = [
            (4, [0, 0, 0, 1], 4, .unsupported), (4, [0, 0, 0, 4], 4, .unsupported),
            (20, [0, 0, 0, 8], 20, .damaged), (20, [0, 0, 0, 22], 20, .damaged),
            (20, [255, 255, 255, 255], 20, .damaged),
            (24, [0x7F, 255, 255, 255, 255, 255, 255, 255], 36, .damaged), (24, [0xFF], 24, .damaged),
            (32, [0, 0, 0, 1], 32, .unsupported), (32, [0, 0, 0, 2], 32, .unsupported),
            (36, [0, 0, 0, 1], 36, .damaged), (36, [255, 255, 255, 255], 36, .limit),
            (40, [0, 0, 0, 0, 0, 0, 0, 1], 40, .damaged),
            (40, [0xFF, 255, 255, 255, 255, 255, 254, 0], nil, .truncated),
            (8, [0, 0, 0, 0, 0, 0, 2, 0], 16, .damaged), (8, [0xFF], 16, .damaged),
            (75, [1], 72, .unsupported), (79, [4], 72, .unsupported), (79, [16], 72, .unsupported),
            (79, [8], 104, .damaged), (79, [32], 72, .unsupported), (96, [0, 0, 0, 7], 96, .damaged),
            (100, [0, 0, 0, 103], 100, .damaged), (100, [255, 255, 255, 248], 100, .damaged), (104, [1], 104, .damaged),
        ]
        try await Workshop.open { shop in
            let seeds = try await Seeds.make(in: shop)
            for (offset, change, place, kind) in wrong {
                var bytes = try seeds.bytes("v3")
                bytes.replaceSubrange(offset..<(offset + change.count), with: change)
                let error = try seeds.error(of: bytes, as: .qcow2)
                #expect(error.kind == kind, "\(offset): \(error)")
                if let place { #expect(error.offset == place, "\(offset): \(error)") }
            }
        }
    }

    @Test("features are refused by name")
    func features() async throws {
        try await Workshop.open { shop in
            let seeds = try await Seeds.make(in: shop)
            let subclusters = try seeds.error(of: shop.bytes(of: "qcow2/subclusters"), as: .qcow2)
            #expect(subclusters.kind == .unsupported && subclusters.found.contains("subclusters"))
            var bytes = try seeds.bytes("v3")
            bytes[79] = 32
            #expect(try seeds.error(of: bytes, as: .qcow2).found.contains("feature 5"))
            try await shop.run(
                "qemu-img",
                ["create", "-q", "-f", "qcow2", "-o", "data_file=\(shop.path("data"))", shop.path("x"), "1M"])
            let external = #expect(throws: DiskImageError.self) { try shop.image("x") }
            #expect(external?.found.contains("external data file") == true)
            // qemu-img measures the CPU to make a LUKS image, and gives up on a busy machine.
            bytes = try seeds.bytes("v3")
            bytes[35] = 2
            #expect(try seeds.error(of: bytes, as: .qcow2).found == "LUKS encryption")
        }
    }

    @Test("tables of qcow2 that lead astray are refused where they do")
    func qcow2Tables() async throws {
        try await Workshop.open { shop in
            let seeds = try await Seeds.make(in: shop)
            let whole = try seeds.bytes("v3")
            let l1 = whole.big(at: 40)
            let l2 = whole.big(at: l1) & 0xFF_FFFF_FFFF
            let entry = try #require((0..<64).map { l2 + 8 * $0 }.first { whole.big(at: $0) != 0 })
            let changes: [(Int, UInt64, DiskImageError.Kind)] = [
                (l1, 0x8000_00FF_FFFF_FE00, .truncated),
                (entry, 0x80FF_FFFF_FFFF_FE00, .truncated), (entry, 0xC000_0000_0000_0000, .truncated),
                (entry, 0x7FFF_FFFF_FFFF_FFFF, .truncated), (entry, 0x4000_0000_0000_0400, .damaged),
            ]
            for (place, value, kind) in changes {
                var bytes = whole
                bytes.put(big: value, at: place)
                let error = try seeds.error(of: bytes, as: .qcow2)
                #expect(error.kind == kind, "\(String(value, radix: 16)): \(error)")
                #expect(error.offset != nil)
            }
            var odd = try seeds.bytes("zlib")
            odd.put(big: 0x8000_0000_0000_0200 as UInt64, at: odd.big(at: 40))
            #expect(try seeds.error(of: odd, as: .qcow2).structure == "L1 entry 0")
            // Every L1 entry leads to one L2 table: more tables than the file has room for.
            var loop = whole
            loop.put(big: 60_000_000 as UInt64, at: 24)
            loop.put(big: 2000 as UInt32, at: 36)
            loop.put(big: UInt64(loop.count), at: 40)
            loop += (0..<2000).flatMap { _ in whole[l1..<(l1 + 8)] }
            #expect(try seeds.error(of: loop, as: .qcow2).structure == "L1 table")
        }
    }

    @Test("a VMDK header that cannot be is refused at the field that is wrong")
    func sparseHeader() async throws {
        let wrong: [(offset: Int, bytes: [UInt8], at: UInt64, kind: DiskImageError.Kind)] = [
            (0, [0x4C], 0, .unknownFormat), (4, [0, 0, 0, 0], 4, .damaged), (4, [4], 4, .damaged),
            (12, [255, 255, 255, 255, 255, 255, 255, 255], 12, .damaged), (12, [0, 0, 0, 0, 0, 0x10], 12, .limit),
            (12, [0, 0, 0, 0x10], 56, .truncated),
            (20, [0], 20, .damaged), (20, [9], 20, .damaged), (20, [0, 0, 0, 1], 20, .damaged),
            (28, [255, 255, 255, 255], 28, .truncated), (36, [0, 0, 0, 0, 1], 36, .limit),
            (44, [0, 0, 0, 0], 44, .damaged),
            (44, [1, 2], 44, .damaged), (56, [0], 56, .truncated), (56, [255, 255, 255, 255], 56, .truncated),
            (73, [0x0D], 73, .damaged), (77, [2], 77, .damaged),
        ]
        try await Workshop.open { shop in
            let seeds = try await Seeds.make(in: shop)
            for (offset, change, place, kind) in wrong {
                var bytes = try seeds.bytes("sparse")
                bytes.replaceSubrange(offset..<(offset + change.count), with: change)
                let error = try seeds.error(of: bytes, as: .vmdk)
                #expect(error.kind == kind && error.offset == place, "\(offset): \(error)")
            }
        }
    }

    @Test("tables and grains of a VMDK that lead astray are refused where they do")
    func sparseTables() async throws {
        try await Workshop.open { shop in
            let seeds = try await Seeds.make(in: shop)
            for (value, kind) in [
                (1 as UInt32, DiskImageError.Kind.damaged), (0x7FFF_FFFF, .truncated), (.max, .truncated),
            ] {
                var bytes = try seeds.bytes("sparse")
                let table = bytes.little(at: bytes.little(at: 56) * 512) * 512
                bytes.put(value, at: table)
                let error = try seeds.error(of: bytes, as: .vmdk)
                #expect(error.kind == kind && error.offset == UInt64(table), "\(error)")
            }
            let grain = 2 * 512
            let changes: [(Int, [UInt8], String)] = [
                (grain, [8], "grain marker"), (grain + 8, [0, 0, 0, 0], "grain marker"),
                (grain + 8, [255, 255, 255, 255], "grain marker"), (grain + 8, [5], "compressed grain"),
                (grain + 14, [0xFF, 0xFF], "compressed grain"),
            ]
            for (place, change, structure) in changes {
                var bytes = try seeds.bytes("stream")
                bytes.replaceSubrange(place..<(place + change.count), with: change)
                let error = try seeds.error(of: bytes, as: .vmdk)
                #expect(error.structure == structure && error.offset != nil, "\(error)")
            }
        }
    }

    @Test("a block that inflates to more than its place is refused")
    func bomb() async throws {
        try await Workshop.open { shop in
            let seeds = try await Seeds.make(in: shop)
            // A megabyte of zeros in a grain of 4 KiB.
            let script = "import zlib,sys; sys.stdout.write(zlib.compress(bytes(1<<20), 9).hex())"
            let bomb = try await shop.run("python3", ["-c", script]).hexadecimal
            var bytes = try seeds.bytes("stream")
            let end = bytes.count / 512
            bytes += [UInt8](repeating: 0, count: 12) + bomb
            bytes.put(UInt32(bomb.count), at: end * 512 + 8)
            bytes += [UInt8](repeating: 0, count: 512 - bytes.count % 512)
            // The front header has the directory's place instead of the footer's.
            let footer = Array(bytes[((end - 2) * 512)..<((end - 1) * 512)])
            bytes.replaceSubrange(0..<512, with: footer)
            bytes.put(UInt32(end), at: bytes.little(at: bytes.little(at: 56) * 512) * 512)
            let error = try seeds.error(of: bytes, as: .vmdk)
            #expect(error.structure == "compressed grain" && error.found == "more than that", "\(error)")
        }
    }

    @Test("a descriptor that cannot be is refused with its line")
    func descriptors() async throws {
        let head = "# Disk DescriptorFile\nversion=1\ncreateType=\"custom\"\n"
        let wrong: [(String, DiskImageError.Kind)] = [
            (head, .damaged), (head + "RW\n", .damaged), (head + "RW x FLAT \"base\"\n", .damaged),
            (head + "RW -1 FLAT \"base\"\n", .damaged), (head + "RW 9999999999999999999 FLAT \"base\"\n", .damaged),
            (head + "RW 8 FLAT\n", .damaged), (head + "RW 8 FLAT \"base\" -7\n", .damaged),
            (head + "RW 8 FLAT \"gone\" 0\n", .missingFile), (head + "RW 4096 FLAT \"base\" 0\n", .truncated),
            (head + "RW 8 FLAT \"base\" 999999999\n", .truncated), (head + "RW 8 SPARSE \"base\"\n", .damaged),
            (head + "RW 8 VMFSSPARSE \"base\"\n", .unsupported), (head + "NOACCESS 8 FLAT \"base\"\n", .unsupported),
            (head + "CID=xyz\nRW 8 FLAT \"base\"\n", .damaged), (head + "RW 8 FLAT \"/etc/passwd\"\n", .outsideFolder),
            (head + "parentCID=12345678\nRW 8 FLAT \"base\"\n", .damaged),
            (head + String(repeating: "RW 18014398509481983 ZERO\n", count: 3), .damaged),
            (head + String(repeating: "RW 1 ZERO\n", count: 40_000), .damaged),
            (head + String(repeating: "# nothing\n", count: 500_000), .limit),
        ]
        try await Workshop.open { shop in
            let seeds = try await Seeds.make(in: shop)
            for (text, kind) in wrong {
                let error = try seeds.error(of: Array(text.utf8), as: .vmdk)
                #expect(error.kind == kind, "\(text.prefix(120)): \(error)")
            }
        }
    }

    @Test("random damage is an error or another disk, never a crash")
    func randomDamage() async throws {
        try await Workshop.open { shop in
            let seeds = try await Seeds.make(in: shop)
            var random = SeededGenerator(7)
            var refused = 0
            for seed in Seeds.qcow2 + Seeds.sparse + Seeds.described {
                let whole = try seeds.bytes(seed)
                for _ in 0..<60 {
                    var bytes = whole
                    for _ in 0..<Int.random(in: 1...4, using: &random) {
                        // Headers and tables are in front.
                        let place = Int.random(in: 0..<min(bytes.count, 6000), using: &random)
                        bytes[place] =
                            [0, 1, 0x7F, 0xFF, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random)
                            ?? 0
                    }
                    do {
                        let name = "\(Seeds.format(of: seed))/image"
                        try shop.put(bytes, in: name)
                        let image = try ImageFile.open(shop.path(name), as: Seeds.format(of: seed))
                        _ = ImageInspection.inspect(image)
                        guard image.capacity < 1 << 30 else { continue }
                        try image.readAll()
                    } catch let error as DiskImageError {
                        refused += 1
                        #expect(!error.expected.isEmpty && !error.found.isEmpty)
                    }
                }
            }
            #expect(refused > 50)
        }
    }

    @Test("random damage to what is on a disk leaves an inspection, never a crash")
    func randomDamageInside() async throws {
        try await Workshop.open { shop in
            _ = try await Seeds.make(in: shop)
            var random = SeededGenerator(11)
            let disks = [
                try shop.bytes(of: "raw/gpt"), try shop.bytes(of: "raw/mbr"),
                NTFSFixture.volume(drivers: ["viostor.sys"]),
            ]
            for whole in disks {
                // Where the disk says something; zeros elsewhere teach nothing.
                let places = whole.indices.filter { whole[$0] != 0 }
                for _ in 0..<100 {
                    var bytes = whole
                    for _ in 0..<Int.random(in: 1...6, using: &random) {
                        let place = places.randomElement(using: &random) ?? 0
                        bytes[place] =
                            [0, 1, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random)
                            ?? 0
                    }
                    try shop.put(bytes, in: "raw/image")
                    let inspection = ImageInspection.inspect(try ImageFile.open(shop.path("raw/image"), as: .raw))
                    #expect(inspection.capacity == UInt64(whole.count))
                }
            }
        }
    }
}

extension String {
    /// Pairs of digits as bytes.
    fileprivate var hexadecimal: [UInt8] {
        let digits = Array(utf8).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }
}
