import DiskImage
import Foundation
import Testing

@Suite("Images that draw in other files")
struct BackingChainTests {
    /// Overlays of qemu on top of each other, each with writes of its own.
    private func chain(_ shop: Workshop, sizes: [UInt64], format: String, options: [String] = []) async throws -> String
    {
        try shop.write(.random(size: sizes[0], pieces: 8, longest: 60_000, seed: 3), to: "0.raw")
        var below = ("0.raw", "raw")
        if format == "vmdk" {
            try await shop.convert("0.raw", ["-O", "vmdk"], to: "0.vmdk")
            below = ("0.vmdk", "vmdk")
        }
        for (index, size) in sizes.enumerated().dropFirst() {
            let name = "\(index).\(format)"
            let bytes = format == "vmdk" ? [] : ["\(size)"]
            try await shop.run(
                "qemu-img",
                ["create", "-q", "-f", format, "-b", below.0, "-F", below.1] + options + [shop.path(name)] + bytes)
            let commands = [
                "write -q -P \(index) \(index * 77_824) 40960", "write -q -z \(index * 200_704) 65536",
                "write -q -P \(index + 9) \((min(size, sizes[0]) - 8192)) 8192",
            ]
            try await shop.run("qemu-io", ["-f", format] + commands.flatMap { ["-c", $0] } + [shop.path(name)])
            below = (name, format)
        }
        return below.0
    }

    @Test(
        "a chain is read as qemu-img reads it",
        arguments: [
            ([3 << 20, 3 << 20, 3 << 20], "qcow2"), ([1 << 20, 4 << 20, 2 << 20], "qcow2"),
            ([3 << 20, 1 << 20, 5 << 20], "qcow2"), ([3 << 20, 3 << 20, 3 << 20], "vmdk"),
        ] as [([UInt64], String)])
    func chain(_ sizes: [UInt64], _ format: String) async throws {
        try await Workshop.open { shop in
            let top = try await chain(shop, sizes: sizes, format: format)
            let expected = try await shop.raw(of: top, format: format)
            let image = try shop.image(top)
            #expect(try firstDifference(image, shop.image(expected), step: 33_333) == nil)
            #expect(image.files.count == 3)
            #expect(image.files.dropFirst().allSatisfy { $0.role == .backing })
        }
    }

    @Test("a chain that leads back to itself is refused")
    func loop() async throws {
        try await Workshop.open { shop in
            for name in ["a", "b"] {
                try await shop.run("qemu-img", ["create", "-q", "-f", "qcow2", shop.path(name), "1M"])
            }
            for (name, base) in [("a", "b"), ("b", "a")] {
                try await shop.run(
                    "qemu-img", ["rebase", "-u", "-f", "qcow2", "-b", base, "-F", "qcow2", shop.path(name)])
            }
            let error = #expect(throws: DiskImageError.self) { try shop.image("a") }
            #expect(error?.kind == .damaged)
            #expect(error?.structure == "backing chain")
        }
    }

    @Test("a chain without end in sight is refused")
    func depth() async throws {
        try await Workshop.open { shop in
            try await shop.run("qemu-img", ["create", "-q", "-f", "qcow2", shop.path("0"), "1M"])
            try await shop.run(
                "qemu-img", ["create", "-q", "-f", "qcow2", "-b", "00", "-F", "qcow2", "-u", shop.path("model"), "1M"])
            let model = try shop.bytes(of: "model")
            let place = try #require(model.firstRange(of: "00".utf8))
            for index in 1..<80 {
                var bytes = model
                bytes.replaceSubrange(place, with: Array(String(format: "%02d", index + 1).utf8))
                try shop.put(bytes, in: String(format: "%02d", index))
            }
            let error = #expect(throws: DiskImageError.self) { try shop.image("01") }
            #expect(error?.kind == .limit)
        }
    }

    @Test("a file outside of the image's folder is read only if the caller says so", arguments: ["qcow2", "vmdk"])
    func outside(_ format: String) async throws {
        try await Workshop.open { shop in
            try FileManager.default.createDirectory(
                at: shop.folder.appending(path: "in"), withIntermediateDirectories: false)
            try shop.write(.random(size: 65_536, pieces: 2, seed: 8), to: "secret")
            for name in [shop.path("secret"), "../secret", "./x/../../secret"] {
                if format == "qcow2" {
                    try await shop.run(
                        "qemu-img",
                        ["create", "-q", "-f", "qcow2", "-u", "-b", name, "-F", "raw", shop.path("in/image"), "64k"])
                } else {
                    try shop.put(
                        "# Disk DescriptorFile\nversion=1\ncreateType=\"monolithicFlat\"\nRW 128 FLAT \"\(name)\" 0\n",
                        in: "in/image")
                }
                let error = #expect(throws: DiskImageError.self) { try shop.image("in/image") }
                #expect(error?.kind == .outsideFolder)
                guard !name.hasPrefix("./") else { continue }
                let image = try shop.image("in/image", references: .anywhere)
                #expect(try firstDifference(image, shop.image("secret")) == nil)
            }
        }
    }

    @Test("an absolute path into the image's own folder is followed")
    func absoluteInside() async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 65_536, pieces: 2, seed: 8), to: "base")
            try await shop.run(
                "qemu-img", ["create", "-q", "-f", "qcow2", "-b", shop.path("base"), "-F", "raw", shop.path("top")])
            #expect(try firstDifference(shop.image("top"), shop.image("base")) == nil)
        }
    }

    @Test("a backing file that is gone, or no file, is told")
    func missing() async throws {
        try await Workshop.open { shop in
            for (base, kind) in [("gone", DiskImageError.Kind.missingFile), ("nbd://host/disk", .unsupported)] {
                try await shop.run(
                    "qemu-img", ["create", "-q", "-f", "qcow2", "-u", "-b", base, "-F", "raw", shop.path("top"), "1M"])
                let error = #expect(throws: DiskImageError.self) { try shop.image("top") }
                #expect(error?.kind == kind)
            }
        }
    }

    @Test("a parent that was written to since is refused")
    func changedParent() async throws {
        try await Workshop.open { shop in
            let top = try await chain(shop, sizes: [1 << 20, 1 << 20], format: "vmdk")
            _ = try shop.image(top)
            var bytes = try shop.bytes(of: "0.vmdk")
            let place = try #require(bytes.firstRange(of: "\nCID=".utf8)).upperBound
            bytes[place] = bytes[place] == 0x31 ? 0x32 : 0x31
            try shop.put(bytes, in: "0.vmdk")
            let error = #expect(throws: DiskImageError.self) { try shop.image(top) }
            #expect(error?.structure == "CID")
        }
    }
}
