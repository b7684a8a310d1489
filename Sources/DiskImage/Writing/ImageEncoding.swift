/// How a disk is written into a file or a stream.
public enum ImageEncoding: Sendable, Equatable {
    /// The disk as it is. A file gets holes where the disk has only zeros; a stream carries the zeros.
    case raw
    /// QEMU's format, version 3, clusters of 64 KiB that are not compressed: instances boot from it without unpacking.
    case qcow2
    /// VMware's format for transport: each grain compressed, to be read from its beginning to its end.
    case streamOptimized(level: CompressionLevel = .standard, adapter: VMDKAdapter = .lsiLogic)
    /// VMware's format for hosted products: sparse, not compressed.
    case monolithicSparse(adapter: VMDKAdapter = .lsiLogic)

    /// The bytes of the largest thing that is there or not there.
    static let grainSize = 65_536

    /// What Glance calls the format.
    public var diskFormat: String {
        switch self {
        case .raw: "raw"
        case .qcow2: "qcow2"
        case .streamOptimized, .monolithicSparse: "vmdk"
        }
    }

    /// Everything that decides about the bytes which are written, beside the disk itself.
    public var recipe: String {
        switch self {
        case .raw, .qcow2: diskFormat
        case .streamOptimized(let level, let adapter): "streamOptimized level \(level.value) \(adapter.rawValue)"
        case .monolithicSparse(let adapter): "monolithicSparse \(adapter.rawValue)"
        }
    }
}

/// How hard libdeflate tries: from 1, the fastest, to 12, the smallest.
public struct CompressionLevel: Sendable, Equatable {
    public let value: Int

    /// nil for a level that libdeflate does not have. (Its 0 stores without compressing.)
    public init?(_ value: Int) {
        guard (1...12).contains(value) else { return nil }
        self.value = value
    }

    private init(known value: Int) { self.value = value }

    /// About as fast as the disk.
    public static let fastest = CompressionLevel(known: 1)
    /// Not larger than what zlib makes at its own standard level, at about a third of its time.
    public static let standard = CompressionLevel(known: 5)
}

/// The controller that a VMDK's descriptor names.
///
/// The raw value is the spelling of Nova and Glance (`vmware_adaptertype`), where case matters.
public enum VMDKAdapter: String, Sendable, CaseIterable {
    case ide, busLogic, lsiLogic, lsiLogicsas, paraVirtual

    /// As `ddb.adapterType` has it: Virtual Disk Format 5.0, "The Disk Database", knows `ide`, `buslogic` and
    /// `lsilogic`. VMware's own products write `lsilogic` for disks of the younger SCSI controllers, too.
    var descriptorName: String {
        switch self {
        case .ide: "ide"
        case .busLogic: "buslogic"
        case .lsiLogic, .lsiLogicsas, .paraVirtual: "lsilogic"
        }
    }
}
