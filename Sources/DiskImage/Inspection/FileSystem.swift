/// What a partition or a whole disk holds, by its superblock.
public struct FileSystem: Sendable, Equatable, Encodable {
    /// "ext4", "xfs", "ntfs", …
    public let type: String
    /// As far as it is kept in plain text.
    public let label: String

    /// The kinds that are known by a magic number: type, where it is, the number, where a label is.
    private static let magics: [(type: String, offset: Int, magic: [UInt8], label: (offset: Int, count: Int)?)] = [
        ("xfs", 0, Array("XFSB".utf8), (108, 12)),
        ("luks", 0, [0x4C, 0x55, 0x4B, 0x53, 0xBA, 0xBE], nil),
        ("squashfs", 0, Array("hsqs".utf8), nil),
        ("ntfs", 3, Array("NTFS    ".utf8), nil),
        ("refs", 3, Array("ReFS\0".utf8), nil),
        ("bitlocker", 3, Array("-FVE-FS-".utf8), nil),
        ("exfat", 3, Array("EXFAT   ".utf8), nil),
        ("vfat", 82, Array("FAT32   ".utf8), (71, 11)),
        ("vfat", 54, Array("FAT16   ".utf8), (43, 11)),
        ("vfat", 54, Array("FAT12   ".utf8), (43, 11)),
        ("lvm2", 536, Array("LVM2 001".utf8), nil),
        ("f2fs", 1024, [0x10, 0x20, 0xF5, 0xF2], nil),
        ("swap", 4086, Array("SWAPSPACE2".utf8), (1052, 16)),
        ("mdraid", 4096, [0xFC, 0x4E, 0x2B, 0xA9], (4128, 32)),
        ("iso9660", 32_769, Array("CD001".utf8), (32_808, 32)),
        ("btrfs", 65_600, Array("_BHRfS_M".utf8), (65_835, 256)),
        ("ufs2", 66_908, [0x19, 0x01, 0x54, 0x19], nil),
    ]

    /// Looks at a disk from an offset on.
    static func probe(_ disk: some DiskSource, at offset: UInt64) throws(DiskImageError) -> FileSystem? {
        let head = PaddedBytes(try disk.start(at: offset, count: 8192))
        if let found = ext(head) { return found }
        for kind in magics {
            let reach = max(kind.offset + kind.magic.count, kind.label.map { $0.offset + $0.count } ?? 0)
            let fields =
                reach <= 8192
                ? head : PaddedBytes(try disk.start(at: offset + UInt64(kind.offset / 512 * 512), count: 2048))
            let base = reach <= 8192 ? 0 : kind.offset / 512 * 512
            guard fields.slice(kind.offset - base, kind.magic.count).elementsEqual(kind.magic) else { continue }
            let label = kind.label.map { fields.text($0.offset - base, $0.count).trimmed } ?? ""
            return FileSystem(type: kind.type, label: label)
        }
        return nil
    }

    /// ext2, ext3 and ext4 share a superblock; features tell them apart (Linux' Documentation/filesystems/ext4).
    private static func ext(_ head: PaddedBytes) -> FileSystem? {
        guard head.little(1080, as: UInt16.self) == 0xEF53 else { return nil }
        let (compatible, incompatible): (UInt32, UInt32) = (head.little(1116), head.little(1120))
        let type = incompatible & 0x2C0 != 0 ? "ext4" : compatible & 0x4 != 0 ? "ext3" : "ext2"
        return FileSystem(type: type, label: head.text(1144, 16))
    }
}
