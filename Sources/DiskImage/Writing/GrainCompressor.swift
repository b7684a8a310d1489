internal import CDeflate

/// Compresses grains with libdeflate, for one thread.
final class GrainCompressor {
    private let handle: OpaquePointer

    init?(_ level: CompressionLevel) {
        guard let handle = libdeflate_alloc_compressor(Int32(level.value)) else { return nil }
        self.handle = handle
    }

    deinit { libdeflate_free_compressor(handle) }

    /// The most that a grain can take.
    func bound(of size: Int) -> Int { libdeflate_zlib_compress_bound(handle, size) }

    /// Writes a zlib stream (RFC 1950) and gives its length; 0 when it does not fit into the output.
    func compress(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
        libdeflate_zlib_compress(handle, input.baseAddress, input.count, output.baseAddress, output.count)
    }
}
