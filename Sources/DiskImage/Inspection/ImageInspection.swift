/// All that can be told about an image without running it.
public struct ImageInspection: Sendable, Equatable, Encodable {
    /// What only a qcow2 image has.
    public struct Qcow2: Sendable, Equatable, Encodable {
        /// 2 or 3.
        public let version: Int
        /// In bytes.
        public let clusterSize: UInt64
        /// "zlib" or "zstd": what its compressed clusters use, whether or not it has some.
        public let compression: String
        /// Internal snapshots.
        public let snapshots: Int
        /// The image was not closed; its reference counts may be wrong, its data is readable.
        public let isDirty: Bool
        /// qemu found damage and marked the image.
        public let isCorrupt: Bool
        /// As the header has it.
        public let backingFile: String?

        private enum CodingKeys: String, CodingKey {
            case version, compression, snapshots
            case clusterSize = "cluster_size"
            case isDirty = "dirty"
            case isCorrupt = "corrupt"
            case backingFile = "backing_file"
        }
    }

    /// As it was given.
    public let path: String
    /// As the file itself says, unless the caller said it.
    public let format: ImageFormat
    /// For a VMDK its `createType`, which Nova calls the subtype.
    public let subtype: String?
    /// The bytes that a guest sees.
    public let capacity: UInt64
    /// How many of them may hold data.
    public let allocated: UInt64
    /// Every file that the disk is read from, the image first.
    public let files: [ImageFile.Reference]
    /// `ddb.adapterType` of a VMDK, as it is written.
    public let adapterType: String?
    /// `ddb.virtualHWVersion` of a VMDK.
    public let hardwareVersion: String?
    /// `ddb.toolsVersion` of a VMDK.
    public let toolsVersion: String?
    /// nil: it is of another format.
    public let qcow2: Qcow2?
    /// When the disk is in an OVA.
    public let ova: OVAInspection?
    /// nil: the disk has none that is known here.
    public let partitionTable: PartitionTable?
    /// What the whole disk holds when it has no partitions.
    public let fileSystem: FileSystem?
    /// When the disk is a CD or DVD.
    public let iso: ISOVolume?
    /// Whether the first sector is marked as one that a BIOS starts.
    public let hasBootSector: Bool
    /// Which system is on the disk.
    public let guest: GuestSystem
    /// What is damaged or odd, in the order in which it was met.
    public let findings: [ImageFinding]

    /// Whether Glance would take the file for an ISO image: one that is a CD's content and nothing around it.
    public var isISO: Bool { format == .raw && iso != nil }

    /// Glance's `disk_format`.
    public var diskFormat: String { isISO ? "iso" : format.rawValue }

    /// Whether nothing is missing or contradicts itself.
    public var isSound: Bool { !findings.contains { $0.severity == .damage } }

    /// Looks at an image: at its tables as a whole, and at the few parts of the disk that tell what is on it.
    ///
    /// Damage is a finding, not an error: all else is told as far as it can be read.
    public static func inspect(_ image: ImageFile) -> ImageInspection {
        ImageInspector(image: image).inspection()
    }

    init(
        _ image: ImageFile, ova: OVAInspection?, allocated: UInt64, contents: DiskContents, findings: [ImageFinding]
    ) {
        self.ova = ova
        path = image.path
        format = image.format
        capacity = image.capacity
        files = image.files
        self.allocated = allocated
        self.findings = findings
        let descriptor = image.vmdkDescriptor
        subtype = descriptor?.createType
        adapterType = descriptor?.ddb("adapterType")
        hardwareVersion = descriptor?.ddb("virtualHWVersion")
        toolsVersion = descriptor?.ddb("toolsVersion")
        qcow2 = image.qcow2
        partitionTable = contents.table
        fileSystem = contents.fileSystem
        iso = contents.iso
        hasBootSector = contents.hasBootSector
        guest = contents.guest
    }

    private enum CodingKeys: String, CodingKey {
        case path, format, subtype, capacity, allocated, files, qcow2, ova, iso, guest, findings
        case hasBootSector = "boot_sector"
        case adapterType = "adapter_type"
        case hardwareVersion = "hardware_version"
        case toolsVersion = "tools_version"
        case partitionTable = "partition_table"
        case fileSystem = "file_system"
    }
}

extension ImageFile {
    /// A VMDK's descriptor; nil for other formats and for an extent without one.
    public var vmdkDescriptor: VMDKDescriptor? {
        if case .vmdk(let disk) = details { disk.descriptor } else { nil }
    }

    fileprivate var qcow2: ImageInspection.Qcow2? {
        guard case .qcow2(let layer) = details else { return nil }
        let header = layer.header
        return ImageInspection.Qcow2(
            version: Int(header.version), clusterSize: header.clusterSize,
            compression: header.compression == .zstd ? "zstd" : "zlib", snapshots: header.snapshots,
            isDirty: header.has(.dirty), isCorrupt: header.has(.corrupt), backingFile: header.backingFile)
    }
}
