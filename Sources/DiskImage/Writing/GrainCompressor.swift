/// Compresses grains, for one thread: each into a zlib stream (RFC 1950) of its own.
protocol GrainCompressor {
    /// Gives the length of the stream; 0 when it does not fit into the output, which has room for
    /// `DeflateCompressor.bound`.
    func compress(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int
}

extension CompressionLevel {
    /// nil when there is no memory for it.
    func compressor() -> (any GrainCompressor)? {
        switch self {
        case .fastest: FastCompressor()
        case .standard: BalancedCompressor()
        case .deflate(let level): DeflateCompressor(level: level.value)
        }
    }
}
