import ImageMeta

/// Writes a monolithicSparse VMDK: Virtual Disk Format 5.0, "Hosted Sparse Extents". Grain directory and grain tables
/// stand twice before the grains, which follow each other in the order of the disk.
struct MonolithicSparseEncoder: ImageEncoder {
    private let grains: MappedGrains
    private let adapter: VMwareAdapter
    /// In sectors, as everything here.
    private let capacity: UInt64
    private let tables: UInt64
    /// Where the redundant directory and the other one begin.
    private let directories: (redundant: UInt64, own: UInt64)
    private let overhead: UInt64
    private let dataGrains: UInt64

    private static let grain = SparseExtentHeaderBytes.grainSectors
    private static let entries = SparseExtentHeaderBytes.tableEntries
    private static let tableSectors = entries * 4 / 512

    var length: UInt64? { (overhead + dataGrains * Self.grain) * 512 }

    init(_ source: any DiskSource, adapter: VMwareAdapter, threads: Int) throws(DiskImageError) {
        let map = try DataMap(of: source, threads: threads)
        grains = MappedGrains(source: source, map: map, threads: threads)
        self.adapter = adapter
        capacity = sectors(of: source)
        let allGrains = capacity.blocks(of: Self.grain)
        dataGrains = map.count(in: 0..<allGrains)
        tables = allGrains.blocks(of: Self.entries)
        let size = (tables * 4).blocks(of: 512) + tables * Self.tableSectors
        let first = 1 + VMDKDescriptorText.sectors
        directories = (first, first + size)
        overhead = (first + 2 * size).blocks(of: Self.grain) * Self.grain
        guard overhead + dataGrains * Self.grain <= UInt64(UInt32.max) else {
            throw DiskImageError(
                .limit, file: "monolithicSparse VMDK", structure: "grain table", expected: "at most 2 TiB of data",
                found: "more", hint: "use qcow2 or raw")
        }
    }

    func encode(progress: (UInt64) -> Void, into sink: PieceSink) throws(DiskImageError) {
        let header = SparseExtentHeaderBytes(
            version: 1, flags: 3, capacity: capacity, redundantDirectory: directories.redundant,
            directory: directories.own, overhead: overhead, compression: 0)
        let descriptor = VMDKDescriptorText(createType: "monolithicSparse", capacity: capacity, adapter: adapter)
        try sink(.data(header.bytes + descriptor.bytes))
        try writeTables(from: directories.redundant, into: sink)
        try writeTables(from: directories.own, into: sink)
        let used = directories.own + (directories.own - directories.redundant)
        if overhead > used { try sink(.zeros((overhead - used) * 512)) }
        try grains.write(progress: progress, into: sink)
    }

    /// A directory and its tables.
    private func writeTables(from start: UInt64, into sink: PieceSink) throws(DiskImageError) {
        let first = start + (tables * 4).blocks(of: 512)
        var directory: [UInt8] = []
        directory.reserveCapacity(Int(tables) * 4)
        for table in 0..<tables { directory.append(little: UInt32(first + table * Self.tableSectors)) }
        try sink(.data(directory.padded(toMultipleOf: 512)))
        var place = overhead
        for table in 0..<tables {
            let found = grains.map.grains(in: table * Self.entries..<(table + 1) * Self.entries)
            if found.isEmpty {
                try sink(.zeros(Self.tableSectors * 512))
                continue
            }
            var entries = [UInt32](repeating: 0, count: Int(Self.entries))
            for grain in found {
                entries[Int(grain % Self.entries)] = UInt32(place)
                place += Self.grain
            }
            var bytes: [UInt8] = []
            for entry in entries { bytes.append(little: entry) }
            try sink(.data(bytes))
        }
    }
}
