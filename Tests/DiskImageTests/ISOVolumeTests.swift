import DiskImage
import Foundation
import ImageMeta
import Testing

@Suite("ISO images")
struct ISOVolumeTests {
    @Test(
        "what starts from a CD is told",
        arguments: [([], []), ([0], [.bios]), ([0xEF], [.uefi]), ([0, 0xEF], [.bios, .uefi])]
            as [([UInt8], [GuestSystem.Firmware])])
    func boots(_ platforms: [UInt8], _ expected: [GuestSystem.Firmware]) async throws {
        try await Workshop.open { shop in
            try shop.put(ISOFixture.image(platforms: platforms), in: "install.iso")
            let found = ImageInspection.inspect(try shop.image("install.iso"))
            #expect(found.iso?.label == "INSTALL" && found.iso?.boots == expected)
            #expect(found.isISO && found.isSound)
            #expect(try shop.image("install.iso").isISO)
            #expect(found.description.contains("iso, as a CD or DVD"))
            #expect(found.description.contains(expected.isEmpty ? "no El Torito" : "(El Torito)"))
        }
    }

    @Test("Glance and Nova take it as it is, on each hypervisor", arguments: ImageTarget.allCases)
    func properties(_ target: ImageTarget) async throws {
        try await Workshop.open { shop in
            try shop.put(ISOFixture.image(platforms: [0]), in: "install.iso")
            let found = ImageInspection.inspect(try shop.image("install.iso"))
            let properties = ImageProperties(of: found, for: target)
            #expect(properties.diskFormat == "iso")
            #expect(properties.values == ["img_hv_type": target == .vmware ? "vmware" : "qemu"])
            #expect(!properties.text.contains("disktype") && !properties.text.contains("convert"), "\(properties.text)")
            #expect(ImageLint(found, for: target).problems.isEmpty)
        }
    }

    @Test("one that also starts from a stick has a partition table, and is one all the same")
    func hybrid() async throws {
        try await Workshop.open { shop in
            var bytes = ISOFixture.image(platforms: [0])
            // As isohybrid writes it: one partition, from the first sector on.
            bytes.replaceSubrange(446..<462, with: [0x80, 0, 1, 0, 0x17, 0, 1, 0, 0, 0, 0, 0, 128, 0, 0, 0])
            bytes.replaceSubrange(510..<512, with: [0x55, 0xAA])
            try shop.put(bytes, in: "install.iso")
            let found = ImageInspection.inspect(try shop.image("install.iso"))
            #expect(found.partitionTable != nil && found.isISO)
            #expect(ImageLint(found, for: .vmware).isUsable)
        }
    }

    @Test("a type that makes Nova import it as a disk is an error; an ISO in a qcow2 is no ISO to Nova")
    func notAsADisk() async throws {
        try await Workshop.open { shop in
            try shop.put(ISOFixture.image(), in: "install.iso")
            var options = ImageLint.Options()
            options.properties = ["vmware_disktype": "streamOptimized"]
            let lint = ImageLint(.inspect(try shop.image("install.iso")), for: .vmware, options: options)
            #expect(lint.problems.map(\.rule) == [.disktype] && !lint.isUsable)
            try await shop.convert("install.iso", ["-O", "qcow2"], to: "wrapped")
            let wrapped = ImageInspection.inspect(try shop.image("wrapped"))
            #expect(wrapped.iso != nil && !wrapped.isISO)
            #expect(ImageLint(wrapped, for: .vmware).problems.map(\.rule).contains(.format))
        }
    }
}
