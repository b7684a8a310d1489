/// A block of a format that is stored compressed.
struct CompressedBlock: Sendable, Equatable {
    /// Where it lies in the file.
    let place: UInt64
    /// How many bytes it may take there.
    let length: UInt64
    /// The first byte of the disk that it holds.
    let start: UInt64
    /// How many bytes of the disk it holds.
    let size: UInt64
    /// How many it has to hold: less than `size` where the disk ends before the block does.
    let least: UInt64
}

/// A part of a disk that is stored in one way.
struct Stretch: Sendable, Equatable {
    enum Content: Sendable, Equatable {
        /// As it is, from this place of the file on.
        case stored(at: UInt64)
        case compressed(CompressedBlock)
        /// Known to be zeros.
        case zero
        /// Not in this file: the file beneath has it, or it is zeros.
        case absent
    }

    var length: UInt64
    var content: Content
}

/// One file of a disk: what its tables say about each byte.
protocol DiskLayer: Sendable {
    /// In bytes.
    var capacity: UInt64 { get }

    /// How the disk is stored from an offset on.
    ///
    /// - Parameters: both within the capacity, the second the larger.
    /// - Returns: a stretch that is not empty and ends at `end` or before.
    func stretch(at offset: UInt64, upTo end: UInt64) throws(DiskImageError) -> Stretch

    /// Reads stored bytes from their place in the file.
    func readStored(into buffer: UnsafeMutableRawBufferPointer, from place: UInt64) throws(DiskImageError)

    /// Reads a part of a compressed block, so many bytes behind its start.
    func readCompressed(
        _ block: CompressedBlock, skipping: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(DiskImageError)

    /// Looks whether a compressed block is where it should be, without inflating it.
    func checkCompressed(_ block: CompressedBlock) throws(DiskImageError)
}

/// A layer with what lies beneath it.
struct LayeredDisk<Layer: DiskLayer>: DiskSource {
    let layer: Layer
    /// Read where the layer has nothing; may be smaller than the layer, whose rest is then zeros.
    let backing: (any DiskSource)?

    var capacity: UInt64 { layer.capacity }

    /// A stretch ends here at the latest, so that the first one is known before all tables are.
    private static var longest: UInt64 { 256 << 20 }

    func allocatedRange(from offset: UInt64) throws(DiskImageError) -> Range<UInt64>? {
        var position = offset
        while position < capacity {
            let stretch = try layer.stretch(at: position, upTo: capacity)
            let end = position + stretch.length
            switch stretch.content {
            case .stored, .compressed: return position..<(try endOfData(after: position, knownTo: end))
            case .absent:
                if let range = try backing?.allocatedRange(from: position), range.lowerBound < end {
                    return range.clamped(to: position..<end)
                }
            case .zero: break
            }
            position = end
        }
        return nil
    }

    private func endOfData(after start: UInt64, knownTo known: UInt64) throws(DiskImageError) -> UInt64 {
        var end = known
        let limit = min(capacity, start + min(Self.longest, capacity - start))
        while end < limit {
            let next = try layer.stretch(at: end, upTo: capacity)
            switch next.content {
            case .stored, .compressed: end += next.length
            case .zero, .absent: return end
            }
        }
        return end
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(DiskImageError) {
        try checkRange(buffer.count, at: offset)
        let end = offset + UInt64(buffer.count)
        var position = offset
        while position < end {
            let stretch = try layer.stretch(at: position, upTo: end)
            let from = Int(position - offset)
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer[from..<(from + Int(stretch.length))])
            switch stretch.content {
            case .stored(let place): try layer.readStored(into: part, from: place)
            case .compressed(let block): try layer.readCompressed(block, skipping: position - block.start, into: part)
            case .zero: part.clear()
            case .absent: try readBeneath(into: part, at: position)
            }
            position += stretch.length
        }
    }

    private func readBeneath(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(DiskImageError) {
        let there = backing.map { $0.capacity > offset ? min(UInt64(buffer.count), $0.capacity - offset) : 0 } ?? 0
        if let backing, there > 0 {
            try backing.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(there)]), at: offset)
        }
        UnsafeMutableRawBufferPointer(rebasing: buffer[Int(there)...]).clear()
    }
}

extension DiskSource {
    /// Refuses a read that does not lie within the disk.
    func checkRange(_ count: Int, at offset: UInt64) throws(DiskImageError) {
        guard offset <= capacity, UInt64(count) <= capacity - offset else {
            throw DiskImageError(
                .outOfRange, file: "disk", offset: offset, structure: "read",
                expected: "a range within the capacity of \(capacity) bytes", found: "\(count) bytes")
        }
    }
}

extension UnsafeMutableRawBufferPointer {
    func clear() { if !isEmpty { initializeMemory(as: UInt8.self, repeating: 0) } }
}
