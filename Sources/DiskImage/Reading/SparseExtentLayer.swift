/// The grains of one hosted sparse extent (Virtual Disk Format 5.0, "Hosted Sparse Extents" and "Stream-Optimized
/// Compressed Sparse Extents").
final class SparseExtentLayer: DiskLayer {
    let header: SparseExtentHeader
    let file: FileBytes
    /// The grain directory that is read.
    let directory: Table
    private let directories: TableCache<UInt32>
    private let tables: TableCache<UInt32>
    private let inflater: BlockInflater?

    var capacity: UInt64 { header.capacity }

    /// The largest grain that is inflated; VMware's and qemu's have 64 KiB.
    private static let largestCompressedGrain: UInt64 = 2 << 20

    /// 128 TiB in grains of 64 KiB; vSphere's largest disk has 62 TiB.
    private static let mostTables = 4 << 20

    /// - Parameter front: the header at the start of the file; a stream-optimized extent has its directory's place in
    ///   the footer.
    init(_ front: SparseExtentHeader, in file: FileBytes) throws(DiskImageError) {
        self.file = file
        header = try Self.headerWithDirectory(front, in: file)
        directory = Table(start: header.directory &* 512, count: header.tables)
        try Self.check(header, directory, in: file)
        directories = TableCache(
            of: file, named: "grain directory", bigEndian: false, entriesPerSlice: 8192, memory: 1 << 20)
        tables = TableCache(
            of: file, named: "grain table", bigEndian: false, entriesPerSlice: header.entriesPerTable, memory: 2 << 20)
        inflater =
            header.has(.compressedGrains)
            ? BlockInflater(of: file, .zlib, named: "compressed grain", blockSize: header.grainSize) : nil
        try checkDirectory()
    }

    /// "Footer": marker, copy of the header, end-of-stream marker are the last three sectors.
    private static func headerWithDirectory(
        _ front: SparseExtentHeader, in file: FileBytes
    ) throws(DiskImageError) -> SparseExtentHeader {
        guard front.directory == SparseExtentHeader.directoryAtEnd else { return front }
        guard file.size >= 4 * 512 else { throw file.truncated("footer", at: 512, count: 3 * 512) }
        let start = file.size - 3 * 512
        let footer = PaddedBytes(try file.bytes(at: start, count: 3 * 512, "footer"))
        let isFooter =
            footer.little(0, as: UInt64.self) == 1 && footer.little(8, as: UInt32.self) == 0
            && footer.little(12, as: UInt32.self) == 3 && footer.bytes[512...].starts(with: SparseExtentHeader.magic)
        let isEnd = footer.bytes[1024...].allSatisfy { $0 == 0 }
        guard isFooter, isEnd else {
            throw DiskImageError(
                .truncated, file: file.path, offset: start, structure: "footer",
                expected: "a footer marker, the footer and an end-of-stream marker as the last three sectors",
                found: "other data", hint: "the file is not whole: compare its size with where it comes from")
        }
        let header = try SparseExtentHeader.read(from: file, at: start + 512)
        let check = FieldCheck(file: file, structure: "footer", offset: start + 512)
        try check.that(
            header.capacity == front.capacity && header.grainSize == front.grainSize
                && header.entriesPerTable == front.entriesPerTable && header.flags == front.flags, 8,
            "the flags, capacity and grain size of the header", "others")
        try check.that(
            header.directory != SparseExtentHeader.directoryAtEnd, 56, "the grain directory's place", "none")
        return header
    }

    private static func check(
        _ header: SparseExtentHeader, _ directory: Table, in file: FileBytes
    ) throws(DiskImageError) {
        guard header.capacity > 0 else { return }
        guard directory.count <= mostTables else {
            throw DiskImageError(
                .limit, file: file.path, offset: 12, structure: "capacity",
                expected: "\(mostTables) grain tables at most",
                found: "\(directory.count)")
        }
        let bytes = UInt64(directory.count) * 4
        guard header.directory > 0, header.directory <= file.size / 512, bytes <= file.size - directory.start else {
            throw DiskImageError(
                .truncated, file: file.path, offset: 56, structure: "gdOffset",
                expected: "a grain directory of \(bytes) bytes within the file's \(file.size)",
                found: "sector \(header.directory)")
        }
        guard header.has(.compressedGrains) else { return }
        guard header.has(.markers) else {
            throw DiskImageError(
                .unsupported, file: file.path, offset: 8, structure: "flags",
                expected: "markers with compressed grains, as streamOptimized has them", found: "none")
        }
        guard header.grainSize <= largestCompressedGrain else {
            throw DiskImageError(
                .limit, file: file.path, offset: 20, structure: "grainSize",
                expected: "compressed grains of \(largestCompressedGrain) bytes at most", found: "\(header.grainSize)")
        }
    }

    /// Every grain table has a place of its own, so the file bounds how many there are.
    private func checkDirectory() throws(DiskImageError) {
        var count: UInt64 = 0
        var index = 0
        while index < directory.count {
            let entries = try directories.entries(of: directory, from: index)
            for entry in entries where entry != 0 { count += 1 }
            index += entries.count
        }
        guard count <= file.size / UInt64(header.entriesPerTable * 4) else {
            throw file.damaged(
                "grain directory", at: directory.start, expected: "a grain table of its own for each entry",
                found: "\(count) entries in a file of \(file.size) bytes")
        }
    }

    func stretch(at offset: UInt64, upTo end: UInt64) throws(DiskImageError) -> Stretch {
        let grain = offset / header.grainSize
        let perTable = UInt64(header.entriesPerTable)
        let index = Int(grain / perTable)
        let entries = try directories.entries(of: directory, from: index)
        guard let sector = entries.first, sector != 0 else {
            let next = UInt64(index + entries.prefix { $0 == 0 }.count) * perTable * header.grainSize
            return Stretch(length: min(end, next) - offset, content: .absent)
        }
        let table = Table(start: UInt64(sector) * 512, count: header.entriesPerTable)
        return try stretch(at: offset, upTo: end, in: table)
    }

    private func stretch(at offset: UInt64, upTo end: UInt64, in table: Table) throws(DiskImageError) -> Stretch {
        let grain = offset / header.grainSize
        let index = Int(grain % UInt64(header.entriesPerTable))
        let entries = try tables.entries(of: table, from: index)
        let start = grain * header.grainSize
        let inside = offset - start
        let content = try content(
            of: entries[entries.startIndex], at: start, place: table.start + UInt64(index) * 4)
        var length = header.grainSize
        if case .compressed = content {
            return Stretch(length: min(end - offset, length - inside), content: content)
        }
        for entry in entries.dropFirst() {
            guard offset + length - inside < end, continues(entry, content, after: length) else { break }
            length += header.grainSize
        }
        let shifted: Stretch.Content =
            if case .stored(let place) = content { .stored(at: place + inside) } else { content }
        return Stretch(length: min(end - offset, length - inside), content: shifted)
    }

    private func continues(_ entry: UInt32, _ content: Stretch.Content, after length: UInt64) -> Bool {
        switch content {
        case .stored(let first): entry > 1 && UInt64(entry) * 512 == first + length
        case .zero: entry == 1
        case .absent: entry == 0
        case .compressed: false
        }
    }

    /// "Grain Table Entry": 0 is a grain that is not there, 1 one of zeros, anything else its sector.
    private func content(
        of entry: UInt32, at start: UInt64, place entryPlace: UInt64
    ) throws(DiskImageError) -> Stretch.Content {
        let place = UInt64(entry) * 512
        if entry == 0 { return .absent }
        if entry == 1, header.has(.zeroedGrains) { return .zero }
        guard entry > 1 else {
            throw file.damaged("grain table entry", at: entryPlace, expected: "a grain's sector", found: "sector 1")
        }
        guard place < file.size else {
            throw DiskImageError(
                .truncated, file: file.path, offset: entryPlace, structure: "grain table entry",
                expected: "a grain within the file's \(file.size) bytes", found: "sector \(entry)")
        }
        guard inflater != nil else { return .stored(at: place) }
        return .compressed(
            CompressedBlock(
                place: place, length: 0, start: start, size: header.grainSize,
                least: min(header.grainSize, capacity - start)))
    }

    func readStored(into buffer: UnsafeMutableRawBufferPointer, from place: UInt64) throws(DiskImageError) {
        try file.read(into: buffer, at: place, "grain")
    }

    func readCompressed(
        _ block: CompressedBlock, skipping: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(DiskImageError) {
        try inflater?.read(block, from: grainData(block), skipping: skipping, into: buffer)
    }

    func checkCompressed(_ block: CompressedBlock) throws(DiskImageError) {
        let data = try grainData(block)
        guard data.upperBound <= file.size else {
            throw file.truncated("compressed grain", at: data.lowerBound, count: UInt64(data.count))
        }
    }

    /// "Grain Marker": the grain's first sector on the disk, the compressed size, and so many bytes.
    private func grainData(_ block: CompressedBlock) throws(DiskImageError) -> Range<UInt64> {
        var head: (lba: UInt64, size: UInt32, unused: UInt32) = (0, 0, 0)
        var failure: DiskImageError?
        withUnsafeMutableBytes(of: &head) { bytes in
            do throws(DiskImageError) {
                try file.read(into: .init(rebasing: bytes[..<12]), at: block.place, "grain marker")
            } catch { failure = error }
        }
        if let failure { throw failure }
        let check = FieldCheck(file: file, structure: "grain marker", offset: block.place)
        let lba = UInt64(littleEndian: head.lba)
        try check.that(lba == block.start / 512, 0, "LBA \(block.start / 512)", "\(lba)")
        // Incompressible data grows by a few bytes only; qemu's own bound is the same.
        let size = UInt64(UInt32(littleEndian: head.size))
        try check.that(1...(2 * header.grainSize) ~= size, 8, "1 to \(2 * header.grainSize) bytes", "\(size)")
        return (block.place + 12)..<(block.place + 12 + size)
    }
}
