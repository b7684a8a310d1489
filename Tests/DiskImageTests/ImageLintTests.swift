import DiskImage
import Foundation
import ImageMeta
import Testing

@Suite("Lint and properties of images")
struct ImageLintTests {
    private func inspection(_ arguments: [String], _ shop: Workshop) async throws -> ImageInspection {
        var layout = Layout.random(size: 3 << 20, pieces: 3, seed: 4)
        layout.pieces.append(.init(start: 510, bytes: [0x55, 0xAA]))
        try shop.write(layout, to: "disk.raw")
        try await shop.convert("disk.raw", arguments, to: "image")
        return ImageInspection.inspect(try shop.image("image"))
    }

    private func rules(_ lint: ImageLint, _ severity: ImageLint.Problem.Severity) -> [ImageLint.Rule] {
        lint.problems.filter { $0.severity == severity }.map(\.rule)
    }

    @Test(
        "what each format meets on each hypervisor",
        arguments: [
            (["-O", "raw"], [.format], []), (["-O", "qcow2"], [.format], []),
            (["-O", "vmdk"], [.adapter], []),
            (["-O", "vmdk", "-o", "subformat=streamOptimized,adapter_type=lsilogic"], [], []),
            (
                ["-O", "vmdk", "-o", "subformat=monolithicFlat,adapter_type=lsilogic"], [.references, .subtype],
                [.references, .vmdkAllowedTypes]
            ),
            (
                ["-O", "vmdk", "-o", "subformat=twoGbMaxExtentSparse"], [.references, .subtype, .adapter],
                [.references, .vmdkAllowedTypes]
            ),
        ] as [([String], [ImageLint.Rule], [ImageLint.Rule])])
    func formats(_ arguments: [String], _ vmware: [ImageLint.Rule], _ kvm: [ImageLint.Rule]) async throws {
        try await Workshop.open { shop in
            let inspection = try await inspection(arguments, shop)
            #expect(rules(ImageLint(inspection, for: .vmware), .error) == vmware)
            #expect(rules(ImageLint(inspection, for: .kvm), .error) == kvm)
            #expect(ImageLint(inspection, for: .vmware).problems.allSatisfy { !$0.mend.isEmpty })
        }
    }

    @Test("a flavor that does not fit is told")
    func flavor() async throws {
        try await Workshop.open { shop in
            try shop.write(Layout(size: (5 << 30) + 512), to: "disk.raw")
            let inspection = ImageInspection.inspect(try shop.image("disk.raw"))
            var options = ImageLint.Options()
            options.flavor = ImageFlavor("2,1023,5")
            let lint = ImageLint(inspection, for: .vmware, options: options)
            #expect(rules(lint, .error) == [.format, .capacity, .memory])
            let refusal = options.flavor.flatMap { VSphereMemory.refusal(ofMiB: $0.ramMB) }
            #expect(lint.problems.first { $0.rule == .memory }?.what == refusal.map { "the flavor: \($0.what)" })
            #expect(lint.problems.contains { $0.mend.contains("at least 6 GiB") })
            #expect(lint.problems.contains { $0.mend.contains("1024 MB") })
            options.flavor = ImageFlavor("2,1024,6")
            #expect(rules(ImageLint(inspection, for: .vmware, options: options), .error) == [.format])
            options.flavor = ImageFlavor("1,512,0")
            #expect(ImageLint(inspection, for: .kvm, options: options).isUsable)
        }
    }

    @Test(
        "a flavor is three numbers",
        arguments: ["", "1", "1,2", "a,1,1", "1,2,3,4", "0,1,1", "1,1,-1", "1,1,99999999999999999"])
    func wrongFlavor(_ text: String) { #expect(ImageFlavor(text) == nil) }

    @Test("properties that Nova would not take are told")
    func properties() async throws {
        try await Workshop.open { shop in
            let inspection = try await inspection(
                ["-O", "vmdk", "-o", "subformat=streamOptimized,adapter_type=lsilogic"], shop)
            var options = ImageLint.Options()
            for (adapter, severity) in [
                ("lsilogic", ImageLint.Problem.Severity.warning), ("IDE", .error), ("sata", .error),
            ] {
                options.properties = ["vmware_adaptertype": adapter, "vmware_disktype": "streamOptimized"]
                #expect(rules(ImageLint(inspection, for: .vmware, options: options), severity) == [.adapter])
            }
            options.properties = ["vmware_ostype": "Ubuntu64Guest", "vmware_disktype": "streamOptimized"]
            let lint = ImageLint(inspection, for: .vmware, options: options)
            #expect(rules(lint, .warning) == [.ostype])
            #expect(lint.problems.first?.mend.contains("ubuntu64Guest") == true)
            options.properties = [
                "vmware_ostype": "debian10_64Guest", "vmware_adaptertype": "lsiLogic",
                "vmware_disktype": "streamOptimized",
            ]
            #expect(ImageLint(inspection, for: .vmware, options: options).problems.isEmpty)
        }
    }

    @Test("an IDE disk is fine on an IDE adapter")
    func ide() async throws {
        try await Workshop.open { shop in
            let inspection = try await inspection(["-O", "vmdk", "-o", "subformat=streamOptimized"], shop)
            var options = ImageLint.Options()
            #expect(rules(ImageLint(inspection, for: .vmware, options: options), .error) == [.adapter])
            options.properties = ImageProperties(of: inspection).values
            #expect(ImageLint(inspection, for: .vmware, options: options).problems.isEmpty)
        }
    }

    @Test("the types that nova.conf allows are asked")
    func allowedTypes() async throws {
        try await Workshop.open { shop in
            let inspection = try await inspection(["-O", "vmdk", "-o", "subformat=streamOptimized"], shop)
            var options = ImageLint.Options()
            #expect(rules(ImageLint(inspection, for: .kvm, options: options), .warning) == [.vmdkAllowedTypes])
            options.vmdkAllowedTypes = ["monolithicSparse"]
            #expect(rules(ImageLint(inspection, for: .kvm, options: options), .error) == [.vmdkAllowedTypes])
        }
    }

    @Test("Windows without virtio drivers does not start from a virtio disk")
    func virtio() async throws {
        try await Workshop.open { shop in
            try shop.put(NTFSFixture.volume(drivers: ["disk.sys"]), in: "disk")
            let inspection = ImageInspection.inspect(try shop.image("disk"))
            var options = ImageLint.Options()
            #expect(rules(ImageLint(inspection, for: .kvm, options: options), .error) == [.virtio])
            options.properties = ["hw_disk_bus": "sata"]
            #expect(ImageLint(inspection, for: .kvm, options: options).problems.isEmpty)
            #expect(ImageProperties(of: inspection, for: .kvm).values["hw_disk_bus"] == "sata")
            #expect(ImageProperties(of: inspection, for: .kvm).values["os_type"] == "windows")
        }
    }

    @Test("a damaged image is an error on every hypervisor")
    func damaged() async throws {
        try await Workshop.open { shop in
            _ = try await inspection(["-O", "qcow2"], shop)
            try shop.put(Array(try shop.bytes(of: "image").dropLast(70_000)), in: "image")
            let inspection = ImageInspection.inspect(try shop.image("image"))
            #expect(rules(ImageLint(inspection, for: .kvm), .error).contains(.damaged))
        }
    }

    private static let stream = ["-O", "vmdk", "-o", "subformat=streamOptimized,adapter_type=lsilogic"]
    private static let sparse = ["-O", "vmdk", "-o", "adapter_type=lsilogic"]

    @Test(
        "what a file is taken for is compared with what it is",
        arguments: [
            (stream, "preallocated", .error), (stream, "thin", .error), (stream, "sparse", .error),
            (stream, "streamoptimized", .error), (stream, "bogus", .error), (stream, nil, .warning),
            (stream, "streamOptimized", nil), (sparse, "streamOptimized", .error), (sparse, "preallocated", .error),
            (sparse, nil, .warning), (sparse, "sparse", nil), (["-O", "raw"], "preallocated", nil),
            (["-O", "raw"], "thin", nil),
        ] as [([String], String?, ImageLint.Problem.Severity?)])
    func diskType(_ arguments: [String], _ value: String?, _ severity: ImageLint.Problem.Severity?) async throws {
        try await Workshop.open { shop in
            let inspection = try await inspection(arguments, shop)
            for name in ["vmware_disktype", "hw_disk_type"] {
                var options = ImageLint.Options()
                options.properties = value.map { [name: $0] } ?? [:]
                let lint = ImageLint(inspection, for: .vmware, options: options)
                #expect(lint.problems.map(\.severity) == [severity].compactMap(\.self), "\(lint.text)")
                #expect(lint.problems.allSatisfy { $0.rule == .disktype })
            }
        }
    }

    @Test("an adapter that is not the disk's own kind is an error, whatever it is called")
    func adapterAgainstFile() async throws {
        try await Workshop.open { shop in
            let scsi = try await inspection(Self.stream, shop)
            let ide = try await inspection(["-O", "vmdk", "-o", "subformat=streamOptimized"], shop)
            let told: [([String: String], ImageInspection, [ImageLint.Rule])] = [
                (["vmware_adaptertype": "ide"], scsi, [.adapter]), (["hw_disk_bus": "ide"], scsi, [.adapter]),
                (["vmware_adaptertype": "lsiLogic"], ide, [.adapter]),
                (["hw_disk_bus": "scsi", "hw_scsi_model": "vmpvscsi"], ide, [.adapter]),
                (["hw_disk_bus": "virtio"], ide, [.adapter]), (["vmware_adaptertype": "paraVirtual"], scsi, []),
                (["hw_disk_bus": "scsi", "hw_scsi_model": "lsisas1068"], scsi, []),
            ]
            for (properties, inspection, rules) in told {
                var options = ImageLint.Options()
                options.properties = properties.merging(["vmware_disktype": "streamOptimized"]) { $1 }
                let lint = ImageLint(inspection, for: .vmware, options: options)
                #expect(self.rules(lint, .error) == rules, "\(properties): \(lint.text)")
            }
        }
    }

    @Test("firmware and system that are not the disk's are told")
    func firmware() async throws {
        try await Workshop.open { shop in
            let script = "label: dos\nstart=2048, size=8192, type=83, bootable\n"
            var layout = Layout(size: 8 << 20)
            layout.pieces.append(.init(start: 0, bytes: [0xEB, 0x63, 0x90]))
            try shop.write(layout, to: "disk.raw")
            try shop.put(script, in: "script")
            try await shop.run("sh", ["-c", "/usr/sbin/sfdisk -q \(shop.path("disk.raw")) < \(shop.path("script"))"])
            try await shop.run(
                "/usr/sbin/mke2fs", ["-q", "-t", "ext4", "-E", "offset=1048576", shop.path("disk.raw"), "4096k"])
            let inspection = ImageInspection.inspect(try shop.image("disk.raw"))
            #expect(inspection.guest.firmware == .bios)
            #expect(ImageLint(inspection, for: .kvm).problems.isEmpty)
            var options = ImageLint.Options()
            options.properties = ["hw_firmware_type": "uefi", "os_type": "windows"]
            let lint = ImageLint(inspection, for: .kvm, options: options)
            #expect(rules(lint, .error) == [.firmware])
            #expect(rules(lint, .warning) == [.property])
        }
    }

    @Test("the properties of a streamOptimized VMDK")
    func vmdkProperties() async throws {
        try await Workshop.open { shop in
            let inspection = try await inspection(
                ["-O", "vmdk", "-o", "subformat=streamOptimized,adapter_type=lsilogic"], shop)
            let properties = ImageProperties(of: inspection)
            #expect(properties.diskFormat == "vmdk")
            #expect(
                properties.values == [
                    "img_hv_type": "vmware", "vmware_disktype": "streamOptimized", "vmware_adaptertype": "lsiLogic",
                    "hw_disk_bus": "scsi", "hw_scsi_model": "lsilogic",
                ])
            #expect(properties.text.hasPrefix("--disk-format vmdk \\\n--property img_hv_type=vmware"))
            #expect(properties.open.count == 1)
            // What an upload of the same disk is tagged with, as far as the disk says it.
            let tags = ImageTags.vmware(.streamOptimized, .lsiLogic)
            for name in ["img_hv_type", "vmware_disktype", "vmware_adaptertype"] {
                #expect(properties.values[name] == tags[name], "\(name)")
            }
        }
    }

    @Test("the properties of a qcow2 image")
    func qcow2Properties() async throws {
        try await Workshop.open { shop in
            let inspection = try await inspection(["-O", "qcow2"], shop)
            #expect(ImageProperties(of: inspection).values == ["img_hv_type": "qemu"])
            #expect(ImageProperties(of: inspection).values == ImageTags.libvirt)
            #expect(ImageProperties(of: inspection, for: .vmware).values["vmware_disktype"] == nil)
        }
    }
}
