/// A piece of an image, in the order of the file.
enum ImagePiece: Sendable, Equatable {
    case data([UInt8])
    /// This many zeros, which a file need not store.
    case zeros(UInt64)
}

/// Takes an image piece by piece. It may block.
typealias PieceSink = (ImagePiece) throws(DiskImageError) -> Void

/// Writes a disk in one format.
protocol ImageEncoder: Sendable {
    /// Bytes of the whole image; nil where only writing it tells.
    var length: UInt64? { get }

    /// Writes the whole image. Blocks, so it is for a thread of one's own.
    ///
    /// - Parameter progress: is told up to which byte the disk has been dealt with.
    func encode(progress: (UInt64) -> Void, into sink: PieceSink) throws(DiskImageError)
}

extension ImageEncoding {
    /// What writes a disk in this encoding. Blocks.
    ///
    /// - Throws: `DiskImageError` when the disk cannot be read: formats whose tables come first are laid out here, for
    ///   which it is read once.
    func encoder(of source: any DiskSource, threads: Int) throws(DiskImageError) -> any ImageEncoder {
        if source.capacity == 0, diskFormat == "vmdk" {
            // qemu-img makes such files, and takes them for no VMDK when it reads them.
            throw DiskImageError(
                .unsupported, file: "VMDK", structure: "capacity", expected: "at least one sector",
                found: "a disk of 0 bytes", hint: "use raw or qcow2")
        }
        return switch self {
        case .raw: RawEncoder(source: source, threads: threads)
        case .qcow2: try Qcow2Encoder(source, threads: threads)
        case .streamOptimized(let level, let adapter):
            StreamOptimizedEncoder(source: source, level: level, adapter: adapter, threads: threads)
        case .monolithicSparse(let adapter): try MonolithicSparseEncoder(source, adapter: adapter, threads: threads)
        }
    }
}

/// The size of a disk in sectors, which is what every format of virtual disks counts in.
func sectors(of source: any DiskSource) -> UInt64 { source.capacity.blocks(of: 512) }
