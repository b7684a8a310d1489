import Wording

/// The rules of `ImageLint`: each looks at one thing and gives the problems that it finds.
enum LintRules {
    private static let convert =
        "polyvisor image convert IN OUT.vmdk makes a streamOptimized VMDK with the adapter lsiLogic"

    static func damage(_ image: ImageInspection, _ target: ImageTarget, _: ImageLint.Options) -> [ImageLint.Problem] {
        image.findings.filter { $0.severity == .damage }.map { finding in
            let place = finding.offset.map { ", byte \($0)" } ?? ""
            return .init(
                rule: .damaged, severity: .error, what: "\(finding.file)\(place): \(finding.text)",
                mend: "fetch the image again, or mend it with the tool that made it")
        }
    }

    static func references(_ image: ImageInspection, _ target: ImageTarget, _: ImageLint.Options) -> [ImageLint.Problem]
    {
        let others = image.files.dropFirst()
        guard !others.isEmpty else { return [] }
        return [
            .init(
                rule: .references, severity: .error,
                what: "the disk is in \(others.count + 1) files: \(others.map(\.path).joined(separator: ", ")); "
                    + "Glance keeps one, and Nova refuses images that refer to others",
                mend: "polyvisor image convert makes one file of them")
        ]
    }

    static func format(_ image: ImageInspection, _ target: ImageTarget, _: ImageLint.Options) -> [ImageLint.Problem] {
        guard target == .vmware, image.format != .vmdk, image.fileSystem?.type != "iso9660" else { return [] }
        return [
            .init(
                rule: .format, severity: .error,
                what: "\(image.format.rawValue): Nova's VMware driver takes VMDK and ISO",
                mend: convert)
        ]
    }

    static func subtype(_ image: ImageInspection, _ target: ImageTarget, _: ImageLint.Options) -> [ImageLint.Problem] {
        guard target == .vmware, image.format == .vmdk, image.vmwareDiskType == nil else { return [] }
        return [
            .init(
                rule: .subtype, severity: .error,
                what: "\(image.subtype ?? "a VMDK without a descriptor"): Nova's VMware driver takes a single file, "
                    + "streamOptimized or monolithicSparse",
                mend: convert)
        ]
    }

    static func allowedTypes(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard target == .kvm, image.format == .vmdk else { return [] }
        let type = image.subtype ?? "none"
        guard !options.vmdkAllowedTypes.contains(type) else {
            return [
                .init(
                    rule: .vmdkAllowedTypes, severity: .warning,
                    what: "Nova allows the type \(type), and converts the VMDK on every compute node that gets it",
                    mend: "polyvisor image convert IN OUT.raw, or upload a qcow2 for KVM")
            ]
        }
        return [
            .init(
                rule: .vmdkAllowedTypes, severity: .error,
                what: "the type \(type) is not in [compute] vmdk_allowed_types "
                    + "(\(options.vmdkAllowedTypes.joined(separator: ",")))",
                mend:
                    "convert it, or add the type to that option for Nova, Glance and Cinder: only for images you trust")
        ]
    }

    static func adapter(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        let isTold = options.properties["vmware_adaptertype"] != nil || options.properties["hw_disk_bus"] != nil
        guard target == .vmware, image.format == .vmdk, !isTold else { return [] }
        guard let word = image.adapterType, let adapter = VMwareAdapter(descriptor: word) else {
            return [
                .init(
                    rule: .adapter, severity: .warning,
                    what: image.adapterType.map { "the adapter \($0) is none that Nova knows" }
                        ?? "it names no adapter",
                    mend: "set vmware_adaptertype to one of "
                        + VMwareAdapter.allCases.map(\.rawValue).joined(separator: ", "))
            ]
        }
        guard adapter == .ide else { return [] }
        return [
            .init(
                rule: .adapter, severity: .error,
                what:
                    "its adapter is ide, as qemu-img writes; Nova takes lsiLogic unless told, and vSphere does not attach "
                    + "an IDE disk to a SCSI adapter",
                mend: "set vmware_adaptertype=ide, or " + convert)
        ]
    }

    static func adapterProperty(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard target == .vmware, let word = options.properties["vmware_adaptertype"] else { return [] }
        guard VMwareAdapter(rawValue: word) == nil else { return [] }
        guard let meant = VMwareAdapter(descriptor: word), meant.rawValue.lowercased() == word.lowercased() else {
            return [
                .init(
                    rule: .adapter, severity: .error, what: "vmware_adaptertype=\(word) is none that Nova knows",
                    mend: "set it to one of " + VMwareAdapter.allCases.map(\.rawValue).joined(separator: ", "))
            ]
        }
        // Newer releases fold the case of SCSI models (nova/objects/fields.py), but compare "ide" as it stands.
        return [
            .init(
                rule: .adapter, severity: meant == .ide ? .error : .warning,
                what:
                    "vmware_adaptertype=\(word): case counts, for ide in every release and for the others in early ones",
                mend: "set it to \(meant.rawValue)")
        ]
    }

    static func ostype(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard target == .vmware, let type = options.properties["vmware_ostype"], !VSphereGuestID.known.contains(type)
        else { return [] }
        let fitting = VSphereGuestID.respelled(type) ?? VSphereGuestID.fitting(image.guest)
        return [
            .init(
                rule: .ostype, severity: .warning,
                what:
                    "vmware_ostype=\(type) is not in Nova's list; a vCenter that does not know it refuses the server with "
                    + "\"A specified parameter was not correct\"",
                mend: "set it to \(fitting ?? "otherGuest64"), or see that vCenter knows it (govc vm.option.info)")
        ]
    }

    static func capacity(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard let flavor = options.flavor, flavor.diskGB > 0, image.capacity > UInt64(flavor.diskGB) << 30 else {
            return []
        }
        return [
            .init(
                rule: .capacity, severity: .error,
                what: "the disk has \(ByteCount.text(image.capacity)), the flavor \(flavor.diskGB) GiB",
                mend: "take a flavor of at least \(image.capacity.blocks(of: 1 << 30)) GiB of disk")
        ]
    }

    static func memory(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard target == .vmware, let flavor = options.flavor, flavor.ramMB % 4 != 0 else { return [] }
        return [
            .init(
                rule: .memory, severity: .error,
                what:
                    "the flavor has \(flavor.ramMB) MB of memory, which is no multiple of 4: Nova's VMware driver refuses it",
                mend: "take \(flavor.ramMB / 4 * 4 + 4) MB")
        ]
    }

    static func virtio(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard target == .kvm, image.guest.family == .windows, image.guest.hasVirtioDrivers != true else { return [] }
        let bus = options.properties["hw_disk_bus"]
        guard bus == nil || bus == "virtio" else { return [] }
        return [
            .init(
                rule: .virtio, severity: image.guest.hasVirtioDrivers == false ? .error : .warning,
                what: image.guest.hasVirtioDrivers == false
                    ? "this Windows has no virtio driver (viostor.sys, vioscsi.sys): it does not start from a virtio disk"
                    : "whether this Windows has a virtio driver cannot be told",
                mend: "install virtio-win before, or set hw_disk_bus=sata and hw_vif_model=e1000")
        ]
    }

    static func firmware(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard image.guest.firmware == .uefi, options.properties["hw_firmware_type"] != "uefi" else { return [] }
        return [
            .init(
                rule: .firmware, severity: .warning,
                what: "the disk starts by UEFI only, and Nova takes BIOS unless told", mend: "set hw_firmware_type=uefi"
            )
        ]
    }
}
