/// The header of a qcow2 image with its extensions (QEMU's docs/interop/qcow2.txt, "Header" and "Header extensions").
struct Qcow2Header: Sendable, Equatable {
    /// Bits of `incompatible_features` that are known; a reader has to refuse any other.
    enum Incompatible: Int, CaseIterable {
        case dirty = 0
        case corrupt = 1
        case externalDataFile = 2
        case compressionType = 3
        case extendedL2 = 4
    }

    var version: UInt32 = 0
    var clusterBits = 0
    var capacity: UInt64 = 0
    var l1 = Table(start: 0, count: 0)
    var refcountTable = Table(start: 0, count: 0)
    var snapshots = 0
    var incompatible: UInt64 = 0
    var lazyRefcounts = false
    var refcountBits = 16
    var compression = BlockCompression.deflate
    /// The name as it stands in the header.
    var backingFile: String?
    /// "raw", "qcow2"; nil when the image leaves it to be guessed.
    var backingFormat: String?

    var clusterSize: UInt64 { 1 << UInt64(clusterBits) }

    func has(_ feature: Incompatible) -> Bool { incompatible >> UInt64(feature.rawValue) & 1 == 1 }

    static let magic = "QFI\u{FB}".unicodeScalars.map { UInt8($0.value) }

    /// QEMU's own bound on an L1 table (QCOW_MAX_L1_SIZE), in bytes.
    private static let largestL1: UInt64 = 32 << 20

    /// Reads and checks the header. What the image says about files besides it is only told, not followed.
    static func read(from file: FileBytes) throws(DiskImageError) -> Qcow2Header {
        try Qcow2HeaderReader(file: file).header()
    }

    fileprivate static var tableLimit: UInt64 { largestL1 }
}

/// Reads a header field by field; each that the specification restricts is checked where it stands.
private struct Qcow2HeaderReader {
    let file: FileBytes

    func header() throws(DiskImageError) -> Qcow2Header {
        var header = Qcow2Header()
        let first = PaddedBytes(try file.bytes(at: 0, count: 72, "qcow2 header"))
        header.version = first.big(4)
        guard header.version == 2 || header.version == 3 else {
            throw refused("version 2 or 3", "version \(header.version)", at: 4, hint: "convert it with qemu-img first")
        }
        let length = try extend(&header)
        try readGeometry(first, &header)
        let extensions = try Qcow2Extensions.read(
            from: file, at: UInt64(length), end: endOfExtensions(first, header))
        try refuseFeatures(first, header, extensions)
        header.backingFormat = extensions.backingFormat
        header.backingFile = try backingFile(first, header)
        try checkTables(header)
        return header
    }

    /// The fields that version 3 adds, and the length of the header.
    private func extend(_ header: inout Qcow2Header) throws(DiskImageError) -> UInt32 {
        guard header.version == 3 else { return 72 }
        let fields = PaddedBytes(try file.bytes(at: 0, count: 104, "qcow2 header"))
        header.incompatible = fields.big(72)
        header.lazyRefcounts = fields.big(80, as: UInt64.self) & 1 == 1
        let order: UInt32 = fields.big(96)
        guard order <= 6 else { throw bad("refcount_order", 96, "6 at most", "\(order)") }
        header.refcountBits = 1 << Int(order)
        let length: UInt32 = fields.big(100)
        guard length >= 104, length % 8 == 0, length <= 1 << 16 else {
            throw bad("header_length", 100, "a multiple of 8 from 104 on", "\(length)")
        }
        if length > 104 {
            try readCompression(PaddedBytes(try file.bytes(at: 104, count: 1, "compression_type")).bytes[0], &header)
        } else if header.has(.compressionType) {
            throw bad("compression_type", 100, "a header that has the field", "one of \(length) bytes")
        }
        return length
    }

    private func readCompression(_ type: UInt8, _ header: inout Qcow2Header) throws(DiskImageError) {
        guard header.has(.compressionType) == (type != 0) else {
            throw bad("compression_type", 104, "a type if and only if its feature bit is set", "\(type)")
        }
        guard type <= 1 else { throw refused("compression type 0 (zlib) or 1 (zstd)", "\(type)", at: 104) }
        header.compression = type == 1 ? .zstd : .deflate
    }

    private func readGeometry(_ first: PaddedBytes, _ header: inout Qcow2Header) throws(DiskImageError) {
        let bits: UInt32 = first.big(20)
        guard 9...21 ~= bits else { throw bad("cluster_bits", 20, "9 to 21", "\(bits)") }
        header.clusterBits = Int(bits)
        header.capacity = first.big(24)
        guard header.capacity <= UInt64(Int64.max) else {
            throw bad("size", 24, "\(Int64.max) bytes at most", "\(header.capacity)")
        }
        header.l1 = Table(start: first.big(40), count: Int(first.big(36, as: UInt32.self)))
        header.refcountTable = Table(
            start: first.big(48), count: Int(first.big(56, as: UInt32.self)) << (header.clusterBits - 3))
        header.snapshots = Int(first.big(60, as: UInt32.self))
    }

    /// Extensions end where the name of the backing file begins, or with the first cluster.
    private func endOfExtensions(_ first: PaddedBytes, _ header: Qcow2Header) -> UInt64 {
        let backing: UInt64 = first.big(8)
        return min(file.size, header.clusterSize, backing == 0 ? .max : backing)
    }

    private func refuseFeatures(
        _ first: PaddedBytes, _ header: Qcow2Header, _ extensions: Qcow2Extensions
    ) throws(DiskImageError) {
        let method: UInt32 = first.big(32)
        guard method == 0 else {
            throw refused(
                "no encryption", method == 1 ? "AES encryption" : method == 2 ? "LUKS encryption" : "method \(method)",
                at: 32, hint: "decrypt it with qemu-img convert --object secret,… first")
        }
        if header.has(.externalDataFile) {
            throw refused(
                "the data in this file", "an external data file" + (extensions.dataFile.map { " (\($0))" } ?? ""),
                at: 72,
                hint: "qemu-img convert -O qcow2 makes one file of both")
        }
        if header.has(.extendedL2) {
            throw refused(
                "standard L2 entries", "extended L2 entries (subclusters)", at: 72,
                hint: "qemu-img convert -O qcow2 -o extended_l2=off rewrites it")
        }
        let known = Qcow2Header.Incompatible.allCases.reduce(UInt64(0)) { $0 | 1 << UInt64($1.rawValue) }
        let unknown = header.incompatible & ~known
        guard unknown == 0 else {
            throw refused("known features only", extensions.names(of: unknown), at: 72)
        }
    }

    private func backingFile(_ first: PaddedBytes, _ header: Qcow2Header) throws(DiskImageError) -> String? {
        let place: UInt64 = first.big(8)
        guard place != 0 else { return nil }
        let length: UInt32 = first.big(16)
        guard 1...1023 ~= length else { throw bad("backing_file_size", 16, "1 to 1023 bytes", "\(length)") }
        guard place <= header.clusterSize, UInt64(length) <= header.clusterSize - place else {
            throw bad("backing_file_offset", 8, "a name within the first cluster", "\(length) bytes at byte \(place)")
        }
        return String(decoding: try file.bytes(at: place, count: Int(length), "backing file name"), as: UTF8.self)
    }

    private func checkTables(_ header: Qcow2Header) throws(DiskImageError) {
        let bytesPerL2 = header.clusterSize << UInt64(header.clusterBits - 3)
        let needed = header.capacity.blocks(of: bytesPerL2)
        guard needed <= UInt64(header.l1.count) else {
            throw bad("l1_size", 36, "\(needed) entries for \(header.capacity) bytes", "\(header.l1.count)")
        }
        let bytes = UInt64(header.l1.count) * 8
        guard bytes <= Qcow2Header.tableLimit else {
            throw DiskImageError(
                .limit, file: file.path, offset: 36, structure: "l1_size", expected: "32 MiB of L1 table at most",
                found: "\(bytes) bytes")
        }
        guard header.l1.count > 0 else { return }
        guard header.l1.start % header.clusterSize == 0, header.l1.start >= header.clusterSize else {
            throw bad("l1_table_offset", 40, "a cluster behind the header", "\(header.l1.start)")
        }
        guard header.l1.start <= file.size, bytes <= file.size - header.l1.start else {
            throw file.truncated("L1 table", at: header.l1.start, count: bytes)
        }
    }

    private func bad(_ field: String, _ offset: UInt64, _ expected: String, _ found: String) -> DiskImageError {
        file.damaged("qcow2 header, \(field)", at: offset, expected: expected, found: found)
    }

    private func refused(_ expected: String, _ found: String, at offset: UInt64, hint: String? = nil) -> DiskImageError
    {
        DiskImageError(
            .unsupported, file: file.path, offset: offset, structure: "qcow2 header", expected: expected, found: found,
            hint: hint)
    }
}

/// The header extensions of qcow2 that a reader needs.
private struct Qcow2Extensions {
    var backingFormat: String?
    var dataFile: String?
    private var features: [Int: String] = [:]

    static func read(from file: FileBytes, at start: UInt64, end: UInt64) throws(DiskImageError) -> Qcow2Extensions {
        var extensions = Qcow2Extensions()
        var position = start
        while position <= end, end - position >= 8 {
            let head = PaddedBytes(try file.bytes(at: position, count: 8, "header extension"))
            let type: UInt32 = head.big(0)
            let length = UInt64(head.big(4, as: UInt32.self))
            guard type != 0 else { break }
            guard length <= end - position - 8 else {
                throw file.damaged(
                    "header extension 0x" + String(type, radix: 16), at: position,
                    expected: "\(end - position - 8) bytes at most", found: "\(length)")
            }
            extensions.take(type, PaddedBytes(try file.bytes(at: position + 8, count: Int(length), "header extension")))
            position += 8 + length.blocks(of: 8) * 8
        }
        return extensions
    }

    private mutating func take(_ type: UInt32, _ data: PaddedBytes) {
        switch type {
        case 0xE279_2ACA: backingFormat = data.text(0, data.bytes.count)
        case 0x4441_5441: dataFile = data.text(0, data.bytes.count)
        case 0x6803_F857:
            for entry in stride(from: 0, to: data.bytes.count, by: 48) where data.bytes[entry] == 0 {
                features[Int(data.little(entry + 1, as: UInt8.self))] = data.text(entry + 2, 46)
            }
        default: break
        }
    }

    /// Incompatible features by the names that the image itself has for them.
    func names(of bits: UInt64) -> String {
        (0..<64).filter { bits >> UInt64($0) & 1 == 1 }
            .map { bit in "incompatible feature \(bit)" + (features[bit].map { " (\($0))" } ?? "") }
            .joined(separator: ", ")
    }
}
