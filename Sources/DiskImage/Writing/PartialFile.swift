import Glibc

/// A file on its way: written beside its target under a name of ours, and given the target's name when it is whole.
///
/// What a killed run left is found under the same name by the next run for the same target, and written over. A lock,
/// which goes with the process that holds it, tells it from the file of a run that is still at work.
final class PartialFile {
    let path: String
    private let target: String
    private let descriptor: Int32
    private var isFinished = false
    /// Bytes, holes included.
    private(set) var size: UInt64 = 0
    /// Up to where the system was told to begin with the writing.
    private var begun: UInt64 = 0

    /// So much is written between two such words.
    private static let portion: UInt64 = 16 << 20

    private init(owning descriptor: Int32, _ path: String, target: String) {
        self.descriptor = descriptor
        self.path = path
        self.target = target
    }

    deinit {
        if !isFinished { unlink(path) }
        close(descriptor)
    }

    /// `.NAME.polyvisor-partial`, hidden beside `NAME`.
    static func path(for target: String) -> String {
        let folder = target.lastIndex(of: "/").map { target[...$0] } ?? ""
        return "\(folder).\(target.dropFirst(folder.count)).polyvisor-partial"
    }

    /// Begins a file, and removes what a killed run left of it.
    ///
    /// - Parameter replacing: whether a target that exists will be replaced.
    static func create(for target: String, replacing: Bool) throws(DiskImageError) -> PartialFile {
        try checkTarget(target, replacing: replacing)
        let path = path(for: target)
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw cannotCreate(path, target: target, errno) }
            let file = PartialFile(owning: descriptor, path, target: target)
            // What is deinitialised from here on is not ours to remove.
            file.isFinished = true
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw inUse(path, errno) }
            // The one who held the lock until now may have renamed the file.
            guard file.isStillThere() else { continue }
            file.isFinished = false
            guard ftruncate(descriptor, 0) == 0 else { throw .io(errno, file: path, doing: "empty") }
            return file
        }
    }

    private static func cannotCreate(_ path: String, target: String, _ code: Int32) -> DiskImageError {
        let error = DiskImageError.io(code, file: path, doing: "create")
        switch code {
        case ENOENT, ENOTDIR: return error.with(hint: "there is no folder for \(target): make it, or name another")
        case EACCES, EROFS: return error.with(hint: "you may not write there: name another folder")
        default: return error
        }
    }

    /// - Throws: when something is there that is not replaced.
    static func checkTarget(_ target: String, replacing: Bool) throws(DiskImageError) {
        var facts = stat()
        guard lstat(target, &facts) == 0 else { return }
        guard facts.st_mode & S_IFMT == S_IFREG else {
            throw DiskImageError(
                .io(EEXIST), file: target, structure: "output", expected: "a regular file or none",
                found: "it is no regular file", hint: "name a file")
        }
        guard replacing else {
            throw DiskImageError.io(EEXIST, file: target, doing: "create").with(hint: "say --overwrite to replace it")
        }
    }

    private static func inUse(_ path: String, _ code: Int32) -> DiskImageError {
        guard code == EWOULDBLOCK else { return .io(code, file: path, doing: "lock") }
        return DiskImageError.io(code, file: path, doing: "lock").with(
            hint: "another run is writing the same file; wait for it, or end it")
    }

    private func isStillThere() -> Bool {
        var (ours, found) = (stat(), stat())
        return fstat(descriptor, &ours) == 0 && lstat(path, &found) == 0 && ours.st_ino == found.st_ino
            && ours.st_dev == found.st_dev
    }

    func append(_ piece: ImagePiece) throws(DiskImageError) {
        switch piece {
        case .zeros(let count): size += count
        case .data(let bytes):
            try write(bytes)
            size += UInt64(bytes.count)
            beginWriting()
        }
    }

    /// Lets the disk work while the next grains are compressed, so that little is left to wait for at the end. On Linux
    /// this is what the advice does with what is not on the disk yet.
    private func beginWriting() {
        guard size - begun >= Self.portion else { return }
        posix_fadvise(descriptor, off_t(begun), off_t(size - begun), POSIX_FADV_DONTNEED)
        begun = size
    }

    private func write(_ bytes: [UInt8]) throws(DiskImageError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(size) + off_t(done))
            }
            let code = errno
            guard count >= 0 || code == EINTR else {
                let error = DiskImageError.io(code, file: path, offset: size + UInt64(done), doing: "write")
                guard code == ENOSPC || code == EDQUOT else { throw error }
                throw error.with(hint: "make room, or name a file on another disk; nothing is left of this one")
            }
            done += max(0, count)
        }
    }

    /// Gives the file its name. Its data is on the disk by then: no crash leaves an empty file of that name.
    func finish() throws(DiskImageError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw .io(errno, file: path, doing: "set the size") }
        guard fdatasync(descriptor) == 0 else { throw .io(errno, file: path, doing: "sync") }
        guard rename(path, target) == 0 else { throw .io(errno, file: target, doing: "rename \(path)") }
        isFinished = true
    }
}

extension DiskImageError {
    /// The same with what to do about it.
    func with(hint: String) -> DiskImageError {
        DiskImageError(
            kind, file: file, offset: offset, structure: structure, expected: expected, found: found, hint: hint)
    }
}
