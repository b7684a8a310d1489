/// Names in directories of an NTFS volume, read only and with bounded effort.
///
/// Microsoft publishes no specification; the structures are those of the Linux kernel's fs/ntfs3/ntfs.h.
struct NTFSVolume {
    /// Why something cannot be told.
    enum Failure: Error {
        case unreadable(String)
        case disk(DiskImageError)

        var words: String {
            switch self {
            case .unreadable(let why): why
            case .disk(let error): "\(error)"
            }
        }
    }

    private typealias Run = (start: UInt64, count: UInt64)

    private let disk: any DiskSource
    private let start: UInt64
    private let clusterSize: UInt64
    private let recordSize: Int
    private let indexSize: Int
    private var table: [Run] = []

    /// Larger directories than any of Windows' own.
    private static let directoryLimit: UInt64 = 16 << 20

    init(_ disk: any DiskSource, at start: UInt64) throws(Failure) {
        self.disk = disk
        self.start = start
        let boot = try Self.fields(disk, at: start, count: 512)
        let sector = UInt64(boot.little(11, as: UInt16.self))
        let perCluster: UInt8 = boot.little(13)
        let sectors = perCluster <= 128 ? UInt64(perCluster) : 1 << (256 - UInt64(perCluster))
        guard 256...4096 ~= sector, sector.isPowerOfTwo, sectors.isPowerOfTwo, sectors <= 8192 else {
            throw .unreadable("its boot sector makes no sense")
        }
        clusterSize = sector * sectors
        recordSize = Self.size(boot.little(64), clusterSize)
        indexSize = Self.size(boot.little(68), clusterSize)
        guard 512...65_536 ~= recordSize, 512...65_536 ~= indexSize else {
            throw .unreadable("its boot sector makes no sense")
        }
        let (place, overflow) = boot.little(48, as: UInt64.self).multipliedReportingOverflow(by: clusterSize)
        guard !overflow, place < disk.capacity else { throw .unreadable("its file table is past the end") }
        let first = try record(at: start + place)
        guard let data = attribute(0x80, of: first), let runs = runs(of: data, in: first) else {
            throw .unreadable("its file table cannot be followed")
        }
        table = runs
    }

    /// A size as the boot sector has it: in clusters, or as a power of two when negative.
    private static func size(_ value: Int8, _ clusterSize: UInt64) -> Int {
        value >= 0 ? Int(value) * Int(clusterSize) : value >= -16 ? 1 << -Int(value) : 0
    }

    /// The names in a directory in lower case, or nil when there is none of that path.
    func names(in path: [String]) throws(Failure) -> Set<String>? {
        // Record 5 is the root.
        var entries = try self.entries(of: 5)
        for name in path {
            guard let record = entries[name.lowercased()] else { return nil }
            entries = try self.entries(of: record)
        }
        return Set(entries.keys)
    }

    /// What a directory holds: name to record.
    private func entries(of number: UInt64) throws(Failure) -> [String: UInt64] {
        let record = try record(number)
        guard let root = attribute(0x90, of: record) else { throw .unreadable("record \(number) is no directory") }
        guard attribute(0x20, of: record) == nil else {
            throw .unreadable("a directory is spread over several records")
        }
        var found: [String: UInt64] = [:]
        let value = root + Int(record.little(root + 20, as: UInt16.self))
        collect(record, from: value + 16, into: &found)
        guard let allocation = attribute(0xA0, of: record) else { return found }
        guard let runs = runs(of: allocation, in: record) else { throw .unreadable("a directory cannot be followed") }
        var budget = Self.directoryLimit
        for run in runs {
            var place = start + run.start * clusterSize
            let end = place + min(run.count * clusterSize, budget)
            budget -= end - place
            while place + UInt64(indexSize) <= end {
                // A block that was never used has no signature.
                if let block = try fixed(at: place, count: indexSize, signature: "INDX") {
                    collect(block, from: 24, into: &found)
                }
                place += UInt64(indexSize)
            }
        }
        return found
    }

    /// The entries of an index node, whose header is at an offset.
    private func collect(_ block: PaddedBytes, from header: Int, into found: inout [String: UInt64]) {
        var offset = header + Int(min(block.little(header, as: UInt32.self), 65_536))
        let end = min(block.bytes.count, header + Int(min(block.little(header + 4, as: UInt32.self), 65_536)))
        while offset + 16 <= end {
            let length = Int(block.little(offset + 8, as: UInt16.self))
            guard length >= 16, block.little(offset + 12, as: UInt16.self) & 2 == 0 else { return }
            let count = Int(block.little(offset + 16 + 64, as: UInt8.self))
            let units = (0..<count).map { block.little(offset + 16 + 66 + 2 * $0, as: UInt16.self) }
            let reference = block.little(offset, as: UInt64.self) & 0xFFFF_FFFF_FFFF
            found[String(decoding: units, as: UTF16.self).lowercased()] = reference
            offset += length
        }
    }

    private func record(_ number: UInt64) throws(Failure) -> PaddedBytes {
        guard number < 1 << 32 else { throw .unreadable("record \(number) does not exist") }
        var offset = number * UInt64(recordSize)
        for run in table {
            let length = run.count * clusterSize
            if offset < length { return try record(at: start + run.start * clusterSize + offset) }
            offset -= length
        }
        throw .unreadable("record \(number) is not in the file table")
    }

    private func record(at place: UInt64) throws(Failure) -> PaddedBytes {
        guard let record = try fixed(at: place, count: recordSize, signature: "FILE") else {
            throw .unreadable("no file record at byte \(place)")
        }
        return record
    }

    /// A block with its update sequence undone: the last two bytes of each sector are kept in an array at its start.
    private func fixed(at place: UInt64, count: Int, signature: String) throws(Failure) -> PaddedBytes? {
        let block = try Self.fields(disk, at: place, count: count)
        guard block.starts(with: signature) else { return nil }
        var bytes = block.bytes
        let array = Int(block.little(4, as: UInt16.self))
        let entries = Int(block.little(6, as: UInt16.self))
        guard entries > 1, array + 2 * entries <= count, count / (entries - 1) >= 256 else { return nil }
        let stride = count / (entries - 1)
        for index in 1..<entries {
            let end = index * stride
            guard bytes[(end - 2)..<end].elementsEqual(block.slice(array, 2)) else { return nil }
            bytes.replaceSubrange((end - 2)..<end, with: block.slice(array + 2 * index, 2))
        }
        return PaddedBytes(bytes)
    }

    /// Where an unnamed or `$I30` attribute begins in a record.
    private func attribute(_ type: UInt32, of record: PaddedBytes) -> Int? {
        var offset = Int(record.little(20, as: UInt16.self))
        while offset + 16 <= record.bytes.count {
            let found: UInt32 = record.little(offset)
            let length = Int(min(record.little(offset + 4, as: UInt32.self), 1 << 20))
            guard found != 0xFFFF_FFFF, length >= 16 else { return nil }
            if found == type { return offset }
            offset += length
        }
        return nil
    }

    /// The runs of an attribute that is not in its record; nil when they make no sense.
    private func runs(of attribute: Int, in record: PaddedBytes) -> [Run]? {
        guard record.little(attribute + 8, as: UInt8.self) == 1 else { return nil }
        var offset = attribute + Int(record.little(attribute + 32, as: UInt16.self))
        var runs: [Run] = []
        var cluster: Int64 = 0
        while offset < record.bytes.count, record.bytes[offset] != 0, runs.count < 4096 {
            let (lengthBytes, offsetBytes) = (Int(record.bytes[offset] & 15), Int(record.bytes[offset] >> 4))
            guard 1...8 ~= lengthBytes, offsetBytes <= 8 else { return nil }
            let count = UInt64(truncatingIfNeeded: number(record.slice(offset + 1, lengthBytes)))
            let (next, overflow) = cluster.addingReportingOverflow(
                number(record.slice(offset + 1 + lengthBytes, offsetBytes)))
            guard !overflow, next >= 0, count > 0, count <= disk.capacity / clusterSize else { return nil }
            guard UInt64(next) <= disk.capacity / clusterSize else { return nil }
            if offsetBytes > 0 {
                cluster = next
                runs.append((UInt64(next), count))
            }
            offset += 1 + lengthBytes + offsetBytes
        }
        return runs
    }

    /// A little-endian number of 0 to 8 bytes with its sign.
    private func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
        guard let last = bytes.last else { return 0 }
        var value: Int64 = last >= 0x80 ? -1 : 0
        for byte in bytes.reversed() { value = value << 8 | Int64(byte) }
        return value
    }

    private static func fields(_ disk: any DiskSource, at offset: UInt64, count: Int) throws(Failure) -> PaddedBytes {
        let bytes: [UInt8]
        do throws(DiskImageError) { bytes = try disk.start(at: offset, count: count) } catch { throw .disk(error) }
        guard bytes.count == count else { throw .unreadable("it is longer than the disk") }
        return PaddedBytes(bytes)
    }
}
