extension DiskSource {
    /// The bytes that may be anything but zeros, by the reader's tables. Blocks.
    ///
    /// - Throws: `DiskImageError` when the tables cannot be read.
    public func allocatedBytes() throws(DiskImageError) -> UInt64 {
        var total: UInt64 = 0
        var offset: UInt64 = 0
        while let range = try allocatedRange(from: offset) {
            total += range.upperBound - range.lowerBound
            offset = range.upperBound
        }
        return total
    }
}
