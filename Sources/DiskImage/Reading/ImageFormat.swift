/// A format of disk images that is read here.
public enum ImageFormat: String, Sendable, Encodable, CaseIterable {
    case raw, qcow2, vmdk

    /// Other things that people call an image, by their magic numbers: they are named rather than taken for raw.
    private static let foreign: [(offset: Int, magic: [UInt8], name: String, hint: String)] = [
        (0, Array("COWD".utf8), "an ESX copy-on-write disk (vmfsSparse)", "consolidate the snapshots, or clone it"),
        (
            0, [0xBE, 0xBA, 0xFE, 0xCA], "a space-efficient sparse VMDK (seSparse)",
            "consolidate the snapshots, or clone it"
        ),
        (0, Array("conectix".utf8), "a VHD image (Virtual PC, Hyper-V)", convert("vpc")),
        (0, Array("vhdxfile".utf8), "a VHDX image (Hyper-V)", convert("vhdx")),
        (0x40, [0x7F, 0x10, 0xDA, 0xBE], "a VDI image (VirtualBox)", convert("vdi")),
        (0, Array("QED\0".utf8), "a QED image", convert("qed")),
        (0, Array("WithoutFreeSpace".utf8), "a Parallels image", convert("parallels")),
        (0, Array("WithouFreSpacExt".utf8), "a Parallels image", convert("parallels")),
        (257, Array("ustar".utf8), "a tar archive, as an OVA is", "unpack it, and name the .vmdk that is in it"),
        (0, [0x1F, 0x8B, 0x08], "a gzip file", "gunzip it first"),
        (0, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "an xz file", "unxz it first"),
        (0, [0x28, 0xB5, 0x2F, 0xFD], "a zstd file", "unzstd it first"),
        (0, Array("BZh".utf8), "a bzip2 file", "bunzip2 it first"),
        (0, [0x50, 0x4B, 0x03, 0x04], "a zip archive", "unzip it first"),
    ]

    private static func convert(_ format: String) -> String {
        "qemu-img convert -f \(format) -O qcow2 makes a qcow2 of it"
    }

    /// Which format a file has, by what is in it and never by its name.
    ///
    /// - Throws: `.unknownFormat` for a known format that is not read here. What has no magic number is raw.
    static func detect(_ file: FileBytes) throws(DiskImageError) -> ImageFormat {
        let head = Fields(try file.bytes(at: 0, count: Int(min(file.size, 1024)), "image"))
        if head.bytes.starts(with: Qcow2Header.magic) { return .qcow2 }
        if head.bytes.starts(with: SparseExtentHeader.magic) || VMDKDescriptor.begins(head.bytes) { return .vmdk }
        for other in foreign where head.slice(other.offset, other.magic.count).elementsEqual(other.magic) {
            throw DiskImageError(
                .unknownFormat, file: file.path, offset: UInt64(other.offset), structure: "image",
                expected: "raw, qcow2 or VMDK", found: other.name, hint: other.hint)
        }
        return .raw
    }
}
