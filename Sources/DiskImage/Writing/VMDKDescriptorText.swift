import ImageMeta

/// The text that describes a VMDK of one extent: Virtual Disk Format 5.0, "Descriptor File".
struct VMDKDescriptorText {
    /// `streamOptimized` or `monolithicSparse`.
    var createType: String
    /// In sectors.
    var capacity: UInt64
    var adapter: VMwareAdapter

    /// The room that it gets in the file, in sectors; the text itself takes one or two.
    static let sectors: UInt64 = 20

    /// Any number but ffffffff, which means "no parent": it changes when a disk is written to, and this one never was.
    private static let contentID = "706f6c79"

    var text: String {
        let (cylinders, heads, sectors) = geometry
        // The extent's name is not looked at where descriptor and extent are one file; a name that is always the same
        // keeps the bytes the same.
        return """
            # Disk DescriptorFile
            version=1
            CID=\(Self.contentID)
            parentCID=ffffffff
            createType="\(createType)"

            # Extent description
            RW \(capacity) SPARSE "disk.vmdk"

            # The Disk Data Base
            #DDB

            ddb.virtualHWVersion = "4"
            ddb.geometry.cylinders = "\(cylinders)"
            ddb.geometry.heads = "\(heads)"
            ddb.geometry.sectors = "\(sectors)"
            ddb.adapterType = "\(adapter.descriptorName)"

            """
    }

    /// Padded with zeros to its room.
    var bytes: [UInt8] { Array(text.utf8).padded(to: Int(Self.sectors) * 512) }

    /// Virtual Disk Format 5.0, "The Disk Database": 16 heads of 63 sectors for IDE; for SCSI by the disk's size.
    private var geometry: (cylinders: UInt64, heads: UInt64, sectors: UInt64) {
        let gibibyte: UInt64 = 1 << 21
        if adapter == .ide { return (min(capacity / (16 * 63), 16_383), 16, 63) }
        switch capacity {
        case ..<gibibyte: return (capacity / (64 * 32), 64, 32)
        case ..<(2 * gibibyte): return (capacity / (128 * 32), 128, 32)
        default: return (min(capacity / (255 * 63), 65_535), 255, 63)
        }
    }
}
