/// Files of an ext2, ext3 or ext4 volume, read only and with bounded effort (Linux' Documentation/filesystems/ext4,
/// "Global Structures" and "Dynamic Structures").
///
/// Enough for the small files that tell which system it is. What it does not read, it says: directories and data in
/// inodes, encrypted files, descriptors spread over the volume (meta_bg).
struct ExtVolume {
    /// Why a file cannot be had.
    enum Failure: Error, Equatable {
        case unreadable(String)
        case disk(DiskImageError)
    }

    private let disk: any DiskSource
    private let start: UInt64
    private let blockSize: UInt64
    private let inodesPerGroup: UInt32
    private let inodeSize: UInt64
    private let descriptorSize: UInt64
    private let firstBlock: UInt64
    private let inodes: UInt32
    /// The journal has changes that are not in place yet.
    let needsRecovery: Bool

    private static let directoryLimit = 1 << 20
    private static let fileLimit = 64 << 10

    init(_ disk: any DiskSource, at start: UInt64) throws(Failure) {
        self.disk = disk
        self.start = start
        let fields = try Self.fields(disk, at: start + 1024, count: 1024)
        let shift: UInt32 = fields.little(24)
        guard fields.little(56, as: UInt16.self) == 0xEF53, shift <= 6 else { throw .unreadable("no superblock") }
        let incompatible: UInt32 = fields.little(96)
        guard incompatible & 0x10 == 0 else { throw .unreadable("its descriptors are spread (meta_bg)") }
        blockSize = 1024 << UInt64(shift)
        inodes = fields.little(0)
        inodesPerGroup = fields.little(40)
        inodeSize = fields.little(76, as: UInt32.self) == 0 ? 128 : UInt64(fields.little(88, as: UInt16.self))
        descriptorSize = incompatible & 0x80 == 0 ? 32 : UInt64(fields.little(254, as: UInt16.self))
        firstBlock = UInt64(fields.little(20, as: UInt32.self))
        needsRecovery = incompatible & 0x4 != 0
        guard inodesPerGroup > 0, 128...4096 ~= inodeSize, 32...1024 ~= descriptorSize else {
            throw .unreadable("its superblock makes no sense")
        }
    }

    /// The bytes of a file, with links followed; nil when there is no such file.
    func file(_ path: String) throws(Failure) -> [UInt8]? {
        var names = path.split(separator: "/").map(String.init)[...]
        var folders: [Inode] = [try inode(2)]
        var links = 0
        while let name = names.popFirst() {
            guard let folder = folders.last, folder.isDirectory else { return nil }
            if name == ".." {
                if folders.count > 1 { folders.removeLast() }
                continue
            }
            guard let number = try entry(name, in: folder) else { return nil }
            let found = try inode(number)
            guard found.isLink else {
                folders.append(found)
                continue
            }
            links += 1
            guard links <= 8 else { throw .unreadable("\(path): too many links") }
            let target = String(decoding: try contents(found, limit: 4096), as: UTF8.self)
            if target.hasPrefix("/") { folders.removeSubrange(1...) }
            names = ArraySlice(target.split(separator: "/").map(String.init).filter { $0 != "." } + names)
        }
        guard let last = folders.last, last.isFile else { return nil }
        return try contents(last, limit: Self.fileLimit)
    }

    private struct Inode {
        let fields: PaddedBytes
        var kind: UInt16 { fields.little(0, as: UInt16.self) & 0xF000 }
        var isDirectory: Bool { kind == 0x4000 }
        var isFile: Bool { kind == 0x8000 }
        var isLink: Bool { kind == 0xA000 }
        var size: UInt64 {
            UInt64(fields.little(4, as: UInt32.self)) | UInt64(fields.little(108, as: UInt32.self)) << 32
        }
        var flags: UInt32 { fields.little(32) }
        /// The 60 bytes that hold block numbers, extents or a short link.
        var block: ArraySlice<UInt8> { fields.slice(40, 60) }
    }

    private func inode(_ number: UInt32) throws(Failure) -> Inode {
        guard number >= 1, number <= inodes else { throw .unreadable("inode \(number) does not exist") }
        let (group, index) = (number - 1).quotientAndRemainder(dividingBy: inodesPerGroup)
        let place = (firstBlock + 1) * blockSize + UInt64(group) * descriptorSize
        let descriptor = try Self.fields(disk, at: start + place, count: Int(descriptorSize))
        let high = descriptorSize >= 64 ? UInt64(descriptor.little(40, as: UInt32.self)) << 32 : 0
        let table = UInt64(descriptor.little(8, as: UInt32.self)) | high
        return Inode(fields: try bytes(ofBlock: table, skipping: UInt64(index) * inodeSize, count: Int(inodeSize)))
    }

    /// The inode that a directory has for a name. Hashed directories are read like plain ones: their index blocks look
    /// like unused entries.
    private func entry(_ name: String, in folder: Inode) throws(Failure) -> UInt32? {
        let entries = PaddedBytes(try contents(folder, limit: Self.directoryLimit))
        var offset = 0
        while offset + 8 <= entries.bytes.count {
            let length = Int(entries.little(offset + 4, as: UInt16.self))
            let nameLength = Int(entries.little(offset + 6, as: UInt8.self))
            guard length >= 8 else { throw .unreadable("a directory entry of \(length) bytes") }
            let number: UInt32 = entries.little(offset)
            if number != 0, entries.slice(offset + 8, nameLength).elementsEqual(name.utf8) { return number }
            offset += length
        }
        return nil
    }

    private func contents(_ inode: Inode, limit: Int) throws(Failure) -> [UInt8] {
        guard inode.flags & 0x800 == 0 else { throw .unreadable("a file is encrypted") }
        guard inode.flags & 0x1000_0000 == 0 else { throw .unreadable("a file lies in its inode (inline_data)") }
        let size = Int(min(inode.size, UInt64(limit)))
        if inode.isLink, inode.size < 60 { return Array(inode.block.prefix(size)) }
        var bytes: [UInt8] = []
        var block: UInt32 = 0
        while bytes.count < size {
            let count = min(Int(blockSize), size - bytes.count)
            let place = try place(of: block, in: inode)
            // A hole reads as zeros.
            bytes +=
                place == 0
                ? [UInt8](repeating: 0, count: count)
                : try self.bytes(ofBlock: place, skipping: 0, count: count).bytes
            block += 1
        }
        return bytes
    }

    /// Where a block of a file is, or 0.
    private func place(of block: UInt32, in inode: Inode) throws(Failure) -> UInt64 {
        if inode.flags & 0x8_0000 != 0 { return try extent(of: block, in: PaddedBytes(Array(inode.block)), depth: 0) }
        if block < 12 { return UInt64(inode.fields.little(40 + 4 * Int(block), as: UInt32.self)) }
        let indirect = UInt64(inode.fields.little(88, as: UInt32.self))
        guard UInt64(block) - 12 < blockSize / 4 else { throw .unreadable("a file of more blocks than are followed") }
        guard indirect != 0 else { return 0 }
        let number = try bytes(ofBlock: indirect, skipping: UInt64(block - 12) * 4, count: 4)
        return UInt64(number.little(0, as: UInt32.self))
    }

    /// "Extent Tree": a header, then entries in order; five levels at most.
    private func extent(of block: UInt32, in node: PaddedBytes, depth: Int) throws(Failure) -> UInt64 {
        guard node.little(0, as: UInt16.self) == 0xF30A, depth <= 5 else {
            throw .unreadable("an extent tree is damaged")
        }
        let entries = Int(node.little(2, as: UInt16.self))
        let isLeaf = node.little(6, as: UInt16.self) == 0
        var best: Int?
        for index in 0..<min(entries, node.bytes.count / 12) {
            guard node.little(12 + 12 * index, as: UInt32.self) <= block else { break }
            best = 12 + 12 * index
        }
        guard let best else { return 0 }
        guard isLeaf else {
            let low = UInt64(node.little(best + 4, as: UInt32.self))
            let child = low | UInt64(node.little(best + 8, as: UInt16.self)) << 32
            return try extent(
                of: block, in: bytes(ofBlock: child, skipping: 0, count: Int(blockSize)), depth: depth + 1)
        }
        let length: UInt16 = node.little(best + 4)
        let inside = block - node.little(best, as: UInt32.self)
        // A length above 32768 marks an extent that was reserved and not written.
        guard length <= 32_768, inside < UInt32(length) else { return 0 }
        let high = UInt64(node.little(best + 6, as: UInt16.self)) << 32
        return (UInt64(node.little(best + 8, as: UInt32.self)) | high) + UInt64(inside)
    }

    private func bytes(ofBlock block: UInt64, skipping: UInt64, count: Int) throws(Failure) -> PaddedBytes {
        let (place, overflow) = block.multipliedReportingOverflow(by: blockSize)
        guard !overflow, place < disk.capacity else { throw .unreadable("block \(block) is past the end of the disk") }
        return try Self.fields(disk, at: start + place + skipping, count: count)
    }

    private static func fields(_ disk: any DiskSource, at offset: UInt64, count: Int) throws(Failure) -> PaddedBytes {
        let bytes: [UInt8]
        do throws(DiskImageError) { bytes = try disk.start(at: offset, count: count) } catch { throw .disk(error) }
        guard bytes.count == count else { throw .unreadable("it is longer than the disk") }
        return PaddedBytes(bytes)
    }
}
