/// A small NTFS volume, written field by field: a file table in cluster 4, and Windows/System32/drivers in it.
///
/// mkntfs makes volumes, but only a mount could put files in folders of them.
enum NTFSFixture {
    private static let cluster = 4096
    private static let record = 1024

    static func volume(drivers: [String]) -> [UInt8] {
        var disk = [UInt8](repeating: 0, count: 64 * cluster)
        disk.put("NTFS    ", at: 3)
        disk.put(512 as UInt16, at: 11)
        disk[13] = 8
        disk.put(4 as UInt64, at: 48)
        disk[64] = 0xF6  // records of 2^10 bytes
        disk[68] = 1  // index blocks of one cluster
        disk.put(0xAA55 as UInt16, at: 510)
        let files = drivers.enumerated().map { ($1, UInt64(40 + $0)) }
        let records: [(Int, [UInt8])] = [
            (0, fileRecord(runs(0x80, start: 4, count: 12))),
            (5, fileRecord(root([("Windows", 30)]))),
            (30, fileRecord(root([("System32", 31), ("Temp", 33)]))),
            // The drivers are in an index block of their own, as in a large directory.
            (31, fileRecord(root([("Drivers", 32)]))),
            (32, fileRecord(root([]) + runs(0xA0, start: 20, count: 1))),
        ]
        for (number, bytes) in records { disk.replaceSubrange(place(number)..<(place(number) + record), with: bytes) }
        disk.replaceSubrange((20 * cluster)..<(21 * cluster), with: indexBlock(files))
        return disk
    }

    private static func place(_ number: Int) -> Int { 4 * cluster + number * record }

    private static func fileRecord(_ attributes: [UInt8]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: record)
        bytes.put("FILE", at: 0)
        bytes.put(48 as UInt16, at: 4)
        bytes.put(3 as UInt16, at: 6)
        bytes.put(56 as UInt16, at: 20)
        bytes.replaceSubrange(56..<(56 + attributes.count), with: attributes)
        bytes.put(UInt32.max, at: 56 + attributes.count)
        return bytes.protected(at: 48, sector: 512)
    }

    private static func indexBlock(_ entries: [(String, UInt64)]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: cluster)
        bytes.put("INDX", at: 0)
        bytes.put(40 as UInt16, at: 4)
        bytes.put(9 as UInt16, at: 6)
        let list = list(entries)
        bytes.put(UInt32(64 - 24), at: 24)
        bytes.put(UInt32(64 - 24 + list.count), at: 28)
        bytes.replaceSubrange(64..<(64 + list.count), with: list)
        return bytes.protected(at: 40, sector: 512)
    }

    /// $INDEX_ROOT with its entries inside.
    private static func root(_ entries: [(String, UInt64)]) -> [UInt8] {
        let list = list(entries)
        var bytes = [UInt8](repeating: 0, count: 32 + 32)
        bytes.put(0x90 as UInt32, at: 0)
        bytes.put(UInt32(64 + list.count), at: 4)
        bytes.put(32 as UInt16, at: 20)
        bytes.put(16 as UInt32, at: 32 + 16)
        bytes.put(UInt32(16 + list.count), at: 32 + 20)
        return bytes + list
    }

    private static func list(_ entries: [(String, UInt64)]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, number) in entries {
            let units = Array(name.utf16)
            let length = (16 + 66 + 2 * units.count + 7) / 8 * 8
            var entry = [UInt8](repeating: 0, count: length)
            entry.put(number | 1 << 48, at: 0)
            entry.put(UInt16(length), at: 8)
            entry[16 + 64] = UInt8(units.count)
            for (index, unit) in units.enumerated() { entry.put(unit, at: 16 + 66 + 2 * index) }
            bytes += entry
        }
        var last = [UInt8](repeating: 0, count: 16)
        last.put(16 as UInt16, at: 8)
        last.put(2 as UInt16, at: 12)
        return bytes + last
    }

    /// An attribute whose data is one run of clusters.
    private static func runs(_ type: UInt32, start: UInt8, count: UInt8) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 72)
        bytes.put(type, at: 0)
        bytes.put(72 as UInt32, at: 4)
        bytes[8] = 1
        bytes.put(64 as UInt16, at: 32)
        bytes.replaceSubrange(64..<67, with: [0x11, count, start])
        return bytes
    }
}

extension [UInt8] {
    mutating func put(_ value: some FixedWidthInteger, at offset: Int) {
        Swift.withUnsafeBytes(of: value.littleEndian) { replaceSubrange(offset..<(offset + $0.count), with: $0) }
    }

    /// The 64-bit number at a place.
    func big(at offset: Int) -> Int { self[offset..<(offset + 8)].reduce(0) { $0 << 8 | Int($1) } }

    /// The 32-bit number at a place.
    func little(at offset: Int) -> Int { self[offset..<(offset + 4)].reversed().reduce(0) { $0 << 8 | Int($1) } }

    mutating func put(big value: some FixedWidthInteger, at offset: Int) { put(value.byteSwapped, at: offset) }

    mutating func put(_ text: String, at offset: Int) {
        replaceSubrange(offset..<(offset + text.utf8.count), with: text.utf8)
    }

    /// With an update sequence: the last two bytes of each sector move to an array, a number takes their place.
    fileprivate func protected(at array: Int, sector: Int) -> [UInt8] {
        var bytes = self
        bytes.put(0x0102 as UInt16, at: array)
        for index in 1...(count / sector) {
            bytes.replaceSubrange(
                (array + 2 * index)..<(array + 2 * index + 2), with: self[(index * sector - 2)..<(index * sector)])
            bytes.put(0x0102 as UInt16, at: index * sector - 2)
        }
        return bytes
    }
}
