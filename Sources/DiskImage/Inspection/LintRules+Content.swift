import ImageMeta

/// What the disk holds, and what the file is called.
extension LintRules {
    static func content(_ image: ImageInspection, _ target: ImageTarget, _: ImageLint.Options) -> [ImageLint.Problem] {
        guard image.isSound, image.partitionTable == nil, image.fileSystem == nil, image.iso == nil,
            !image.hasBootSector
        else { return [] }
        return [
            .init(
                rule: .content, severity: .warning,
                what: image.allocated == 0
                    ? "the disk is empty: only zeros, so nothing starts from it"
                    : "there is neither a partition table nor a boot sector nor a file system that is known here: a server may "
                        + "find no bootable disk",
                mend: "check that the file is the image that was meant, and whole")
        ]
    }

    /// Kinds that the end of a name claims; `.img` is used for each of them.
    private static let kinds = [
        "qcow2": "qcow2", "qcow": "qcow2", "vmdk": "vmdk", "raw": "raw", "iso": "iso", "vhd": "vhd", "vpc": "vhd",
        "vhdx": "vhdx", "vdi": "vdi", "ova": "ova",
    ]

    static func name(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        let name = image.path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), let claimed = kinds[name[name.index(after: dot)...].lowercased()],
            claimed != image.kind
        else { return [] }
        // A flat extent is called .vmdk, and is a raw disk.
        if claimed == "vmdk", image.kind == "raw", options.meta.diskType?.isFlat == true { return [] }
        let isLost = image.kind == "raw" && !content(image, target, options).isEmpty
        return [
            .init(
                rule: .name, severity: isLost ? .error : .warning,
                what: isLost
                    ? "the name says \(claimed), and the file is nothing that is known here"
                    : "the name says \(claimed), and the file is \(image.kind)",
                mend: isLost
                    ? "fetch the image again; if it is a raw disk, rename it"
                    : "give Glance --disk-format \(image.diskFormat), and rename the file")
        ]
    }

    /// A table at byte 4096 is one that a BIOS or UEFI looks for where no disk of Nova's has it.
    static func sectors(_ image: ImageInspection, _ target: ImageTarget, _: ImageLint.Options) -> [ImageLint.Problem] {
        guard let table = image.partitionTable, table.sectorSize != 512 else { return [] }
        return [
            .init(
                rule: .sectors, severity: .error,
                what:
                    "the partition table was written for sectors of \(table.sectorSize) bytes; the disks of Nova's servers have "
                    + "512, where neither firmware nor system finds it",
                mend:
                    "take an image for 512-byte sectors, or make the partitions again on such a disk and copy their contents"
            )
        ]
    }
}

extension ImageInspection {
    /// What the file is, in the words of `LintRules.kinds`.
    fileprivate var kind: String { ova != nil ? "ova" : isISO ? "iso" : format.rawValue }
}
