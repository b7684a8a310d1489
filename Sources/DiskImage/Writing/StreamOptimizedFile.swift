import ImageMeta

/// What has been written of a streamOptimized VMDK, and the parts of it that are not grains.
struct StreamOptimizedFile {
    private let header: SparseExtentHeaderBytes
    private let descriptor: VMDKDescriptorText
    /// Sectors that are written.
    private var end: UInt64
    /// The places of all grain tables, and the entries of the one that is being filled.
    private var directory: [UInt32]
    private var table: (number: Int, entries: [UInt32])?

    /// Bytes of the disk behind one grain table.
    private static let tableSpan = SparseExtentHeaderBytes.tableEntries * UInt64(ImageEncoding.grainSize)
    /// Valid line-end test, compressed grains, markers: "SparseExtentHeader", flags, bits 0, 16 and 17.
    private static let flags: UInt32 = 0x3_0001

    /// "Marker", the types.
    private enum Marker: UInt32 { case endOfStream, grainTable, grainDirectory, footer }

    /// - Parameter capacity: in sectors.
    init(capacity: UInt64, adapter: VMwareAdapter) {
        header = SparseExtentHeaderBytes(
            version: 3, flags: Self.flags, capacity: capacity, directory: SparseExtentHeaderBytes.directoryAtEnd,
            overhead: SparseExtentHeaderBytes.grainSectors, compression: 1)
        descriptor = VMDKDescriptorText(createType: "streamOptimized", capacity: capacity, adapter: adapter)
        end = header.overhead
        directory = [UInt32](repeating: 0, count: Int((capacity * 512).blocks(of: Self.tableSpan)))
    }

    /// Header and descriptor, up to the first grain.
    var head: [UInt8] { (header.bytes + descriptor.bytes).padded(to: Int(header.overhead) * 512) }

    /// Enters grains that are written next.
    mutating func note(_ grains: CompressedGrains) throws(DiskImageError) {
        for place in grains.places {
            let sector = try entry(end + UInt64(place.sector))
            let number = Int(place.grain / SparseExtentHeaderBytes.tableEntries)
            if table == nil {
                table = (number, [UInt32](repeating: 0, count: Int(SparseExtentHeaderBytes.tableEntries)))
            }
            table?.entries[Int(place.grain % SparseExtentHeaderBytes.tableEntries)] = sector
        }
        end += UInt64(grains.bytes.count / 512)
    }

    /// The open grain table with its marker, when the grains at or after an offset belong to another one.
    mutating func table(endingBefore offset: UInt64) throws(DiskImageError) -> [UInt8]? {
        guard let table, offset / Self.tableSpan != UInt64(table.number) else { return nil }
        self.table = nil
        directory[table.number] = try entry(end + 1)
        return metadata(.grainTable, entries: table.entries)
    }

    /// Directory, footer and the end of the stream.
    mutating func tail() throws(DiskImageError) -> [UInt8] {
        var footer = header
        footer.directory = UInt64(try entry(end + 1))
        var bytes = metadata(.grainDirectory, entries: directory)
        bytes += marker(.footer, sectors: 1) + footer.bytes + marker(.endOfStream, sectors: 0)
        return bytes
    }

    private mutating func metadata(_ type: Marker, entries: [UInt32]) -> [UInt8] {
        var data: [UInt8] = []
        data.reserveCapacity(entries.count * 4 + 512)
        for entry in entries { data.append(little: entry) }
        data = data.padded(toMultipleOf: 512)
        let sectors = UInt64(data.count / 512)
        end += sectors + 1
        return marker(type, sectors: sectors) + data
    }

    /// One sector: how many follow, no data of its own, and what kind it is ("Marker").
    private func marker(_ type: Marker, sectors: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(little: sectors)
        bytes.append(little: UInt32(0))
        bytes.append(little: type.rawValue)
        return bytes.padded(to: 512)
    }

    /// Tables have 32 bits for a place, in sectors.
    private func entry(_ sector: UInt64) throws(DiskImageError) -> UInt32 {
        guard let entry = UInt32(exactly: sector) else {
            throw DiskImageError(
                .limit, file: "streamOptimized VMDK", structure: "grain table",
                expected: "at most 2 TiB of compressed data", found: "more", hint: "use qcow2 or raw")
        }
        return entry
    }
}
