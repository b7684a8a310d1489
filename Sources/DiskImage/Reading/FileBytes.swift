import Glibc

// Linux's values for lseek(2), which glibc's headers show to GNU sources only.
private let seekData: Int32 = 3
private let seekHole: Int32 = 4

/// What tells two open files apart, whatever their names.
struct FileIdentity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
}

/// The bytes of one file or block device, or of a part of one, read at positions by any number of threads.
final class FileBytes: Sendable {
    /// How errors call it: the path, and behind a colon the part's name.
    let path: String
    /// Where it is on this machine.
    let filePath: String
    /// In bytes, as it was when the file was opened.
    let size: UInt64
    let identity: FileIdentity
    private let descriptor: Int32
    /// Where the part begins in the file.
    private let base: UInt64
    /// What owns the descriptor, for a part.
    private let whole: FileBytes?

    private init(owning descriptor: Int32, path: String, size: UInt64, identity: FileIdentity) {
        self.descriptor = descriptor
        self.path = path
        filePath = path
        self.size = size
        self.identity = identity
        base = 0
        whole = nil
    }

    /// A part of a file, as a file in an archive is; the caller has checked that it lies within.
    init(_ whole: FileBytes, named name: String, from start: UInt64, size: UInt64) {
        descriptor = whole.descriptor
        path = "\(whole.path):\(name)"
        filePath = whole.filePath
        self.size = size
        identity = whole.identity
        base = whole.base + start
        self.whole = whole
    }

    deinit { if whole == nil { close(descriptor) } }

    /// Whether it is a part of another file, beside which nothing is looked for.
    var isPart: Bool { whole != nil }

    /// Opens a regular file or a block device; a FIFO or a terminal, which could wait for ever, is refused.
    static func open(_ path: String) throws(DiskImageError) -> FileBytes {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .cannotOpen(path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let code = errno
            close(descriptor)
            throw .io(code, file: path, doing: "open")
        }
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFREG || kind == S_IFBLK else {
            close(descriptor)
            throw DiskImageError(
                .unknownFormat, file: path, structure: "image", expected: "a regular file or a block device",
                found: kind == S_IFDIR ? "a directory" : "another kind of file",
                hint: kind == S_IFDIR
                    ? "name the image in it" : "an image is read at many places: put it into a file first")
        }
        let end = kind == S_IFBLK ? lseek(descriptor, 0, SEEK_END) : status.st_size
        return FileBytes(
            owning: descriptor, path: path, size: UInt64(max(0, end)),
            identity: FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)))
    }

    /// Fills a buffer from an offset on.
    ///
    /// - Parameter structure: what is read, for the error.
    /// - Throws: `.truncated` when the file ends before, `.io` when the system refuses.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64, _ structure: @autoclosure () -> String
    ) throws(DiskImageError) {
        guard offset <= size, UInt64(buffer.count) <= size - offset else {
            throw truncated(structure(), at: offset, count: UInt64(buffer.count))
        }
        var done = 0
        while done < buffer.count {
            let count = pread(
                descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(base + offset) + done)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .io(errno, file: path, offset: offset, doing: "read \(structure())") }
            guard count > 0 else { throw truncated(structure(), at: offset, count: UInt64(buffer.count)) }
            done += count
        }
    }

    /// Some bytes as an array; the caller has bounded the count.
    func bytes(at offset: UInt64, count: Int, _ structure: @autoclosure () -> String) throws(DiskImageError) -> [UInt8]
    {
        // Before the memory for them is taken.
        guard offset <= size, UInt64(count) <= size - offset else {
            throw truncated(structure(), at: offset, count: UInt64(count))
        }
        var bytes = [UInt8](repeating: 0, count: count)
        var failure: DiskImageError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(DiskImageError) { try read(into: buffer, at: offset, structure()) } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    /// The first stretch at or after an offset that the file system stores; all the rest where it cannot say.
    func dataRange(from offset: UInt64) throws(DiskImageError) -> Range<UInt64>? {
        guard offset < size else { return nil }
        // Moves the position of the descriptor, which nothing here uses.
        let start = lseek(descriptor, off_t(base + offset), seekData)
        guard start >= 0 else {
            if errno == ENXIO { return nil }
            guard errno == EINVAL else { throw .io(errno, file: path, offset: offset, doing: "look for data") }
            return offset..<size
        }
        let end = lseek(descriptor, start, seekHole)
        let upper = min(size, UInt64(max(start, end)) - base)
        let lower = max(offset, UInt64(start) - base)
        // A file that was cut since it was opened.
        guard lower < size else { return nil }
        return lower..<(upper > lower ? upper : size)
    }

    /// The error of a structure that the file is too short for.
    func truncated(_ structure: String, at offset: UInt64, count: UInt64) -> DiskImageError {
        DiskImageError(
            .truncated, file: path, offset: offset, structure: structure, expected: "\(count) bytes",
            found: offset >= size
                ? "the end of the file at byte \(size)" : "\(size - offset) before the end of the file",
            hint: "the file is not whole: compare its size with where it comes from")
    }

    /// The error of a structure that holds what its format forbids.
    func damaged(_ structure: String, at offset: UInt64?, expected: String, found: String) -> DiskImageError {
        DiskImageError(
            .damaged, file: path, offset: offset, structure: structure, expected: expected, found: found)
    }
}

extension DiskImageError {
    fileprivate static func cannotOpen(_ path: String, _ code: Int32) -> DiskImageError {
        let error = DiskImageError.io(code, file: path, doing: "open")
        switch code {
        case ENOENT where path == "-":
            return error.with(hint: "standard input cannot be read at many places, as an image is: put it into a file")
        case ENOENT: return error.with(hint: "is the name right?")
        case EACCES, EPERM: return error.with(hint: "only others may read it: run this as one of them, or copy it")
        default: return error
        }
    }
}
