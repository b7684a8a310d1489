/// What people call an image and is none that is read here: it is named rather than taken for raw.
struct ForeignFile: Sendable {
    /// Where it shows, in bytes.
    let offset: UInt64
    let name: String
    let hint: String

    /// - Parameter file: one without the magic number of a format that is read here.
    init?(_ file: FileBytes, head: PaddedBytes) throws(DiskImageError) {
        guard file.size > 0 else {
            self.init(0, "an empty file", Self.fetchAgain)
            return
        }
        if let known = Self.byMagic(head) {
            self = known
        } else if let disk = try Self.fixedVHD(file) {
            self = disk
        } else if let text = try TextFile(file, head: head) {
            self.init(0, text.name, text.hint)
        } else {
            return nil
        }
    }

    private init(_ offset: UInt64, _ name: String, _ hint: String) {
        (self.offset, self.name, self.hint) = (offset, name, hint)
    }

    static let fetchAgain = "the download or the copy before it failed: fetch the image again"

    private static func byMagic(_ head: PaddedBytes) -> ForeignFile? {
        for known in magics where head.slice(known.offset, known.magic.count).elementsEqual(known.magic) {
            return ForeignFile(UInt64(known.offset), known.name, known.hint)
        }
        return nil
    }

    /// A disk as it is with a footer behind it, in the last 512 bytes or, from early versions of Virtual PC, in 511
    /// ("Virtual Hard Disk Image Format Specification" 1.0). A guest would see the footer, and tools take the file for raw.
    private static func fixedVHD(_ file: FileBytes) throws(DiskImageError) -> ForeignFile? {
        for length: UInt64 in [512, 511] where file.size > length {
            let footer = PaddedBytes(try file.bytes(at: file.size - length, count: 511, "VHD footer"))
            guard footer.starts(with: "conectix"), footer.big(60, as: UInt32.self) == 2 else { continue }
            return ForeignFile(
                file.size - length, "a VHD image of fixed size (Virtual PC, Hyper-V, Azure)", convert("vpc"))
        }
        return nil
    }

    private static func convert(_ format: String) -> String {
        "qemu-img convert -f \(format) -O qcow2 makes a qcow2 of it"
    }

    private static let magics: [(offset: Int, magic: [UInt8], name: String, hint: String)] = [
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
        (0, Array("OOOM".utf8), "a UML copy-on-write disk", "uml_moo makes one disk of it and what is beneath it"),
        (
            257, Array("ustar".utf8), "a tar archive without an OVF, which an OVA has",
            "unpack it, and name the image that is in it"
        ),
        (0, [0x1F, 0x8B, 0x08], "a gzip file", "gunzip it first"),
        (0, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "an xz file", "unxz it first"),
        (0, [0x28, 0xB5, 0x2F, 0xFD], "a zstd file", "unzstd it first"),
        (0, [0x04, 0x22, 0x4D, 0x18], "an lz4 file", "unlz4 it first"),
        (0, Array("BZh".utf8), "a bzip2 file", "bunzip2 it first"),
        (0, Array("LZIP".utf8), "an lzip file", "lzip -d unpacks it"),
        (0, [0x50, 0x4B, 0x03, 0x04], "a zip archive", "unzip it first"),
        (0, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive", "7z x unpacks it"),
        (0, Array("Rar!\u{1A}\u{07}".utf8), "a RAR archive", "unrar x unpacks it"),
        (0, Array("!<arch>\n".utf8), "an ar archive, as a Debian package is", "name the image that is in it"),
        (0, [0xED, 0xAB, 0xEE, 0xDB], "an RPM package", "name the image that is in it"),
        (0, Array("070701".utf8), "a cpio archive, as an initramfs is", "name the disk that belongs to it"),
        (
            0, Array("MSWIM\0\0\0".utf8), "a Windows installation image (WIM)",
            "take the ISO or a disk that it was installed on"
        ),
        (0, Array("%PDF-".utf8), "a PDF document", fetchAgain),
        (0, [0x7F, 0x45, 0x4C, 0x46], "a program or kernel (ELF)", "name the disk that belongs to it"),
        (0x202, Array("HdrS".utf8), "a Linux kernel", "name the disk that belongs to it"),
    ]
}
