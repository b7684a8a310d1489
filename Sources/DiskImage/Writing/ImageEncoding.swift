public import ImageMeta

/// How a disk is written into a file or a stream.
public enum ImageEncoding: Sendable, Equatable {
    /// The disk as it is. A file gets holes where the disk has only zeros; a stream carries the zeros.
    case raw
    /// QEMU's format, version 3, clusters of 64 KiB that are not compressed: instances boot from it without unpacking.
    case qcow2
    /// VMware's format for transport: each grain compressed, to be read from its beginning to its end.
    case streamOptimized(level: CompressionLevel = .standard, adapter: VMwareAdapter = .lsiLogic)
    /// VMware's format for hosted products: sparse, not compressed.
    case monolithicSparse(adapter: VMwareAdapter = .lsiLogic)

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
        case .streamOptimized(let level, let adapter): "streamOptimized level \(level.name) \(adapter.rawValue)"
        case .monolithicSparse(let adapter): "monolithicSparse \(adapter.rawValue)"
        }
    }
}

/// How hard a compression tries.
public enum CompressionLevel: Sendable, Equatable {
    /// ISA-L: as fast as most disks, for 11 % more bytes than `standard`.
    case fastest
    /// libdeflate at its level 4 or 5, as each grain needs it: about as small as zlib's own standard level, in a third of
    /// its time.
    case standard
    /// libdeflate at one of its levels, 1 to 12.
    case deflate(Level)

    /// A level that libdeflate has. (Its 0 stores without compressing.)
    public struct Level: Sendable, Equatable {
        let value: Int
    }

    /// As it is written: "fast", "standard", or 1 to 12 for one of libdeflate's levels; nil for anything else.
    public init?(_ text: String) {
        switch text {
        case "fast": self = .fastest
        case "standard": self = .standard
        default:
            guard let value = Int(text), (1...12).contains(value) else { return nil }
            self = .deflate(Level(value: value))
        }
    }

    /// "fast", "standard", or a number.
    public var name: String {
        switch self {
        case .fastest: "fast"
        case .standard: "standard"
        case .deflate(let level): "\(level.value)"
        }
    }
}

extension VMwareAdapter {
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
