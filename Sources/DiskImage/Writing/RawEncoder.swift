/// Writes a disk as it is.
struct RawEncoder: ImageEncoder {
    let source: any DiskSource
    let threads: Int

    var length: UInt64? { source.capacity }

    func encode(progress: (UInt64) -> Void, into sink: PieceSink) throws(DiskImageError) {
        let pipeline = GrainPipeline(source: source, threads: threads) { () throws(DiskImageError) in CopyingWorker() }
        let size = UInt64(ImageEncoding.grainSize)
        let capacity = source.capacity
        var end: UInt64 = 0
        try pipeline.run { (window, grains) throws(DiskImageError) in
            for (index, number) in grains.numbers.enumerated() {
                if number * size > end { try sink(.zeros(number * size - end)) }
                // A disk may end within its last grain.
                let count = min(size, capacity - number * size)
                let start = index * Int(size)
                try sink(.data(Array(grains.bytes[start..<start + Int(count)])))
                end = number * size + count
            }
            progress(window.upperBound)
        }
        if end < capacity { try sink(.zeros(capacity - end)) }
    }
}
