/// The clusters of one qcow2 file (docs/interop/qcow2.txt, "Cluster mapping").
final class Qcow2Layer: DiskLayer {
    let header: Qcow2Header
    let file: FileBytes
    private let l1: TableCache<UInt64>
    private let l2: TableCache<UInt64>
    private let inflater: BlockInflater
    private let l2Bits: Int

    var capacity: UInt64 { header.capacity }

    private enum Mask {
        /// Bits 9 to 55 of an L1 or L2 entry: a place in the file.
        static let offset: UInt64 = 0x00FF_FFFF_FFFF_FE00
        static let compressed: UInt64 = 1 << 62
        static let zero: UInt64 = 1
    }

    init(_ header: Qcow2Header, in file: FileBytes) throws(DiskImageError) {
        self.header = header
        self.file = file
        l2Bits = header.clusterBits - 3
        let slice = 8192
        l1 = TableCache(of: file, named: "L1 table", bigEndian: true, entriesPerSlice: slice, memory: 1 << 20)
        l2 = TableCache(
            of: file, named: "L2 table", bigEndian: true, entriesPerSlice: min(slice, 1 << l2Bits), memory: 4 << 20)
        inflater = BlockInflater(
            of: file, header.compression, named: "compressed cluster", blockSize: header.clusterSize)
        try checkL1()
    }

    /// Every L2 table takes a cluster of its own, so a file has no more of them than clusters. This bounds the time that
    /// it takes to walk through them.
    private func checkL1() throws(DiskImageError) {
        var tables: UInt64 = 0
        var index = 0
        while index < header.l1.count {
            let entries = try l1.entries(of: header.l1, from: index)
            for entry in entries where entry & Mask.offset != 0 { tables += 1 }
            index += entries.count
        }
        guard tables <= file.size / header.clusterSize + 1 else {
            throw file.damaged(
                "L1 table", at: header.l1.start, expected: "an L2 table of its own for each entry",
                found: "\(tables) entries in a file of \(file.size / header.clusterSize) clusters")
        }
    }

    func stretch(at offset: UInt64, upTo end: UInt64) throws(DiskImageError) -> Stretch {
        let cluster = offset >> UInt64(header.clusterBits)
        let index = Int(cluster >> UInt64(l2Bits))
        let entries = try l1.entries(of: header.l1, from: index)
        guard let first = entries.first, first & Mask.offset != 0 else {
            let empty = entries.prefix { $0 & Mask.offset == 0 }.count
            let next = UInt64(index + empty) << UInt64(l2Bits + header.clusterBits)
            return Stretch(length: min(end, next) - offset, content: .absent)
        }
        let table = try l2Table(first & Mask.offset, entry: index)
        return try stretch(at: offset, upTo: end, in: table)
    }

    private func l2Table(_ place: UInt64, entry: Int) throws(DiskImageError) -> Table {
        guard place % header.clusterSize == 0 else {
            throw file.damaged(
                "L1 entry \(entry)", at: header.l1.start + UInt64(entry) * 8,
                expected: "a multiple of \(header.clusterSize)", found: "\(place)")
        }
        return Table(start: place, count: 1 << l2Bits)
    }

    /// Joins clusters that are stored alike: those of one kind, and for data those that follow each other in the file.
    private func stretch(at offset: UInt64, upTo end: UInt64, in table: Table) throws(DiskImageError) -> Stretch {
        let size = header.clusterSize
        let cluster = offset >> UInt64(header.clusterBits)
        let index = Int(cluster) & (table.count - 1)
        let entries = try l2.entries(of: table, from: index)
        let start = cluster << UInt64(header.clusterBits)
        let inside = offset - start
        let first = entries[entries.startIndex]
        let content = try content(of: first, at: start, place: table.start + UInt64(index) * 8)
        var length = size
        if case .compressed = content { return Stretch(length: min(end - offset, size - inside), content: content) }
        for entry in entries.dropFirst() {
            guard offset + length - inside < end, continues(entry, content, after: length) else { break }
            length += size
        }
        let shifted: Stretch.Content =
            if case .stored(let place) = content { .stored(at: place + inside) } else { content }
        return Stretch(length: min(end - offset, length - inside), content: shifted)
    }

    private func continues(_ entry: UInt64, _ content: Stretch.Content, after length: UInt64) -> Bool {
        guard entry & Mask.compressed == 0 else { return false }
        let place = entry & Mask.offset
        switch content {
        case .stored(let first): return !isZero(entry) && place == first + length
        case .zero: return isZero(entry)
        case .absent: return place == 0 && !isZero(entry)
        case .compressed: return false
        }
    }

    /// Version 2 has no cluster that reads as zeros: bit 0 is reserved there.
    private func isZero(_ entry: UInt64) -> Bool { header.version >= 3 && entry & Mask.zero != 0 }

    private func content(
        of entry: UInt64, at start: UInt64, place entryPlace: UInt64
    ) throws(DiskImageError) -> Stretch.Content {
        if entry & Mask.compressed != 0 { return .compressed(try compressed(entry, at: start, place: entryPlace)) }
        if isZero(entry) { return .zero }
        let place = entry & Mask.offset
        guard place != 0 else {
            guard entry & Mask.zero == 0 else {
                throw file.damaged(
                    "L2 entry", at: entryPlace, expected: "a cluster or none", found: "version 3's mark for zeros")
            }
            return .absent
        }
        guard place % header.clusterSize == 0 else {
            throw file.damaged(
                "L2 entry", at: entryPlace, expected: "a multiple of \(header.clusterSize)", found: "\(place)")
        }
        guard place < file.size else { throw pastEnd(entryPlace, place) }
        return .stored(at: place)
    }

    /// "Compressed Clusters Descriptor": a place that need not be aligned, and how many sectors follow its own.
    private func compressed(
        _ entry: UInt64, at start: UInt64, place entryPlace: UInt64
    ) throws(DiskImageError) -> CompressedBlock {
        let sectorShift = UInt64(62 - (header.clusterBits - 8))
        let place = entry & ((1 << sectorShift) - 1)
        let sectors = (entry & (Mask.compressed - 1)) >> sectorShift
        guard place >= header.clusterSize, place < file.size else { throw pastEnd(entryPlace, place) }
        let length = (sectors + 1) * 512 - place % 512
        return CompressedBlock(
            place: place, length: min(length, file.size - place), start: start, size: header.clusterSize,
            least: header.clusterSize)
    }

    private func pastEnd(_ entryPlace: UInt64, _ place: UInt64) -> DiskImageError {
        DiskImageError(
            .truncated, file: file.path, offset: entryPlace, structure: "L2 entry",
            expected: "a cluster behind the header within the file's \(file.size) bytes", found: "byte \(place)")
    }

    func readStored(into buffer: UnsafeMutableRawBufferPointer, from place: UInt64) throws(DiskImageError) {
        try file.read(into: buffer, at: place, "data cluster")
    }

    func readCompressed(
        _ block: CompressedBlock, skipping: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(DiskImageError) {
        try inflater.read(
            block, from: block.place..<(block.place + block.length), skipping: skipping, into: buffer)
    }

    /// Where it begins is checked with its L2 entry; where it ends is known to the decompressor only.
    func checkCompressed(_ block: CompressedBlock) {}
}
