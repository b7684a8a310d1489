import ImageMeta

/// Properties by themselves, and compared with the file.
extension LintRules {
    static func properties(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        options.meta.problems(for: target).map(problem)
    }

    static func problem(_ problem: PropertyProblem) -> ImageLint.Problem {
        .init(
            rule: rule(of: problem.name), severity: problem.severity == .error ? .error : .warning, what: problem.what,
            mend: problem.fix)
    }

    private static func rule(of property: String) -> ImageLint.Rule {
        switch property {
        case "vmware_disktype", "hw_disk_type": .disktype
        case "vmware_adaptertype", "hw_disk_bus", "hw_scsi_model": .adapter
        case "vmware_ostype", "os_distro": .ostype
        default: .property
        }
    }

    /// Nova believes the properties, and takes preallocated without them.
    static func vmwareDisk(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard target == .vmware else { return [] }
        let meta = options.meta
        if image.isISO { return meta.diskType.map { diskType(ofISO: meta["hw_disk_type"], $0) } ?? [] }
        guard image.format == .vmdk else { return [] }
        let disk = VMwareDisk(
            type: image.vmwareDiskType, adapter: image.adapter, adapterWords: image.adapterWords)
        return untoldType(image, meta) + meta.contradictions(to: disk).map(problem)
    }

    private static func untoldType(_ image: ImageInspection, _ meta: ImageMeta) -> [ImageLint.Problem] {
        guard let found = image.vmwareDiskType, meta["hw_disk_type"] == nil else { return [] }
        return [
            .init(
                rule: .disktype, severity: .warning,
                what:
                    "the file is \(image.subtype ?? ""), and Nova takes it for preallocated unless vmware_disktype says "
                    + "otherwise",
                mend: "set vmware_disktype=\(found.rawValue)")
        ]
    }

    private static func diskType(ofISO property: ImageMeta.Property?, _ told: VMwareDiskType) -> [ImageLint.Problem] {
        guard let property, !told.isFlat else { return [] }
        return [
            .init(
                rule: .disktype, severity: .error,
                what: "\(property.text), and the file is an ISO: Nova would import it as a VMDK",
                mend: "remove \(property.givenName)")
        ]
    }

    /// What the disk hangs on where nothing says it.
    static func adapter(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard target == .vmware, image.format == .vmdk else { return [] }
        let bus = options.meta["hw_disk_bus"]?.value
        return bus == "ide" || bus == "scsi" ? [] : untoldAdapter(image)
    }

    private static func untoldAdapter(_ image: ImageInspection) -> [ImageLint.Problem] {
        guard let adapter = image.adapter else {
            return [
                .init(
                    rule: .adapter, severity: .warning,
                    what: image.adapterType.map { "the adapter \($0) is none that Nova knows" }
                        ?? "it names no adapter",
                    mend: "set vmware_adaptertype to one of "
                        + VMwareAdapter.allCases.map(\.rawValue).joined(separator: ", "))
            ]
        }
        if image.ova != nil, adapter != .ide { return adapterOfOVF(image) }
        guard adapter == .ide else { return [] }
        return [
            .init(
                rule: .adapter, severity: .error,
                what:
                    "its adapter is ide, as qemu-img writes; Nova takes lsiLogic unless vmware_adaptertype says otherwise, "
                    + "and vSphere does not attach an IDE disk to a SCSI adapter",
                mend: "set vmware_adaptertype=ide, or " + convert)
        ]
    }

    /// A guest may have a driver for the adapter that it was installed on, and for no other.
    private static func adapterOfOVF(_ image: ImageInspection) -> [ImageLint.Problem] {
        guard let adapter = image.ova?.hardware.adapter, adapter != .lsiLogic else { return [] }
        return [
            .init(
                rule: .adapter, severity: .warning,
                what:
                    "the OVF's machine has the controller \(image.ova?.hardware.controller ?? ""), and Nova takes lsiLogic "
                    + "without a property",
                mend: "set vmware_adaptertype=\(adapter.rawValue)")
        ]
    }

    static func firmware(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        let property = options.meta["hw_firmware_type"]
        // The OVF says how the machine was started; only what is on the disk says that it starts by nothing else.
        let firmware = image.guest.firmware == .either ? image.ova?.hardware.firmware : image.guest.firmware
        switch (firmware ?? image.ova?.hardware.firmware, property?.value) {
        case (.uefi, "uefi"): return []
        case (.uefi, let told):
            return [
                .init(
                    rule: .firmware, severity: told == "bios" && image.guest.firmware == .uefi ? .error : .warning,
                    what: image.guest.firmware == .uefi
                        ? "the disk starts by UEFI only, and Nova takes BIOS \(told == "bios" ? "as told" : "without a property")"
                        : "the OVF's machine starts by UEFI, and Nova takes BIOS without a property",
                    mend: "set hw_firmware_type=uefi")
            ]
        case (.bios, "uefi") where image.guest.firmware == .bios && !image.hasFAT:
            return [
                .init(
                    rule: .firmware, severity: .error,
                    what:
                        "hw_firmware_type=uefi, and nothing on the disk starts by UEFI: it has no EFI system partition",
                    mend: "set hw_firmware_type=bios, or remove it")
            ]
        default: return []
        }
    }

    /// It sets clock and devices that the system expects, so servers start, and their time may be wrong.
    static func system(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard let family = image.guest.family else { return [] }
        let meta = options.meta
        let told = [
            meta["os_type"].map { ($0, $0.value) },
            target == .vmware ? meta["os_distro"].map { ($0, VSphereGuestID.family($0.givenValue)) } : nil,
        ]
        return told.compactMap(\.self).filter { $1 != nil && $1 != family.rawValue }.map { property, _ in
            .init(
                rule: property.name == "os_type" ? .property : .ostype, severity: .warning,
                what: "\(property.text), and the disk holds \(family.rawValue)",
                mend: property.name == "os_type"
                    ? "set os_type=\(family.rawValue)" : "set \(property.givenName) to an id of that system")
        }
    }
}

extension ImageInspection {
    /// Whether there is a volume from which UEFI could start something.
    fileprivate var hasFAT: Bool {
        fileSystem?.type == "vfat" || partitionTable?.partitions.contains { $0.fileSystem?.type == "vfat" } == true
    }
}
