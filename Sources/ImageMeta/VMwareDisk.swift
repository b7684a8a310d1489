/// What a VMDK is by itself, for a comparison with what its properties say.
public struct VMwareDisk: Sendable, Equatable {
    /// nil: a file that Nova's driver does not take, which is told elsewhere.
    public var type: VMwareDiskType?
    /// nil: it names none that Nova knows.
    public var adapter: VMwareAdapter?
    /// How the file calls its adapter, for words about it.
    public var adapterWords: String

    /// - Parameter adapterWords: what the file says of its adapter, for sentences about it.
    public init(type: VMwareDiskType?, adapter: VMwareAdapter?, adapterWords: String? = nil) {
        (self.type, self.adapter) = (type, adapter)
        self.adapterWords = adapterWords ?? adapter?.rawValue ?? "none"
    }
}

extension ImageMeta {
    /// Where properties say of a disk for the VMware driver what it is not: Nova believes the properties.
    public func contradictions(to disk: VMwareDisk) -> [PropertyProblem] {
        [wrongType(disk), wrongAdapter(disk)].compactMap(\.self)
    }

    /// nova/virt/vmwareapi/vmops.py, `_get_image_callbacks`.
    private func wrongType(_ disk: VMwareDisk) -> PropertyProblem? {
        guard let property = self["hw_disk_type"], let told = diskType, let found = disk.type, told != found else {
            return nil
        }
        let name = found == .sparse ? "monolithicSparse" : found.rawValue
        return PropertyProblem(
            property, .error, "the file is \(name): \(Self.outcome(found, told))",
            fix: "set vmware_disktype=\(found.rawValue)")
    }

    private static func outcome(_ found: VMwareDiskType, _ told: VMwareDiskType) -> String {
        switch (found, told) {
        case (.streamOptimized, .sparse): "Nova would copy it as a disk that is not compressed"
        case (.streamOptimized, _):
            "Nova would take the compressed grains for the disk itself, and the guest would find no system"
        case (_, .streamOptimized): "Nova would import it as a compressed stream, which it is not"
        default: "Nova would take the tables of the file for a part of the disk, and the guest would find no system"
        }
    }

    /// "Currently, OS boot VMDK disks with an IDE adapter type cannot be attached to a virtual SCSI controller and likewise
    /// disks with one of the SCSI adapter types cannot be attached to the IDE controller" (Nova's documentation, "VMware
    /// vSphere", Configure images).
    private func wrongAdapter(_ disk: VMwareDisk) -> PropertyProblem? {
        let bus = self["hw_disk_bus"]?.value
        guard bus == "ide" || bus == "scsi", let found = disk.adapter, (found == .ide) != (bus == "ide"),
            let property = adapterProperty ?? self["hw_disk_bus"]
        else { return nil }
        return PropertyProblem(
            property, .error,
            "the disk's own adapter is \(disk.adapterWords): vSphere attaches no "
                + (bus == "ide" ? "SCSI disk to an IDE adapter" : "IDE disk to a SCSI adapter"),
            fix: "set vmware_adaptertype=\(found.rawValue), or convert the disk")
    }
}
