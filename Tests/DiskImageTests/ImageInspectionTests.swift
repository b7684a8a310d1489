import DiskImage
import Foundation
import Testing

@Suite("Inspection of images")
struct ImageInspectionTests {
    /// A partitioned disk with an ext4 volume that looks like a Debian's root.
    private func debianDisk(_ shop: Workshop, label: String = "gpt", name: String = "disk.raw") async throws {
        let root = shop.folder.appending(path: "root")
        for folder in ["etc", "usr/lib"] {
            try FileManager.default.createDirectory(
                at: root.appending(path: folder), withIntermediateDirectories: true)
        }
        try shop.put(
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nID=debian\n",
            in: "root/usr/lib/os-release")
        try FileManager.default.createSymbolicLink(
            atPath: shop.path("root/etc/os-release"), withDestinationPath: "../usr/lib/os-release")
        try shop.put("# comment\nUUID=1234 / ext4 defaults 0 1\n\n/dev/vdb1 none swap sw 0 0\n", in: "root/etc/fstab")
        for index in 0..<300 { try shop.put("x", in: "root/usr/lib/file-with-a-long-name-\(index)") }
        try shop.write(Layout(size: 64 << 20), to: name)
        let script =
            label == "gpt"
            ? "label: gpt\nstart=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649\n"
                + "start=4096, size=8192, type=U, name=efi\nstart=16384, size=98304, type=L, name=root\n"
            : "label: dos\nstart=2048, size=8192, type=c\nstart=16384, size=100000, type=5\nstart=18432, size=90112, type=83\n"
        try shop.put(script, in: "script")
        try await shop.run("sh", ["-c", "/usr/sbin/sfdisk -q \(shop.path(name)) < \(shop.path("script"))"])
        let start = label == "gpt" ? 16_384 : 18_432
        try await shop.run(
            "/usr/sbin/mke2fs",
            [
                "-q", "-t", "ext4", "-L", "rootfs", "-d", shop.path("root"), "-E", "offset=\(start * 512)",
                shop.path(name), "40000k",
            ])
        try await shop.run(
            "/usr/sbin/mkfs.vfat", ["--offset", label == "gpt" ? "4096" : "2048", shop.path(name), "4096"])
    }

    @Test("partitions, file systems and the guest are told in every format", arguments: ["raw", "qcow2", "vmdk"])
    func guest(_ format: String) async throws {
        try await Workshop.open { shop in
            try await debianDisk(shop)
            try await shop.convert("disk.raw", ["-O", format], to: "image")
            let found = ImageInspection.inspect(try shop.image("image"))
            #expect(found.format.rawValue == format)
            #expect(found.isSound, "\(found.findings)")
            #expect(found.partitionTable?.kind == .gpt)
            let partitions = try #require(found.partitionTable?.partitions)
            let sectors = partitions.map { $0.start / 512 }
            let types = partitions.map { $0.fileSystem?.type ?? "none" }
            #expect(sectors == [2048, 4096, 16_384])
            #expect(types == ["none", "vfat", "ext4"])
            #expect(partitions[2].fileSystem?.label == "rootfs")
            #expect(partitions[1].name == "efi")
            #expect(found.guest.family == .linux)
            #expect(found.guest.distribution?.id == "debian")
            #expect(found.guest.distribution?.version == "12")
            #expect(found.guest.mounts == ["UUID=1234 on /", "/dev/vdb1 on none"])
            // sfdisk writes no boot code: only UEFI finds something to start.
            #expect(found.guest.firmware == .uefi)
            #expect(found.allocated > 0 && found.allocated < found.capacity)
            #expect(found.description.contains("Debian GNU/Linux 12 (bookworm)"))
        }
    }

    @Test("logical partitions of an MBR are found")
    func logical() async throws {
        try await Workshop.open { shop in
            try await debianDisk(shop, label: "dos")
            let found = ImageInspection.inspect(try shop.image("disk.raw"))
            #expect(found.partitionTable?.kind == .mbr)
            #expect(found.partitionTable?.partitions.map(\.number) == [1, 2, 5])
            #expect(found.partitionTable?.partitions.map(\.type) == ["0x0C", "0x05", "0x83"])
            #expect(found.guest.distribution?.id == "debian")
        }
    }

    @Test("a GPT that was cut, grown or written over is told")
    func partitionFaults() async throws {
        try await Workshop.open { shop in
            try await debianDisk(shop)
            let whole = try shop.bytes(of: "disk.raw")
            try shop.put(Array(whole.dropLast(1 << 20)), in: "cut.raw")
            try shop.put(whole + [UInt8](repeating: 0, count: 1 << 20), in: "grown.raw")
            var changed = whole
            changed[1024 + 40] ^= 1
            try shop.put(changed, in: "changed.raw")
            for (name, word) in [("cut", "the disk was cut"), ("grown", "made larger"), ("changed", "checksum")] {
                let found = ImageInspection.inspect(try shop.image("\(name).raw"))
                #expect(found.findings.contains { $0.text.contains(word) }, "\(name): \(found.findings)")
            }
        }
    }

    @Test("file systems are known by their superblocks")
    func fileSystems() async throws {
        try await Workshop.open { shop in
            let makers: [(String, String, [String])] = [
                ("ext2", "/usr/sbin/mke2fs", ["-q", "-t", "ext2", "-F"]),
                ("ext3", "/usr/sbin/mke2fs", ["-q", "-t", "ext3", "-F"]),
                ("vfat", "/usr/sbin/mkfs.vfat", []), ("swap", "/usr/sbin/mkswap", ["-q"]),
            ]
            for (type, program, arguments) in makers {
                try shop.write(Layout(size: 32 << 20), to: "disk")
                try await shop.run(program, arguments + [shop.path("disk")])
                #expect(ImageInspection.inspect(try shop.image("disk")).fileSystem?.type == type)
            }
        }
    }

    @Test("a VMDK's descriptor is told")
    func descriptor() async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 1 << 20, pieces: 3, seed: 4), to: "disk.raw")
            try await shop.convert(
                "disk.raw", ["-O", "vmdk", "-o", "subformat=streamOptimized,adapter_type=lsilogic,hwversion=14"],
                to: "a.vmdk")
            let found = ImageInspection.inspect(try shop.image("a.vmdk"))
            #expect(found.subtype == "streamOptimized")
            #expect(found.adapterType == "lsilogic")
            #expect(found.hardwareVersion == "14")
            #expect(found.toolsVersion == "2147483647")
            #expect(found.isSound)
        }
    }

    @Test("dirty and corrupt marks of qcow2 are told")
    func marks() async throws {
        try await Workshop.open { shop in
            try await shop.run("qemu-img", ["create", "-q", "-f", "qcow2", shop.path("a"), "1M"])
            var bytes = try shop.bytes(of: "a")
            bytes[79] = 1
            try shop.put(bytes, in: "a")
            let dirty = ImageInspection.inspect(try shop.image("a"))
            #expect(dirty.qcow2?.isDirty == true)
            #expect(dirty.isSound && !dirty.findings.isEmpty)
            bytes[79] = 2
            try shop.put(bytes, in: "a")
            #expect(!ImageInspection.inspect(try shop.image("a")).isSound)
        }
    }

    @Test("a redundant grain table that differs is found")
    func redundancy() async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 1 << 20, pieces: 3, seed: 4), to: "disk.raw")
            try await shop.convert("disk.raw", ["-O", "vmdk"], to: "a.vmdk")
            #expect(ImageInspection.inspect(try shop.image("a.vmdk")).findings.isEmpty)
            var bytes = try shop.bytes(of: "a.vmdk")
            let directory = bytes.little(at: 48) * 512
            let table = bytes.little(at: directory) * 512
            bytes[table] ^= 0x80
            try shop.put(bytes, in: "a.vmdk")
            let found = ImageInspection.inspect(try shop.image("a.vmdk"))
            #expect(found.findings.contains { $0.text.contains("grain table 0 differs") })
            #expect(!found.isSound)
        }
    }

    @Test("clusters that share a place of the file are found")
    func overlap() async throws {
        try await Workshop.open { shop in
            try shop.write(.random(size: 1 << 20, pieces: 3, seed: 4), to: "disk.raw")
            try await shop.convert("disk.raw", ["-O", "qcow2"], to: "a")
            var bytes = try shop.bytes(of: "a")
            let l1 = bytes.big(at: 40)
            let l2 = bytes.big(at: l1) & 0xFF_FFFF_FFFF
            let entry = Array(bytes[l2..<(l2 + 8)])
            let other = try #require((1..<16).first { bytes.big(at: l2 + 8 * $0) != 0 })
            bytes.replaceSubrange((l2 + 8 * other)..<(l2 + 8 * other + 8), with: entry)
            try shop.put(bytes, in: "a")
            let found = ImageInspection.inspect(try shop.image("a"))
            #expect(found.findings.contains { $0.text.contains("share this place") }, "\(found.findings)")
        }
    }

    @Test("Windows is told with and without virtio drivers", arguments: [true, false])
    func windows(_ hasDriver: Bool) async throws {
        try await Workshop.open { shop in
            try shop.put(
                NTFSFixture.volume(drivers: hasDriver ? ["disk.sys", "viostor.sys"] : ["disk.sys"]), in: "disk")
            let found = ImageInspection.inspect(try shop.image("disk"))
            #expect(found.fileSystem?.type == "ntfs")
            #expect(found.guest.family == .windows)
            #expect(found.guest.hasVirtioDrivers == hasDriver, "\(found.guest.unknown)")
        }
    }
}
