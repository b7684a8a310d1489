extension DiskSource {
    /// Bytes of the stretches that `forEachGrain` gives.
    public static var grainSize: Int { ImageEncoding.grainSize }

    /// Goes through all grains of a disk that have anything but zeros, in order: 64 KiB each, the last with zeros behind.
    /// Blocks.
    ///
    /// - Parameters:
    ///   - threads: how many read at once and call `transform`.
    ///   - transform: what is wanted of a grain: it gets its number and its bytes, on any thread.
    ///   - body: takes what came out, in order, on the thread of the caller.
    public func forEachGrain<T: Sendable>(
        threads: Int, transform: @escaping @Sendable (UInt64, UnsafeRawBufferPointer) -> T, _ body: (T) -> Void
    ) throws(DiskImageError) {
        let pipeline = GrainPipeline(source: self, threads: threads) { () throws(DiskImageError) in
            TransformingWorker(transform: transform)
        }
        try pipeline.run { (_, results) throws(DiskImageError) in results.forEach(body) }
    }
}

/// Gives what a closure makes of each grain that has data.
private struct TransformingWorker<T: Sendable>: GrainWorker {
    let transform: @Sendable (UInt64, UnsafeRawBufferPointer) -> T

    func process(_ window: Range<UInt64>, _ bytes: UnsafeRawBufferPointer) throws(DiskImageError) -> [T] {
        let size = ImageEncoding.grainSize
        return (0..<bytes.count / size).compactMap { index in
            let grain = UnsafeRawBufferPointer(rebasing: bytes[index * size..<(index + 1) * size])
            return grain.isZero ? nil : transform(window.lowerBound / UInt64(size) + UInt64(index), grain)
        }
    }
}
