/// Writes qcow2 of version 3 as QEMU's specification (docs/interop/qcow2.txt) has it: header, refcounts, L1 table; then,
/// for every 512 MiB of the disk that have any data, their L2 table and their clusters. Clusters are not compressed, so
/// the length is known before the first byte is written, and an instance starts from it at once.
struct Qcow2Encoder: ImageEncoder {
    private let grains: MappedGrains
    /// Bytes, in whole sectors.
    private let capacity: UInt64
    /// For each L2 table, the cluster that it is in; 0: there is none, as there is no data.
    private let tables: [UInt64]
    private let refcountTable: UInt64
    private let refcountBlocks: UInt64
    private let clusters: UInt64

    private static let cluster = UInt64(ImageEncoding.grainSize)
    /// Entries of an L2 table, of an L1 cluster or a cluster of the refcount table; of 8 bytes each.
    private static let entries = cluster / 8
    /// Refcounts of 16 bits in a block.
    private static let refcounts = cluster / 2
    /// "copied": nothing else refers to the cluster.
    private static let copied: UInt64 = 1 << 63

    var length: UInt64? { clusters * Self.cluster }

    init(_ source: any DiskSource, threads: Int) throws(DiskImageError) {
        let map = try DataMap(of: source, threads: threads)
        grains = MappedGrains(source: source, map: map, threads: threads)
        capacity = sectors(of: source) * 512
        let counts = (0..<max(1, capacity.blocks(of: Self.cluster * Self.entries))).map { table in
            map.count(in: table * Self.entries..<(table + 1) * Self.entries)
        }
        let directory = UInt64(counts.count).blocks(of: Self.entries)
        let content = directory + counts.reduce(0) { $0 + ($1 == 0 ? 0 : $1 + 1) }
        (refcountTable, refcountBlocks) = Self.refcountClusters(for: content)
        clusters = 1 + refcountTable + refcountBlocks + content
        var next = 1 + refcountTable + refcountBlocks + directory
        tables = counts.map { count in
            guard count > 0 else { return 0 }
            defer { next += 1 + count }
            return next
        }
    }

    /// The clusters of refcount table and blocks count themselves, too.
    private static func refcountClusters(for content: UInt64) -> (table: UInt64, blocks: UInt64) {
        var (table, blocks): (UInt64, UInt64) = (1, 1)
        while true {
            let wanted = (1 + table + blocks + content).blocks(of: refcounts)
            let room = wanted.blocks(of: entries)
            if (table, blocks) == (room, wanted) { return (table, blocks) }
            (table, blocks) = (room, wanted)
        }
    }

    func encode(progress: (UInt64) -> Void, into sink: PieceSink) throws(DiskImageError) {
        try sink(.data(header))
        try writeRefcounts(into: sink)
        var directory: [UInt8] = []
        for table in tables { directory.append(big: table == 0 ? 0 : table * Self.cluster | Self.copied) }
        try sink(.data(directory.padded(toMultipleOf: Int(Self.cluster))))
        var written: UInt64?
        try grains.write(progress: progress, into: sink) { (first) throws(DiskImageError) in
            let number = first / Self.entries
            guard number != written else { return }
            written = number
            try sink(.data(table(number)))
        }
    }

    private func writeRefcounts(into sink: PieceSink) throws(DiskImageError) {
        var table: [UInt8] = []
        for block in 0..<refcountBlocks { table.append(big: (1 + refcountTable + block) * Self.cluster) }
        try sink(.data(table.padded(toMultipleOf: Int(Self.cluster))))
        for block in 0..<refcountBlocks {
            let used = min(Self.refcounts, clusters - block * Self.refcounts)
            let ones = [UInt8](unsafeUninitializedCapacity: Int(used) * 2) { bytes, count in
                for index in 0..<Int(used) { (bytes[2 * index], bytes[2 * index + 1]) = (0, 1) }
                count = Int(used) * 2
            }
            try sink(.data(ones.padded(to: Int(Self.cluster))))
        }
    }

    /// An L2 table: its clusters follow it in the order of the disk.
    private func table(_ number: UInt64) -> [UInt8] {
        var entries = [UInt64](repeating: 0, count: Int(Self.entries))
        var place = tables[Int(number)] + 1
        for grain in grains.map.grains(in: number * Self.entries..<(number + 1) * Self.entries) {
            entries[Int(grain % Self.entries)] = place * Self.cluster | Self.copied
            place += 1
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(Self.cluster))
        for entry in entries { bytes.append(big: entry) }
        return bytes
    }

    /// "Header", with the fields of version 3, in a cluster of its own.
    private var header: [UInt8] {
        var bytes: [UInt8] = [0x51, 0x46, 0x49, 0xFB]
        bytes.append(big: UInt32(3))
        bytes.append(big: UInt64(0))  // no backing file
        bytes.append(big: UInt32(0))
        bytes.append(big: UInt32(16))  // cluster_bits
        bytes.append(big: capacity)
        bytes.append(big: UInt32(0))  // not encrypted
        bytes.append(big: UInt32(tables.count))
        bytes.append(big: (1 + refcountTable + refcountBlocks) * Self.cluster)
        bytes.append(big: Self.cluster)
        bytes.append(big: UInt32(refcountTable))
        bytes.append(big: UInt32(0))  // no snapshots
        bytes.append(big: UInt64(0))
        for _ in 0..<3 { bytes.append(big: UInt64(0)) }  // no feature bits
        bytes.append(big: UInt32(4))  // refcount_order
        bytes.append(big: UInt32(104))  // header_length
        return bytes.padded(to: Int(Self.cluster))
    }
}
