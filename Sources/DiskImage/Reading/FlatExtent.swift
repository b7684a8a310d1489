/// A part of a file whose bytes are those of the disk: a raw image, or a flat extent of a VMDK (Virtual Disk Format
/// 5.0, "Flat Extents").
struct FlatExtent: DiskSource {
    let file: FileBytes
    /// Where the disk begins in the file, in bytes.
    let start: UInt64
    let capacity: UInt64
    /// How much of it the file has; the rest, less than a sector, is zeros.
    private let stored: UInt64

    /// A raw image. Its last sector is filled up with zeros, since guests see whole sectors.
    init(raw file: FileBytes) {
        self.file = file
        start = 0
        stored = file.size
        capacity = file.size.blocks(of: 512) * 512
    }

    /// An extent that has to be in the file as a whole.
    init(of file: FileBytes, start: UInt64, capacity: UInt64) throws(DiskImageError) {
        guard start <= file.size, capacity <= file.size - start else {
            throw file.truncated("flat extent", at: start, count: capacity)
        }
        self.file = file
        self.start = start
        self.capacity = capacity
        stored = capacity
    }

    func allocatedRange(from offset: UInt64) throws(DiskImageError) -> Range<UInt64>? {
        guard offset < stored, let range = try file.dataRange(from: start + offset) else { return nil }
        guard range.lowerBound < start + stored else { return nil }
        return (range.lowerBound - start)..<(min(range.upperBound, start + stored) - start)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(DiskImageError) {
        try checkRange(buffer.count, at: offset)
        let there = offset < stored ? Int(min(UInt64(buffer.count), stored - offset)) : 0
        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<there]), at: start + offset, "data")
        UnsafeMutableRawBufferPointer(rebasing: buffer[there...]).clear()
    }
}

/// A disk of zeros (an extent of type ZERO).
struct ZeroDisk: DiskSource {
    let capacity: UInt64

    func allocatedRange(from offset: UInt64) -> Range<UInt64>? { nil }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(DiskImageError) {
        try checkRange(buffer.count, at: offset)
        buffer.clear()
    }
}

/// A part of another disk; past that disk's end there are zeros.
struct DiskWindow: DiskSource {
    let disk: any DiskSource
    let start: UInt64
    let capacity: UInt64

    init(of disk: any DiskSource, start: UInt64, length: UInt64) {
        self.disk = disk
        self.start = start
        capacity = disk.capacity > start ? min(length, disk.capacity - start) : 0
    }

    func allocatedRange(from offset: UInt64) throws(DiskImageError) -> Range<UInt64>? {
        guard offset < capacity, let range = try disk.allocatedRange(from: start + offset) else { return nil }
        guard range.lowerBound < start + capacity else { return nil }
        return (range.lowerBound - start)..<(min(range.upperBound, start + capacity) - start)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(DiskImageError) {
        try checkRange(buffer.count, at: offset)
        try disk.read(into: buffer, at: start + offset)
    }
}

/// Disks one behind the other, as the extents of a VMDK are.
struct JoinedDisks: DiskSource {
    private let parts: [(start: UInt64, disk: any DiskSource)]
    let capacity: UInt64

    /// The caller has checked that the sum of the capacities does not overflow.
    init(_ disks: [any DiskSource]) {
        var end: UInt64 = 0
        parts = disks.map { disk in
            defer { end += disk.capacity }
            return (end, disk)
        }
        capacity = end
    }

    /// The last part that begins at or before an offset.
    private func part(at offset: UInt64) -> Int {
        var low = 0
        var high = parts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if parts[middle].start <= offset { low = middle } else { high = middle }
        }
        return low
    }

    func allocatedRange(from offset: UInt64) throws(DiskImageError) -> Range<UInt64>? {
        guard offset < capacity else { return nil }
        for index in part(at: offset)..<parts.count {
            let (start, disk) = parts[index]
            if let range = try disk.allocatedRange(from: offset > start ? offset - start : 0) {
                return (range.lowerBound + start)..<(range.upperBound + start)
            }
        }
        return nil
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(DiskImageError) {
        try checkRange(buffer.count, at: offset)
        var done = 0
        var index = parts.isEmpty ? 0 : part(at: offset)
        while done < buffer.count {
            let (start, disk) = parts[index]
            let inside = offset + UInt64(done) - start
            let count = Int(min(UInt64(buffer.count - done), disk.capacity - inside))
            try disk.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[done..<(done + count)]), at: inside)
            done += count
            index += 1
        }
    }
}
