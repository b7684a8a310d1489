/// Which grains of a disk have anything but zeros: found by reading it once.
struct DataMap: Sendable {
    /// A bit for each grain of a window, and 64 windows in an element.
    private var masks: [UInt64: SIMD64<UInt8>] = [:]

    static let windowsInElement: UInt64 = 64

    /// Reads the disk. Blocks.
    init(of source: any DiskSource, threads: Int) throws(DiskImageError) {
        let pipeline = GrainPipeline(source: source, threads: threads) { () throws(DiskImageError) in ScanningWorker() }
        try pipeline.run { (window, mask) throws(DiskImageError) in
            let number = window.lowerBound / GrainWindows.size
            // What a window's first grains lack was not even allocated.
            let skipped = window.lowerBound % GrainWindows.size / UInt64(ImageEncoding.grainSize)
            if mask != 0 {
                masks[number / Self.windowsInElement, default: SIMD64()][Int(number % Self.windowsInElement)] |=
                    mask << UInt8(skipped)
            }
        }
    }

    /// The numbers of the grains with data among those of a range, in order.
    func grains(in range: Range<UInt64>) -> [UInt64] {
        let perElement = Self.windowsInElement * 8
        var found: [UInt64] = []
        var grain = range.lowerBound
        while grain < range.upperBound {
            guard let element = masks[grain / perElement] else {
                grain = (grain / perElement + 1) * perElement
                continue
            }
            if element[Int(grain / 8 % Self.windowsInElement)] >> UInt8(grain % 8) & 1 == 1 { found.append(grain) }
            grain += 1
        }
        return found
    }

    /// How many grains of a range have data.
    func count(in range: Range<UInt64>) -> UInt64 { UInt64(grains(in: range).count) }
}

/// Finds the grains of a window that have data: bit 0 is the first of them.
struct ScanningWorker: GrainWorker {
    func process(_ window: Range<UInt64>, _ bytes: UnsafeRawBufferPointer) throws(DiskImageError) -> UInt8 {
        let size = ImageEncoding.grainSize
        return (0..<bytes.count / size).reduce(0 as UInt8) { mask, index in
            let grain = UnsafeRawBufferPointer(rebasing: bytes[index * size..<(index + 1) * size])
            return grain.isZero ? mask : mask | 1 << UInt8(index)
        }
    }
}

/// The grains with data of a window, as they are.
struct PlainGrains: Sendable {
    /// Their numbers on the disk, in order.
    var numbers: [UInt64] = []
    /// One after the other.
    var bytes: [UInt8] = []
}

/// Copies the grains of a window that have data.
struct CopyingWorker: GrainWorker {
    func process(_ window: Range<UInt64>, _ bytes: UnsafeRawBufferPointer) throws(DiskImageError) -> PlainGrains {
        let size = ImageEncoding.grainSize
        let first = window.lowerBound / UInt64(size)
        var grains = PlainGrains()
        grains.bytes.reserveCapacity(bytes.count)
        for index in 0..<bytes.count / size {
            let grain = UnsafeRawBufferPointer(rebasing: bytes[index * size..<(index + 1) * size])
            if grain.isZero { continue }
            grains.numbers.append(first + UInt64(index))
            grains.bytes.append(contentsOf: grain)
        }
        return grains
    }
}

/// Puts the grains of a disk behind each other, as formats do whose tables were written before.
struct MappedGrains: Sendable {
    let source: any DiskSource
    let map: DataMap
    let threads: Int

    /// Writes the grains with data in order.
    ///
    /// - Parameter before: is called with the number of the first grain of each piece, for what has to stand before it.
    /// - Throws: also when a grain has data that the map does not have, or the other way round: then the disk was
    ///   written to meanwhile.
    func write(
        progress: (UInt64) -> Void, into sink: PieceSink,
        before: (UInt64) throws(DiskImageError) -> Void = { (_) throws(DiskImageError) in }
    ) throws(DiskImageError) {
        let pipeline = GrainPipeline(source: source, threads: threads) { () throws(DiskImageError) in CopyingWorker() }
        let grain = UInt64(ImageEncoding.grainSize)
        var seen: UInt64 = 0
        try pipeline.run { (window, grains) throws(DiskImageError) in
            let expected = map.grains(in: seen..<window.upperBound.blocks(of: grain))
            guard grains.numbers == expected else { throw changed(at: window.lowerBound) }
            seen = window.upperBound.blocks(of: grain)
            if let first = grains.numbers.first {
                try before(first)
                try sink(.data(grains.bytes))
            }
            progress(window.upperBound)
        }
        guard map.count(in: seen..<source.capacity.blocks(of: grain)) == 0 else { throw changed(at: seen * grain) }
    }

    private func changed(at offset: UInt64) -> DiskImageError {
        DiskImageError(
            .damaged, file: "the disk", offset: offset, structure: "data", expected: "what was there a moment ago",
            found: "something else", hint: "it was written to while it was read: stop what uses it, then try again")
    }
}
