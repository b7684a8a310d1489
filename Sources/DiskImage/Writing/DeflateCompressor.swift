internal import CDeflate

/// Compresses by libdeflate at one of its levels.
final class DeflateCompressor: GrainCompressor {
    private let handle: OpaquePointer

    /// - Parameter level: 1 to 12.
    init?(level: Int) {
        guard let handle = libdeflate_alloc_compressor(Int32(level)) else { return nil }
        self.handle = handle
    }

    deinit { libdeflate_free_compressor(handle) }

    /// The most that so many bytes can take.
    static func bound(of size: Int) -> Int { libdeflate_zlib_compress_bound(nil, size) }

    func compress(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
        libdeflate_zlib_compress(handle, input.baseAddress, input.count, output.baseAddress, output.count)
    }
}
