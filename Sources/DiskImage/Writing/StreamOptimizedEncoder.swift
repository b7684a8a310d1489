import Glibc
import ImageMeta

/// Writes a streamOptimized VMDK in one pass: Virtual Disk Format 5.0, "Stream-Optimized Compressed Sparse Extents".
///
/// Header and descriptor; then, for every 32 MiB of the disk that have any data, its grains, each behind a marker, and
/// their grain table; then the grain directory, the footer, which is the header with the directory's place, and the
/// marker that ends the stream. Grains of zeros are left out. The same disk gives the same bytes, whatever the number of
/// threads.
struct StreamOptimizedEncoder: ImageEncoder {
    let source: any DiskSource
    let level: CompressionLevel
    let adapter: VMwareAdapter
    let threads: Int

    /// Only the compression tells.
    var length: UInt64? { nil }

    func encode(progress: (UInt64) -> Void, into sink: PieceSink) throws(DiskImageError) {
        let capacity = sectors(of: source)
        var file = StreamOptimizedFile(capacity: capacity, adapter: adapter)
        try sink(.data(file.head))
        let level = level
        let pipeline = GrainPipeline(source: source, threads: threads) { () throws(DiskImageError) in
            try CompressingWorker(level)
        }
        try pipeline.run { (window, grains) throws(DiskImageError) in
            if let table = try file.table(endingBefore: window.lowerBound) { try sink(.data(table)) }
            try file.note(grains)
            if !grains.bytes.isEmpty { try sink(.data(grains.bytes)) }
            progress(window.upperBound)
        }
        if let table = try file.table(endingBefore: .max) { try sink(.data(table)) }
        try sink(.data(file.tail()))
    }
}

/// The grains of one window, ready to be written.
struct CompressedGrains: Sendable {
    /// Markers and compressed data, each in whole sectors.
    var bytes: [UInt8] = []
    /// For each grain that is not zero: its number on the disk, and its marker's first sector within `bytes`.
    var places: [(grain: UInt64, sector: UInt32)] = []
}

/// Compresses the grains of a window.
struct CompressingWorker: GrainWorker {
    private let compressor: any GrainCompressor
    /// Before each grain: the number of its first sector, and the size of its data ("GrainMarker").
    private static let markerSize = 12

    init(_ level: CompressionLevel) throws(DiskImageError) {
        guard let compressor = level.compressor() else {
            throw DiskImageError.io(ENOMEM, file: "", doing: "prepare the compression")
        }
        self.compressor = compressor
    }

    func process(_ window: Range<UInt64>, _ bytes: UnsafeRawBufferPointer) throws(DiskImageError) -> CompressedGrains {
        let size = ImageEncoding.grainSize
        let first = window.lowerBound / UInt64(size)
        let room = (DeflateCompressor.bound(of: size) + Self.markerSize).roundedUp(to: 512)
        var grains = CompressedGrains()
        grains.bytes = [UInt8](unsafeUninitializedCapacity: bytes.count / size * room) { output, used in
            for index in 0..<bytes.count / size {
                let grain = UnsafeRawBufferPointer(rebasing: bytes[index * size..<(index + 1) * size])
                if grain.isZero { continue }
                grains.places.append((first + UInt64(index), UInt32(used / 512)))
                let target = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(output)[used...])
                used += write(grain, number: first + UInt64(index), to: target)
            }
        }
        return grains
    }

    /// Writes marker, data and the zeros up to a whole sector, and gives the length of it all.
    private func write(
        _ grain: UnsafeRawBufferPointer, number: UInt64, to target: UnsafeMutableRawBufferPointer
    ) -> Int {
        let data = UnsafeMutableRawBufferPointer(rebasing: target[Self.markerSize...])
        let count = compressor.compress(grain, into: data)
        target.storeBytes(of: (number * SparseExtentHeaderBytes.grainSectors).littleEndian, as: UInt64.self)
        target.storeBytes(of: UInt32(count).littleEndian, toByteOffset: 8, as: UInt32.self)
        let end = (Self.markerSize + count).roundedUp(to: 512)
        UnsafeMutableRawBufferPointer(rebasing: target[(Self.markerSize + count)..<end])
            .initializeMemory(as: UInt8.self, repeating: 0)
        return end
    }
}
