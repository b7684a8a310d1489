import Foundation
import Synchronization

extension ImageFile {
    /// How a conversion into a file is done.
    public struct WriteOptions: Sendable {
        /// How many threads read and compress at once.
        public var threads = ImageStream.defaultThreads
        /// Whether a file that has the name already is replaced.
        public var replacing = false

        /// A new file, with as many threads as the machine has use for.
        public init() {}
    }

    /// Converts the disk into a file. The file appears under its name when it is whole; an error, a cancelled task or a
    /// kill leaves none.
    ///
    /// - Parameter progress: is told, on a thread of the conversion, up to which byte the disk has been dealt with.
    /// - Returns: the bytes of the new file.
    /// - Throws: `DiskImageError`, also when the target is a file that the disk is read from.
    @discardableResult
    public func write(
        to path: String, as encoding: ImageEncoding, options: WriteOptions = WriteOptions(),
        progress: @escaping @Sendable (UInt64) -> Void = { _ in }
    ) async throws(DiskImageError) -> UInt64 {
        try checkNotInput(path)
        let cancellation = Cancellation()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (done: CheckedContinuation<Result<UInt64, DiskImageError>, Never>) in
                Thread.detachNewThread {
                    do throws(DiskImageError) {
                        done.resume(returning: .success(try write(path, encoding, options, progress, cancellation)))
                    } catch {
                        done.resume(returning: .failure(error))
                    }
                }
            }
        } onCancel: {
            cancellation.cancel()
        }
        return try result.get()
    }

    private func write(
        _ path: String, _ encoding: ImageEncoding, _ options: WriteOptions, _ progress: (UInt64) -> Void,
        _ cancellation: Cancellation
    ) throws(DiskImageError) -> UInt64 {
        let file = try PartialFile.create(for: path, replacing: options.replacing)
        let encoder = try encoding.encoder(of: self, threads: options.threads)
        try encoder.encode(progress: progress) { (piece) throws(DiskImageError) in
            if cancellation.isCancelled { throw .stopped }
            try file.append(piece)
        }
        try file.finish()
        return file.size
    }

    /// Looks whether a conversion could write there, without touching anything.
    ///
    /// - Throws: `DiskImageError` when something is there that is not replaced, or that the disk is read from.
    public func checkTarget(_ path: String, replacing: Bool) throws(DiskImageError) {
        try checkNotInput(path)
        try PartialFile.checkTarget(path, replacing: replacing)
    }

    private func checkNotInput(_ path: String) throws(DiskImageError) {
        var target = stat()
        guard stat(path, &target) == 0 else { return }
        for file in files {
            var facts = stat()
            guard stat(file.path, &facts) == 0, facts.st_ino == target.st_ino, facts.st_dev == target.st_dev else {
                continue
            }
            throw DiskImageError(
                .io(EEXIST), file: path, structure: "output", expected: "another file than the input",
                found: "a file that the disk is read from", hint: "give the output another name")
        }
    }
}

/// Tells a thread that its task was cancelled.
private final class Cancellation: Sendable {
    private let flag = Atomic(false)

    var isCancelled: Bool { flag.load(ordering: .relaxed) }
    func cancel() { flag.store(true, ordering: .relaxed) }
}
