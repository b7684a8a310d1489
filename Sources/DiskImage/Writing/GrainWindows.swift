/// Walks through the allocated parts of a disk in windows that begin and end at grains.
///
/// Windows lie in fixed places, so what is in one does not depend on how a reader cuts its ranges.
struct GrainWindows {
    /// Big enough for few reads, small enough for a few of them to fit into memory many times.
    static let size: UInt64 = 8 * UInt64(ImageEncoding.grainSize)

    let source: any DiskSource
    private var offset: UInt64 = 0

    init(_ source: any DiskSource) { self.source = source }

    /// The next stretch that may hold anything but zeros: within one window, from the beginning of a grain to the end of
    /// a grain or of the disk.
    mutating func next() throws(DiskImageError) -> Range<UInt64>? {
        guard let first = try source.allocatedRange(from: offset) else { return nil }
        let grain = UInt64(ImageEncoding.grainSize)
        let start = first.lowerBound / grain * grain
        let limit = min(start / Self.size * Self.size + Self.size, source.capacity)
        var end = first.upperBound
        while end < limit, let more = try source.allocatedRange(from: end), more.lowerBound < limit {
            end = more.upperBound
        }
        end = min(end.blocks(of: grain) * grain, limit)
        offset = end
        return start..<end
    }
}
