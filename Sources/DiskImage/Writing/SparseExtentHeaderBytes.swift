/// The header of a sparse extent as it is written: Virtual Disk Format 5.0, "SparseExtentHeader".
struct SparseExtentHeaderBytes {
    /// 3 where grains are compressed, 1 elsewhere.
    var version: UInt32
    var flags: UInt32
    /// In sectors, as all that follow.
    var capacity: UInt64
    var redundantDirectory: UInt64 = 0
    var directory: UInt64
    var overhead: UInt64
    /// 1: RFC 1950 and 1951.
    var compression: UInt16

    static let grainSectors: UInt64 = 128
    static let tableEntries: UInt64 = 512
    /// The directory stands at the end, and the footer says where.
    static let directoryAtEnd: UInt64 = 0xFFFF_FFFF_FFFF_FFFF

    /// One sector.
    var bytes: [UInt8] {
        var bytes = Array("KDMV".utf8)
        bytes.append(little: version)
        bytes.append(little: flags)
        bytes.append(little: capacity)
        bytes.append(little: Self.grainSectors)
        bytes.append(little: UInt64(1))  // the descriptor's first sector
        bytes.append(little: VMDKDescriptorText.sectors)
        bytes.append(little: UInt32(Self.tableEntries))
        bytes.append(little: redundantDirectory)
        bytes.append(little: directory)
        bytes.append(little: overhead)
        bytes.append(0)  // shut down cleanly
        // What a transfer that takes the file for text would spoil.
        bytes.append(contentsOf: Array("\n \r\n".utf8))
        bytes.append(little: compression)
        return bytes.padded(to: 512)
    }
}
