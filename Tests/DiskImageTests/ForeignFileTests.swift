import DiskImage
import Foundation
import Testing

@Suite("Files that are no disk")
struct ForeignFileTests {
    private func error(of bytes: [UInt8], _ shop: Workshop, as name: String = "file") throws -> DiskImageError {
        try shop.put(bytes, in: name)
        return try #require(throws: DiskImageError.self) { try shop.image(name) }
    }

    @Test(
        "text is named for what it is",
        arguments: [
            ("", "an empty file"), ("<html><head><title>404 Not Found</title></head></html>\n", "an HTML page"),
            ("\u{FEFF}\n <!DOCTYPE html>\n<html lang=\"en\">", "an HTML page"),
            (
                "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123456789\n",
                "a Git LFS pointer, not the image that it stands for"
            ),
            ("<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>", "an XML document"),
            (
                "<?xml version=\"1.0\"?><Envelope xmlns=\"http://schemas.dmtf.org/ovf/envelope/1\"/>",
                "an OVF descriptor"
            ),
            ("<domain type=\"kvm\"><name>a</name></domain>", "a libvirt domain"),
            ("{\"error\": {\"code\": 404}}", "a JSON document"), ("just a note\n", "a text file"),
            ("404: Not Found", "a text file"),
            ("%PDF-1.7\n", "a PDF document"),
        ])
    func text(_ text: String, _ name: String) async throws {
        try await Workshop.open { shop in
            let error = try error(of: Array(text.utf8), shop)
            #expect(error.kind == .unknownFormat && error.found == name, "\(error)")
            #expect(error.hint != nil)
            // Who knows better says so.
            #expect(try ImageFile.open(shop.path("file"), as: .raw).format == .raw)
        }
    }

    @Test("what packs a disk is named, as the programs write it")
    func archives() async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 1 << 20, pieces: 3, seed: 9), to: "disk.raw")
            let packers: [(String, [String], String)] = [
                ("gzip", ["-kf"], "gz"), ("xz", ["-kf"], "xz"), ("zstd", ["-qkf"], "zst"), ("bzip2", ["-kf"], "bz2"),
            ]
            var tried = 0
            for (program, arguments, ending) in packers {
                guard (try? await shop.run("sh", ["-c", "command -v \(program)"])) != nil else { continue }
                try await shop.run(program, arguments + [shop.path("disk.raw")])
                let error = try #require(throws: DiskImageError.self) { try shop.image("disk.raw.\(ending)") }
                #expect(error.found.contains(program == "gzip" ? "gzip" : program), "\(error)")
                tried += 1
            }
            #expect(tried > 0)
            try await shop.run("tar", ["-C", shop.folder.path, "-cf", shop.path("disk.tar"), "disk.raw"])
            #expect(
                try #require(throws: DiskImageError.self) { try shop.image("disk.tar") }.found.contains("tar archive"))
        }
    }

    @Test(
        "disks of other hypervisors are named, a fixed VHD by its end",
        arguments: [
            ("vpc", ["-o", "subformat=dynamic"], "a VHD image"),
            ("vpc", ["-o", "subformat=fixed"], "a VHD image of fixed size"),
            ("vhdx", [], "a VHDX image"), ("vdi", [], "a VDI image"), ("qed", [], "a QED image"),
            ("parallels", [], "a Parallels image"),
        ])
    func others(_ format: String, _ options: [String], _ name: String) async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 3 << 20, pieces: 3, seed: 5), to: "disk.raw")
            try await shop.convert("disk.raw", ["-O", format] + options, to: "disk")
            let error = try #require(throws: DiskImageError.self) { try shop.image("disk") }
            #expect(error.found.hasPrefix(name), "\(error)")
            #expect(error.hint?.contains("qemu-img convert -f \(format)") == true)
            // And the hint works.
            try await shop.convert("disk", ["-O", "qcow2"], to: "disk.qcow2", from: format)
            #expect(try shop.image("disk.qcow2").capacity >= 3 << 20)
        }
    }

    @Test("what is on a disk does not make it foreign: no false alarm for disks that begin with text")
    func textOnDisks() async throws {
        try await Workshop.open { shop in
            var bytes = Array("just a note\n".utf8)
            bytes += [UInt8](repeating: 0, count: 4096 - bytes.count)
            try shop.put(bytes, in: "disk")
            #expect(try shop.image("disk").format == .raw)
        }
    }

    @Test("a name that says something else is told, and a file that is nothing known is an error")
    func names() async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 1 << 20, pieces: 3, seed: 6), to: "lost.qcow2")
            try await shop.run("qemu-img", ["create", "-q", "-f", "qcow2", shop.path("disk.vmdk"), "1M"])
            try await shop.run("qemu-img", ["create", "-q", "-f", "qcow2", shop.path("disk.img"), "1M"])
            func named(_ file: String) throws -> [ImageLint.Problem] {
                ImageLint(.inspect(try shop.image(file)), for: .kvm).problems.filter { $0.rule == .name }
            }
            #expect(try named("lost.qcow2").map(\.severity) == [.error])
            #expect(try named("disk.vmdk").map(\.severity) == [.warning])
            #expect(try named("disk.vmdk").first?.mend.contains("--disk-format qcow2") == true)
            #expect(try named("disk.img").isEmpty)
        }
    }

    @Test("a disk with nothing to start from is told")
    func content() async throws {
        try await Workshop.open { shop in
            try shop.write(Layout(size: 1 << 20), to: "empty.raw")
            let empty = ImageLint(.inspect(try shop.image("empty.raw")), for: .kvm)
            #expect(empty.problems.map(\.rule) == [.content] && empty.isUsable)
            try shop.write(Layout(size: 1 << 20, pieces: [.init(start: 510, bytes: [0x55, 0xAA])]), to: "boot.raw")
            #expect(ImageLint(.inspect(try shop.image("boot.raw")), for: .kvm).problems.isEmpty)
        }
    }

    @Test("a partition table for sectors of 4096 bytes is read, and told")
    func sectors() async throws {
        try await Workshop.open { shop in
            try await shop.run("python3", ["-c", Self.gptOf4096, shop.path("disk.raw")])
            let found = ImageInspection.inspect(try shop.image("disk.raw"))
            #expect(found.partitionTable?.sectorSize == 4096)
            #expect(found.partitionTable?.partitions.map(\.start) == [256 * 4096, 2048 * 4096])
            #expect(found.findings.isEmpty, "\(found.findings)")
            let lint = ImageLint(found, for: .kvm)
            #expect(lint.problems.filter { $0.severity == .error }.map(\.rule) == [.sectors])
        }
    }

    /// UEFI Specification 2.10, chapter 5, on a disk of 64 MiB; Debian 12's sfdisk takes no size of sectors.
    private static let gptOf4096 = """
        import struct, sys, uuid, zlib
        sector, sectors = 4096, 16384
        kinds = ("C12A7328-F81F-11D2-BA4B-00A0C93EC93B", "0FC63DAF-8483-4772-8E79-3D69D8477DE4")
        def entry(kind, first, last, name):
            return uuid.UUID(kind).bytes_le + uuid.uuid4().bytes_le + struct.pack("<QQQ", first, last, 0) \
                + name.encode("utf-16-le").ljust(72, b"\\0")
        entries = (entry(kinds[0], 256, 1279, "efi") + entry(kinds[1], 2048, 10239, "root")).ljust(128 * 128, b"\\0")
        def header(mine, other, table):
            head = lambda sum: struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, sum, 0, mine, other, 6,
                sectors - 6, uuid.uuid5(uuid.NAMESPACE_DNS, "disk").bytes_le, table, 128, 128, zlib.crc32(entries))
            return head(zlib.crc32(head(0)))
        with open(sys.argv[1], "wb") as disk:
            disk.truncate(sector * sectors)
            disk.seek(446), disk.write(struct.pack("<B3sB3sII", 0, b"", 0xEE, b"", 1, sectors - 1))
            disk.seek(510), disk.write(b"\\x55\\xaa")
            disk.seek(sector), disk.write(header(1, sectors - 1, 2))
            disk.seek(2 * sector), disk.write(entries)
            disk.seek((sectors - 5) * sector), disk.write(entries)
            disk.seek((sectors - 1) * sector), disk.write(header(sectors - 1, 1, sectors - 5))
        """
}
