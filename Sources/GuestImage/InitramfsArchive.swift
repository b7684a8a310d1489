/// A cpio archive in the "newc" format, as the kernel unpacks it at boot.
///
/// Written here rather than by cpio(1), so that owners, times, inode numbers and order depend on nothing but the
/// entries. The format is described in the kernel's Documentation/driver-api/early-userspace/buffer-format.rst.
struct InitramfsArchive {
    private static let directoryType = 0o040000
    private static let fileType = 0o100000
    private static let linkType = 0o120000

    private(set) var bytes: [UInt8] = []
    private var entries = 0

    mutating func add(directory path: String) {
        add(path, mode: Self.directoryType | 0o755, content: [])
    }

    mutating func add(file path: String, mode: Int = 0o644, content: [UInt8]) {
        add(path, mode: Self.fileType | mode, content: content)
    }

    mutating func add(link path: String, to target: String) {
        add(path, mode: Self.linkType | 0o777, content: Array(target.utf8))
    }

    /// Ends the archive; nothing may be added after it.
    mutating func finish() {
        add("TRAILER!!!", mode: 0, content: [])
    }

    private mutating func add(_ path: String, mode: Int, content: [UInt8]) {
        entries += 1
        let name = Array(path.utf8) + [0]
        // inode, mode, uid, gid, links, mtime, size, device (2), special device (2), name size, checksum
        let fields = [entries, mode, 0, 0, 1, HostTool.epoch, content.count, 0, 0, 0, 0, name.count, 0]
        bytes += Array("070701".utf8)
        for field in fields { bytes += Self.hexadecimal(field) }
        bytes += name
        pad()
        bytes += content
        pad()
    }

    /// Names and contents begin at multiples of four bytes.
    private mutating func pad() {
        while bytes.count % 4 != 0 { bytes.append(0) }
    }

    private static func hexadecimal(_ value: Int) -> [UInt8] {
        let digits = String(value, radix: 16)
        return Array((String(repeating: "0", count: 8 - digits.count) + digits).utf8)
    }
}
