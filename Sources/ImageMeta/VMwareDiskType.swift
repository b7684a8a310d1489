/// What Nova's VMware driver takes an image's file for (`vmware_disktype`, `hw_disk_type`): it believes the property,
/// and does not look into the file.
///
/// nova/virt/vmwareapi/constants.py, the same from 20.6.1 (Train) to 34.0.0 (2026.2); case counts. Any other is refused
/// with "disk type '…' not supported" (vmops.py, `_get_image_callbacks`).
public enum VMwareDiskType: String, Sendable, CaseIterable, Encodable {
    case streamOptimized, sparse, preallocated, thin, thick, eagerZeroedThick

    /// `DEFAULT_DISK_TYPE`.
    public static let withoutProperty = Self.preallocated

    /// `SUPPORTED_FLAT_VARIANTS`: the file is the disk, byte by byte, and Nova writes a descriptor for it.
    public var isFlat: Bool {
        switch self {
        case .streamOptimized, .sparse: false
        case .preallocated, .thin, .thick, .eagerZeroedThick: true
        }
    }
}
