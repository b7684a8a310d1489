/// The header of a hosted sparse extent (Virtual Disk Format 5.0, "Hosted Sparse Extents"), which is also the footer of
/// a stream-optimized one.
struct SparseExtentHeader: Sendable, Equatable {
    /// Bits of `flags`.
    enum Flag: UInt32 {
        case validNewlines = 0x1
        case redundantGrainTable = 0x2
        case zeroedGrains = 0x4
        case compressedGrains = 0x1_0000
        case markers = 0x2_0000
    }

    static let magic = Array("KDMV".utf8)
    static let sector: UInt64 = 512
    /// `GD_AT_END`: the directory's place stands in the footer.
    static let directoryAtEnd = UInt64.max

    let version: UInt32
    let flags: UInt32
    /// In bytes.
    let capacity: UInt64
    /// In bytes.
    let grainSize: UInt64
    /// In sectors; 0 when the descriptor is in a file of its own.
    let descriptorSector: UInt64
    let descriptorSectors: UInt64
    let entriesPerTable: Int
    /// In sectors.
    let redundantDirectory: UInt64
    /// In sectors, or `directoryAtEnd`.
    let directory: UInt64
    /// In sectors.
    let overhead: UInt64
    let uncleanShutdown: Bool
    let compression: UInt16

    func has(_ flag: Flag) -> Bool { flags & flag.rawValue != 0 }

    var grains: UInt64 { capacity.blocks(of: grainSize) }
    /// How many grain tables the directory has places for.
    var tables: Int { Int(grains.blocks(of: UInt64(entriesPerTable))) }

    /// Reads and checks a header.
    ///
    /// - Parameter offset: 0, or the place of a footer, in bytes.
    static func read(from file: FileBytes, at offset: UInt64 = 0) throws(DiskImageError) -> SparseExtentHeader {
        let name = offset == 0 ? "sparse extent header" : "footer"
        let fields = PaddedBytes(try file.bytes(at: offset, count: 512, name))
        let check = FieldCheck(file: file, structure: name, offset: offset)
        try check.that(fields.bytes.starts(with: magic), 0, "the magic number KDMV", "other bytes")
        let version: UInt32 = fields.little(4)
        try check.that(1...3 ~= version, 4, "version 1 to 3", "version \(version)")
        try checkNewlines(fields, check)
        let header = try SparseExtentHeader(fields, version, check)
        let algorithm = header.compression
        try check.that(algorithm <= 1, 77, "compressAlgorithm 0 (none) or 1 (deflate)", "\(algorithm)")
        try check.that(
            !header.has(.compressedGrains) || algorithm == 1, 77, "deflate, as the grains are compressed", "none")
        return header
    }

    private init(_ fields: PaddedBytes, _ version: UInt32, _ check: FieldCheck) throws(DiskImageError) {
        let sectors: UInt64 = fields.little(12)
        try check.that(sectors <= UInt64(Int64.max) / 512, 12, "a capacity below 8 EiB", "\(sectors) sectors")
        let grain: UInt64 = fields.little(20)
        // The specification's least is 8 sectors; the most is what qemu reads (a GiB).
        try check.that(grain.isPowerOfTwo && 8...0x20_0000 ~= grain, 20, "a power of two from 8 sectors on", "\(grain)")
        let entries: UInt32 = fields.little(44)
        try check.that(1...512 ~= entries, 44, "512 entries in a grain table", "\(entries)")
        self.version = version
        flags = fields.little(8)
        capacity = sectors * Self.sector
        grainSize = grain * Self.sector
        descriptorSector = fields.little(28)
        descriptorSectors = fields.little(36)
        entriesPerTable = Int(entries)
        redundantDirectory = fields.little(48)
        directory = fields.little(56)
        overhead = fields.little(64)
        uncleanShutdown = fields.little(72, as: UInt8.self) != 0
        compression = fields.little(77)
    }

    /// Four bytes that a transfer as text would have changed.
    private static func checkNewlines(_ fields: PaddedBytes, _ check: FieldCheck) throws(DiskImageError) {
        guard fields.little(8, as: UInt32.self) & Flag.validNewlines.rawValue != 0 else { return }
        try check.that(
            fields.slice(73, 4).elementsEqual("\n \r\n".utf8), 73, "the bytes LF, space, CR, LF",
            "others: the file was transferred as text")
    }
}

/// Throws when a field of a structure is not as it has to be.
struct FieldCheck {
    let file: FileBytes
    let structure: String
    /// Where the structure begins.
    let offset: UInt64

    func that(
        _ holds: Bool, _ field: UInt64, _ expected: @autoclosure () -> String, _ found: @autoclosure () -> String
    ) throws(DiskImageError) {
        guard !holds else { return }
        throw file.damaged(structure, at: offset + field, expected: expected(), found: found())
    }
}
