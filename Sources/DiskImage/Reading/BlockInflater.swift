internal import CDeflate
internal import CZstd
import Synchronization

/// How a compressed block is compressed.
enum BlockCompression: Sendable, Equatable {
    /// RFC 1951 without a wrapper: qcow2's "zlib".
    case deflate
    /// RFC 1950: the grains of a VMDK.
    case zlib
    /// RFC 8878: qcow2's "zstd".
    case zstd
}

/// Compressed blocks of a file, inflated; a few that were read in parts are kept.
///
/// What a block claims to hold never decides about memory: the output is as large as the format's block and no larger,
/// and zstd works straight into it, without a window of its own.
final class BlockInflater: Sendable {
    private struct Kept {
        var place: UInt64
        var bytes: [UInt8]
    }

    private let file: FileBytes
    private let compression: BlockCompression
    private let name: String
    private let limit: Int
    private let kept = Mutex<[Kept]>([])
    /// Idle contexts of libzstd, as addresses: pointers cannot pass between threads.
    private let contexts = Mutex<[UInt]>([])

    /// - Parameters:
    ///   - name: "compressed cluster", for errors.
    ///   - blockSize: the bytes that a block holds, which bounds how many are kept.
    init(of file: FileBytes, _ compression: BlockCompression, named name: String, blockSize: UInt64) {
        self.file = file
        self.compression = compression
        self.name = name
        limit = max(2, (4 << 20) / Int(blockSize))
    }

    deinit { contexts.withLock { $0.forEach { ZSTD_freeDCtx(OpaquePointer(bitPattern: $0)) } } }

    /// Reads a part of a block.
    ///
    /// - Parameters:
    ///   - input: where the compressed bytes lie in the file; there may be more of them than the block takes.
    ///   - block: which block it is and how large.
    func read(
        _ block: CompressedBlock, from input: Range<UInt64>, skipping: UInt64,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(DiskImageError) {
        if skipping == 0, UInt64(buffer.count) == block.size { return try inflate(block, from: input, into: buffer) }
        let bytes = try wholeBlock(block, from: input)
        bytes.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[Int(skipping)...].prefix(buffer.count))) }
    }

    private func wholeBlock(_ block: CompressedBlock, from input: Range<UInt64>) throws(DiskImageError) -> [UInt8] {
        if let hit = kept.withLock({ $0.first { $0.place == block.place && $0.bytes.count == Int(block.size) } }) {
            return hit.bytes
        }
        var bytes = [UInt8](repeating: 0, count: Int(block.size))
        var failure: DiskImageError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(DiskImageError) { try inflate(block, from: input, into: buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        kept.withLock {
            if $0.count >= limit { $0.removeFirst() }
            $0.append(Kept(place: block.place, bytes: bytes))
        }
        return bytes
    }

    private func inflate(
        _ block: CompressedBlock, from input: Range<UInt64>, into output: UnsafeMutableRawBufferPointer
    ) throws(DiskImageError) {
        let compressed = UnsafeMutableRawBufferPointer.allocate(byteCount: input.count, alignment: 16)
        defer { compressed.deallocate() }
        try file.read(into: compressed, at: input.lowerBound, name)
        let outcome = compression == .zstd ? unpackZstd(compressed, output) : unpackDeflate(compressed, output)
        let found: String
        switch outcome {
        case .bytes(let count) where UInt64(count) >= block.least: return
        case .bytes(let count): found = "\(count) bytes"
        case .refused(let why): found = why
        }
        throw file.damaged(
            name, at: block.place, expected: "\(block.least) bytes, compressed by \(compression)", found: found)
    }

    private enum Outcome {
        case bytes(Int)
        case refused(String)
    }

    private func unpackDeflate(
        _ input: UnsafeMutableRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) -> Outcome {
        guard let decompressor = libdeflate_alloc_decompressor() else { return .refused("no memory to inflate it") }
        defer { libdeflate_free_decompressor(decompressor) }
        var used = 0
        var written = 0
        let unpack = compression == .zlib ? libdeflate_zlib_decompress_ex : libdeflate_deflate_decompress_ex
        let result = unpack(
            decompressor, input.baseAddress, input.count, output.baseAddress, output.count, &used, &written)
        switch result {
        case LIBDEFLATE_SUCCESS: return .bytes(written)
        case LIBDEFLATE_INSUFFICIENT_SPACE: return .refused("more than that")
        default: return .refused("data that cannot be inflated")
        }
    }

    private func unpackZstd(
        _ input: UnsafeMutableRawBufferPointer, _ output: UnsafeMutableRawBufferPointer
    ) -> Outcome {
        // Only RFC 8878's frames: libzstd would read those of its own past as well, and take memory for them.
        guard input.count >= 4, input.loadUnaligned(as: UInt32.self).littleEndian == ZSTD_MAGICNUMBER else {
            return .refused("no zstd frame")
        }
        // The place for a cluster is counted in sectors; what is behind the frame is not of it.
        let length = ZSTD_findFrameCompressedSize(input.baseAddress, input.count)
        guard ZSTD_isError(length) == 0 else { return .refused("a zstd frame without its end") }
        let idle = contexts.withLock { $0.popLast() }
        guard let context = idle.flatMap({ OpaquePointer(bitPattern: $0) }) ?? ZSTD_createDCtx() else {
            return .refused("no memory to inflate it")
        }
        defer { contexts.withLock { $0.append(UInt(bitPattern: context)) } }
        let written = ZSTD_decompressDCtx(context, output.baseAddress, output.count, input.baseAddress, length)
        guard ZSTD_isError(written) == 0 else { return .refused(String(cString: ZSTD_getErrorName(written))) }
        return .bytes(written)
    }
}
