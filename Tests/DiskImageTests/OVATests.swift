import DiskImage
import Foundation
import ImageMeta
import SeededGenerator
import Testing

@Suite("OVAs")
struct OVATests {
    private static let stream = ["-O", "vmdk", "-o", "subformat=streamOptimized,adapter_type=lsilogic"]

    private func disks(_ shop: Workshop, _ names: [String] = ["disk1.vmdk"], _ arguments: [String] = stream)
        async throws
    {
        for (index, name) in names.enumerated() {
            var layout = Layout.random(size: 4 << 20, pieces: 4, seed: UInt64(20 + index))
            layout.pieces.append(.init(start: 510, bytes: [0x55, 0xAA]))
            try shop.write(layout, to: "\(name).raw")
            try await shop.convert("\(name).raw", arguments, to: name)
        }
    }

    @Test("the disk is read in its place, whatever tar wrote", arguments: ["ustar", "gnu", "posix"])
    func inPlace(_ format: String) async throws {
        try await Workshop.open { shop in
            try await disks(shop)
            try await OVAFixture().pack(["disk1.vmdk"], in: shop, format: format)
            let image = try shop.image("vm.ova")
            #expect(image.format == .vmdk && image.capacity == 4 << 20)
            #expect(try firstDifference(image, shop.image("disk1.vmdk.raw")) == nil)
            #expect(image.files.map(\.path) == [shop.path("vm.ova")])
        }
    }

    @Test("what its OVF says becomes properties, and disk and manifest are compared")
    func properties() async throws {
        try await Workshop.open { shop in
            try await disks(shop)
            try await OVAFixture().pack(["disk1.vmdk"], in: shop)
            let found = ImageInspection.inspect(try shop.image("vm.ova"))
            #expect(found.isSound && found.findings.isEmpty, "\(found.findings)")
            #expect(found.ova?.disk == "disk1.vmdk" && found.ova?.manifest == "vm.mf")
            #expect(found.ova?.hardware.system == "Debian & GNU/Linux 10 (64-bit)")
            #expect(found.ova?.hardware.hardware == "vmx-13")
            let properties = ImageProperties(of: found)
            #expect(
                properties.values == [
                    "img_hv_type": "vmware", "vmware_disktype": "streamOptimized", "vmware_adaptertype": "paraVirtual",
                    "hw_disk_bus": "scsi", "hw_scsi_model": "vmpvscsi", "hw_vif_model": "VirtualVmxnet3",
                    "vmware_ostype": "debian10_64Guest", "hw_firmware_type": "uefi",
                ])
            #expect(properties.text.hasPrefix("--disk-format vmdk --container-format ova"))
            var options = ImageLint.Options()
            options.properties = properties.values
            #expect(ImageLint(found, for: .vmware, options: options).problems.isEmpty)
        }
    }

    @Test("without its properties Nova takes others than the OVF's")
    func lint() async throws {
        try await Workshop.open { shop in
            try await disks(shop)
            try await OVAFixture().pack(["disk1.vmdk"], in: shop)
            let found = ImageInspection.inspect(try shop.image("vm.ova"))
            let lint = ImageLint(found, for: .vmware)
            #expect(lint.isUsable, "\(lint.text)")
            #expect(Set(lint.problems.map(\.rule)) == [.disktype, .adapter, .firmware])
            #expect(ImageLint(found, for: .kvm).problems.map(\.rule).contains(.format))
        }
    }

    @Test(
        "controllers, firmware and network cards as exporters name them",
        arguments: [
            (("6", "lsilogic"), nil, "E1000", VMwareAdapter.lsiLogic, "VirtualE1000"),
            (("6", "lsilogicsas"), "bios", "E1000e", .lsiLogicsas, "VirtualE1000e"),
            (("6", "buslogic"), nil, "PCNet32", .busLogic, "VirtualPCNet32"),
            (("5", "PIIX4"), nil, "E1000", .ide, "VirtualE1000"),
            (("20", "AHCI"), nil, "virtio", nil, nil),
        ] as [((String, String), String?, String, VMwareAdapter?, String?)])
    func hardware(
        _ controller: (String, String), _ firmware: String?, _ card: String, _ adapter: VMwareAdapter?, _ model: String?
    ) async throws {
        try await Workshop.open { shop in
            try await disks(shop)
            var fixture = OVAFixture()
            (fixture.controller, fixture.firmware, fixture.networkCard) = (controller, firmware, card)
            try await fixture.pack(["disk1.vmdk"], in: shop)
            let hardware = try #require(try shop.image("vm.ova").hardware)
            #expect(hardware.adapter == adapter && hardware.vifModel == model)
            #expect(hardware.firmware == firmware.map { _ in .bios })
        }
    }

    @Test("one of several disks is chosen by its name")
    func severalDisks() async throws {
        try await Workshop.open { shop in
            try await disks(shop, ["disk1.vmdk", "disk2.vmdk"])
            try await OVAFixture().pack(["disk1.vmdk", "disk2.vmdk"], in: shop)
            let second = try ImageFile.open(shop.path("vm.ova"), disk: "disk2.vmdk")
            #expect(try firstDifference(second, shop.image("disk2.vmdk.raw")) == nil)
            #expect(second.remarks.contains { $0.contains("disk1.vmdk") })
            let error = try #require(throws: DiskImageError.self) {
                try ImageFile.open(shop.path("vm.ova"), disk: "disk3.vmdk")
            }
            #expect(error.kind == .missingFile && error.found == "disk1.vmdk, disk2.vmdk")
            let lint = ImageLint(.inspect(try shop.image("vm.ova")), for: .vmware)
            #expect(lint.problems.contains { $0.rule == .ova && $0.what.contains("2 disks") })
        }
    }

    @Test("a qcow2 disk in an OVA, as oVirt exports it, is read as well")
    func qcow2() async throws {
        try await Workshop.open { shop in
            try await disks(shop, ["disk1.qcow2"], ["-O", "qcow2"])
            try await OVAFixture().pack(["disk1.qcow2"], in: shop)
            #expect(try firstDifference(shop.image("vm.ova"), shop.image("disk1.qcow2.raw")) == nil)
        }
    }

    @Test("a file that was changed after the export does not match the manifest")
    func manifest() async throws {
        try await Workshop.open { shop in
            try await disks(shop)
            try await OVAFixture().pack(["disk1.vmdk"], in: shop)
            var bytes = try shop.bytes(of: "vm.ova")
            // In the last grain, far from any table.
            let place = bytes.count - 30_000
            bytes[place] ^= 1
            try shop.put(bytes, in: "vm.ova")
            let found = ImageInspection.inspect(try shop.image("vm.ova"))
            #expect(
                found.findings.contains { $0.text == "disk1.vmdk does not match its digest in vm.mf" },
                "\(found.findings)")
            #expect(!found.isSound)
        }
    }

    @Test("what Nova would not find is told: a disk before its descriptor, no DiskSection, no prefix")
    func hiddenFromNova() async throws {
        try await Workshop.open { shop in
            try await disks(shop)
            var fixture = OVAFixture()
            fixture.order = ["disk1.vmdk", "vm.ovf"]
            try await fixture.pack(["disk1.vmdk"], in: shop)
            #expect(ImageInspection.inspect(try shop.image("vm.ova")).ova?.hiddenFromNova?.contains("in front") == true)
            try shop.put(
                "<Envelope xmlns=\"http://schemas.dmtf.org/ovf/envelope/1\"><References><File ovf:href=\"disk1.vmdk\" "
                    + "xmlns:ovf=\"http://schemas.dmtf.org/ovf/envelope/1\"/></References></Envelope>", in: "vm.ovf")
            try await shop.run("tar", ["-cf", shop.path("vm.ova"), "vm.ovf", "disk1.vmdk"])
            let bare = ImageInspection.inspect(try shop.image("vm.ova"))
            #expect(bare.ova?.hiddenFromNova != nil && bare.isSound)
            #expect(ImageLint(bare, for: .vmware).isUsable)
        }
    }

    @Test("what is not there, compressed or refers to another file is refused by name")
    func refused() async throws {
        try await Workshop.open { shop in
            try await disks(shop)
            func error() throws -> DiskImageError {
                try #require(throws: DiskImageError.self) { try shop.image("vm.ova") }
            }
            var fixture = OVAFixture()
            fixture.order = ["vm.ovf"]
            try await fixture.pack(["disk1.vmdk"], in: shop)
            #expect(try error().kind == .missingFile)
            // An extent beside the archive is none of its own.
            try shop.write(.random(size: 1 << 20, pieces: 2, seed: 3), to: "flat.raw")
            try await shop.convert("flat.raw", ["-O", "vmdk", "-o", "subformat=monolithicFlat"], to: "flat.vmdk")
            try await OVAFixture().pack(["flat.vmdk"], in: shop)
            #expect(try error().kind == .unsupported)
            try shop.put("<Envelope", in: "vm.ovf")
            try await shop.run("tar", ["-cf", shop.path("vm.ova"), "vm.ovf", "disk1.vmdk"])
            #expect(try error().kind == .damaged)
            try await OVAFixture().pack(["disk1.vmdk"], in: shop)
            try shop.put(Array(try shop.bytes(of: "vm.ova").prefix(40_000)), in: "vm.ova")
            #expect(try error().kind == .truncated)
        }
    }

    @Test("a conversion reads it in place, and never writes onto it")
    func conversion() async throws {
        try await Workshop.open { shop in
            try await disks(shop)
            try await OVAFixture().pack(["disk1.vmdk"], in: shop)
            let image = try shop.image("vm.ova")
            try await image.write(to: shop.path("out.qcow2"), as: .qcow2)
            #expect(try firstDifference(shop.image("out.qcow2"), shop.image("disk1.vmdk.raw")) == nil)
            #expect(throws: DiskImageError.self) { try image.checkTarget(shop.path("vm.ova"), replacing: true) }
        }
    }

    @Test("random damage is an error or another disk, never a crash")
    func randomDamage() async throws {
        try await Workshop.open { shop in
            try await disks(shop)
            var fixture = OVAFixture()
            fixture.hasManifest = true
            try await fixture.pack(["disk1.vmdk"], in: shop, format: "posix")
            let whole = try shop.bytes(of: "vm.ova")
            var random = SeededGenerator(17)
            var refused = 0
            for _ in 0..<300 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...5, using: &random) {
                    let place = Int.random(in: 0..<min(bytes.count, 9000), using: &random)
                    bytes[place] = [0, 0x20, 0x37, 0x3C, 0x80, 0xFF].randomElement(using: &random) ?? 0
                }
                // A header's own sum hides most changes; half of them get a right one.
                if Bool.random(using: &random) { bytes.sumTarHeader(at: 0) }
                if Bool.random(using: &random) {
                    bytes = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
                }
                try shop.put(bytes, in: "vm.ova")
                do {
                    let inspection = ImageInspection.inspect(try shop.image("vm.ova"))
                    #expect(!inspection.description.isEmpty)
                } catch let error as DiskImageError {
                    refused += 1
                    #expect(!error.expected.isEmpty && !error.found.isEmpty)
                }
            }
            #expect(refused > 50)
        }
    }
}

extension [UInt8] {
    /// Writes the right sum into a header of tar.
    fileprivate mutating func sumTarHeader(at start: Int) {
        guard count >= start + 512 else { return }
        for index in 148..<156 { self[start + index] = 0x20 }
        let sum = self[start..<(start + 512)].reduce(0) { $0 + Int($1) }
        let digits = String(sum, radix: 8)
        let text = String(repeating: "0", count: Swift.max(0, 6 - digits.count)) + digits + "\0 "
        replaceSubrange((start + 148)..<(start + 156), with: Array(text.utf8.prefix(8)))
    }
}
