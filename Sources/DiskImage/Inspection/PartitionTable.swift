internal import CDeflate

/// A partition table: MBR with its logical partitions, or GPT (UEFI Specification 2.10, chapter 5).
public struct PartitionTable: Sendable, Equatable, Encodable {
    /// How partitions are written down.
    public enum Kind: String, Sendable, Encodable { case mbr, gpt }

    /// One partition.
    public struct Partition: Sendable, Equatable, Encodable {
        /// As Linux counts: 1 to 4 primary, logical ones from 5 on; for GPT the entry.
        public let number: Int
        /// In bytes.
        public let start: UInt64
        /// In bytes.
        public let size: UInt64
        /// "0x83", or a GUID in capitals.
        public let type: String
        /// GPT's name for it.
        public let name: String
        /// What its superblock says.
        public internal(set) var fileSystem: FileSystem?

        private enum CodingKeys: String, CodingKey {
            case number, start, size, type, name
            case fileSystem = "file_system"
        }
    }

    /// How it is written down.
    public let kind: Kind
    /// In bytes: 512, or 4096 for a table that was written for a disk of such sectors.
    public let sectorSize: UInt64
    /// By their numbers; empty entries are left out.
    public internal(set) var partitions: [Partition]
    /// What is wrong with it.
    let faults: [String]

    static let efiSystem = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
    static let biosBoot = "21686148-6449-6E6F-744E-656564454649"
    static let microsoftReserved = "E3C9E316-0B5C-4DB8-817D-F92DF00215AE"

    private static let sector: UInt64 = 512
    private static let mostPartitions = 256

    /// Reads the table of a disk; nil when there is none. An MBR counts in sectors of 512 bytes.
    static func read(_ disk: some DiskSource) throws(DiskImageError) -> PartitionTable? {
        let first = PaddedBytes(try disk.start(at: 0, count: 512))
        guard first.little(510, as: UInt16.self) == 0xAA55 else { return nil }
        let entries = (0..<4).map { Entry(first, 446 + 16 * $0) }
        // A boot sector of a file system ends with the same mark, and has code where the entries would be.
        guard entries.allSatisfy({ $0.status & 0x7F == 0 }), entries.contains(where: { $0.type != 0 }) else {
            return nil
        }
        if entries.contains(where: { $0.type == 0xEE }) { return try gpt(disk) }
        return try mbr(entries, disk)
    }

    /// One of the 16-byte entries of an MBR.
    private struct Entry {
        let status: UInt8
        let type: UInt8
        let start: UInt64
        let sectors: UInt64

        init(_ fields: PaddedBytes, _ offset: Int) {
            status = fields.little(offset)
            type = fields.little(offset + 4)
            start = UInt64(fields.little(offset + 8, as: UInt32.self))
            sectors = UInt64(fields.little(offset + 12, as: UInt32.self))
        }

        var isExtended: Bool { [0x05, 0x0F, 0x85].contains(type) }

        func partition(_ number: Int, after base: UInt64) -> Partition {
            let hex = String(type, radix: 16, uppercase: true)
            return Partition(
                number: number, start: (base + start) * sector, size: sectors * sector,
                type: "0x" + (hex.count < 2 ? "0" : "") + hex, name: "")
        }
    }

    private init(_ kind: Kind, sectorSize: UInt64 = sector, _ partitions: [Partition], _ faults: [String]) {
        (self.kind, self.sectorSize, self.partitions, self.faults) = (kind, sectorSize, partitions, faults)
    }

    private static func mbr(_ entries: [Entry], _ disk: some DiskSource) throws(DiskImageError) -> PartitionTable {
        var partitions: [Partition] = []
        var faults: [String] = []
        for (index, entry) in entries.enumerated() where entry.type != 0 {
            partitions.append(entry.partition(index + 1, after: 0))
            if entry.isExtended { partitions += try logical(from: entry.start, disk, &faults) }
        }
        return PartitionTable(.mbr, partitions, faults + past(disk, partitions))
    }

    /// A chain of boot records within the extended partition, each of which says where the next is.
    private static func logical(
        from extended: UInt64, _ disk: some DiskSource, _ faults: inout [String]
    ) throws(DiskImageError) -> [Partition] {
        var partitions: [Partition] = []
        var place = extended
        while partitions.count < 60 {
            let record = PaddedBytes(try disk.start(at: place * sector, count: 512))
            guard record.little(510, as: UInt16.self) == 0xAA55 else {
                faults.append("logical partition \(partitions.count + 5): no boot record at sector \(place)")
                break
            }
            let (entry, link) = (Entry(record, 446), Entry(record, 462))
            if entry.type != 0 { partitions.append(entry.partition(partitions.count + 5, after: place)) }
            guard link.type != 0 else { break }
            guard extended + link.start > place else {
                faults.append("logical partitions: the record at sector \(place) leads back")
                break
            }
            place = extended + link.start
        }
        return partitions
    }

    /// The header is in the disk's second sector, whatever its size is.
    private static func gpt(_ disk: some DiskSource) throws(DiskImageError) -> PartitionTable {
        for size in [sector, 4096] {
            let header = PaddedBytes(try disk.start(at: size, count: 512))
            if header.starts(with: "EFI PART") { return try gpt(header, sectorSize: size, disk) }
        }
        return PartitionTable(.gpt, [], ["GPT: no header in sector 1"])
    }

    private static func gpt(
        _ header: PaddedBytes, sectorSize: UInt64, _ disk: some DiskSource
    ) throws(DiskImageError) -> PartitionTable {
        var faults: [String] = []
        let length = Int(header.little(12, as: UInt32.self))
        if !(92...512 ~= length) || sum(header.bytes, length: length) != header.little(16, as: UInt32.self) {
            faults.append("GPT: the header does not match its checksum")
        }
        let backup: UInt64 = header.little(32)
        if backup >= disk.capacity / sectorSize {
            faults.append("GPT: its copy belongs at sector \(backup), past the end: the disk was cut")
        } else if backup + 1 < disk.capacity / sectorSize {
            faults.append("GPT: its copy is at sector \(backup), not the last: the disk was made larger")
        }
        let partitions = try gptEntries(header, sectorSize, disk, &faults)
        return PartitionTable(.gpt, sectorSize: sectorSize, partitions, faults + past(disk, partitions))
    }

    private static func gptEntries(
        _ header: PaddedBytes, _ sectorSize: UInt64, _ disk: some DiskSource, _ faults: inout [String]
    ) throws(DiskImageError) -> [Partition] {
        let start: UInt64 = header.little(72)
        let count = Int(header.little(80, as: UInt32.self))
        let size = Int(header.little(84, as: UInt32.self))
        guard 1...mostPartitions ~= count, 128...1024 ~= size, start < disk.capacity / sectorSize else {
            faults.append("GPT: \(count) entries of \(size) bytes at sector \(start) cannot be")
            return []
        }
        let entries = PaddedBytes(try disk.start(at: start * sectorSize, count: count * size))
        if sum(entries.bytes, length: count * size, zeroing: nil) != header.little(88, as: UInt32.self) {
            faults.append("GPT: the entries do not match their checksum")
        }
        return (0..<count).compactMap { gptEntry(entries, $0, size, sectorSize) }
    }

    private static func gptEntry(_ entries: PaddedBytes, _ index: Int, _ size: Int, _ sectorSize: UInt64) -> Partition?
    {
        let offset = index * size
        let type = guid(entries, offset)
        let (first, last): (UInt64, UInt64) = (entries.little(offset + 32), entries.little(offset + 40))
        guard type != "00000000-0000-0000-0000-000000000000", first <= last, last < UInt64(Int64.max) / sectorSize
        else {
            return nil
        }
        let name = (0..<36).map { entries.little(offset + 56 + 2 * $0, as: UInt16.self) }.prefix { $0 != 0 }
        return Partition(
            number: index + 1, start: first * sectorSize, size: (last - first + 1) * sectorSize, type: type,
            name: String(decoding: name, as: UTF16.self))
    }

    /// A GUID as it is printed: its first three fields are little-endian (UEFI, appendix A).
    private static func guid(_ fields: PaddedBytes, _ offset: Int) -> String {
        func hex(_ value: some BinaryInteger, _ width: Int) -> String {
            let digits = String(value, radix: 16, uppercase: true)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        let tail = (8..<16).map { hex(fields.little(offset + $0, as: UInt8.self), 2) }
        return [
            hex(fields.little(offset, as: UInt32.self), 8), hex(fields.little(offset + 4, as: UInt16.self), 4),
            hex(fields.little(offset + 6, as: UInt16.self), 4), tail[..<2].joined(), tail[2...].joined(),
        ].joined(separator: "-")
    }

    /// The CRC-32 of some bytes, of which those of the sum itself count as zeros.
    private static func sum(_ bytes: [UInt8], length: Int, zeroing sum: Range<Int>? = 16..<20) -> UInt32? {
        guard length <= bytes.count else { return nil }
        var bytes = Array(bytes[..<length])
        if let sum { for index in sum { bytes[index] = 0 } }
        return bytes.withUnsafeBytes { libdeflate_crc32(0, $0.baseAddress, $0.count) }
    }

    private static func past(_ disk: some DiskSource, _ partitions: [Partition]) -> [String] {
        partitions.filter { $0.start > disk.capacity || $0.size > disk.capacity - $0.start }
            .map { "partition \($0.number) ends at byte \($0.start + $0.size), the disk at \(disk.capacity)" }
    }

    private enum CodingKeys: String, CodingKey {
        case kind, partitions
        case sectorSize = "sector_size"
    }
}

extension DiskSource {
    /// Some bytes from an offset on, fewer where the disk ends.
    func start(at offset: UInt64, count: Int) throws(DiskImageError) -> [UInt8] {
        guard offset < capacity else { return [] }
        var bytes = [UInt8](repeating: 0, count: Int(min(UInt64(count), capacity - offset)))
        var failure: DiskImageError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(DiskImageError) { try read(into: buffer, at: offset) } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }
}
