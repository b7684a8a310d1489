import Foundation
import Synchronization

/// A disk on its way into a format, asked for piece by piece: what an upload sends.
///
/// The work is done on threads of its own, a few pieces ahead of who takes them; it ends early when the stream is
/// stopped or forgotten.
public final class ImageStream: Sendable {
    /// Bytes of the whole image; nil where only writing it tells, as it is with compression.
    public let length: UInt64?
    private let pieces: PieceQueue

    private init(length: UInt64?, pieces: PieceQueue) {
        self.length = length
        self.pieces = pieces
    }

    deinit { pieces.stop() }

    /// Begins.
    ///
    /// - Parameters:
    ///   - threads: how many read and compress at once.
    ///   - progress: is told, on a thread of the conversion, up to which byte the disk has been dealt with.
    /// - Throws: `DiskImageError` when the disk cannot be read: formats whose tables come first are laid out before the
    ///   first piece, for which it is read once.
    public static func start(
        _ source: any DiskSource, as encoding: ImageEncoding, threads: Int = defaultThreads,
        progress: @escaping @Sendable (UInt64) -> Void = { _ in }
    ) async throws(DiskImageError) -> ImageStream {
        let pieces = PieceQueue()
        let result: Result<UInt64?, DiskImageError> = await withCheckedContinuation { ready in
            Thread.detachNewThread {
                let encoder: any ImageEncoder
                do throws(DiskImageError) {
                    encoder = try encoding.encoder(of: source, threads: threads)
                } catch { return ready.resume(returning: .failure(error)) }
                ready.resume(returning: .success(encoder.length))
                pieces.fill(from: encoder, progress: progress)
            }
        }
        return ImageStream(length: try result.get(), pieces: pieces)
    }

    /// One for each core.
    public static var defaultThreads: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

    /// The next piece, at most 1 MiB or so; nil after the last. For one caller at a time.
    ///
    /// - Throws: what the conversion failed with.
    public func next() async throws(DiskImageError) -> [UInt8]? { try await pieces.next() }

    /// Ends the conversion: who asks for the next piece gets an error, so that nobody takes it for the end.
    public func stop() { pieces.stop() }
}

/// Pieces between the thread that makes them, which waits by blocking, and a task that takes them, which does not.
private final class PieceQueue: Sendable {
    private struct State {
        var pieces: [[UInt8]] = []
        var waiting: CheckedContinuation<Result<[UInt8]?, DiskImageError>, Never>?
        var end: Result<[UInt8]?, DiskImageError>?
        var isStopped = false
    }

    private static let depth = 4
    private static let zeros = [UInt8](repeating: 0, count: 512 << 10)
    private let state = Mutex(State())
    /// Begins with none, as one that goes with fewer than it began with ends the process.
    private let room = DispatchSemaphore(value: 0)

    init() { for _ in 0..<Self.depth { room.signal() } }

    func fill(from encoder: any ImageEncoder, progress: (UInt64) -> Void) {
        do throws(DiskImageError) {
            try encoder.encode(progress: progress) { (piece) throws(DiskImageError) in
                switch piece {
                case .data(let bytes): try put(bytes)
                case .zeros(var count):
                    while count > 0 {
                        let size = min(count, UInt64(Self.zeros.count))
                        try put(size == Self.zeros.count ? Self.zeros : Array(Self.zeros[..<Int(size)]))
                        count -= size
                    }
                }
            }
            end(.success(nil))
        } catch {
            end(.failure(error))
        }
    }

    private func put(_ bytes: [UInt8]) throws(DiskImageError) {
        room.wait()
        let (isStopped, waiting) = state.withLock { state in
            defer { state.waiting = nil }
            if state.waiting == nil, !state.isStopped { state.pieces.append(bytes) }
            return (state.isStopped, state.waiting)
        }
        if let waiting {
            room.signal()
            waiting.resume(returning: .success(bytes))
        }
        if isStopped { throw .stopped }
    }

    private func end(_ result: Result<[UInt8]?, DiskImageError>) {
        let waiting = state.withLock { state in
            state.end = result
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: result)
    }

    func next() async throws(DiskImageError) -> [UInt8]? {
        let result: Result<[UInt8]?, DiskImageError> = await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> Result<[UInt8]?, DiskImageError>? in
                if !state.pieces.isEmpty { return .success(state.pieces.removeFirst()) }
                if state.isStopped { return .failure(.stopped) }
                if let end = state.end { return end }
                state.waiting = continuation
                return nil
            }
            guard let ready else { return }
            if case .success(.some) = ready { room.signal() }
            continuation.resume(returning: ready)
        }
        return try result.get()
    }

    /// Whoever makes pieces finds out with the next one.
    func stop() {
        let waiting = state.withLock { state in
            state.isStopped = true
            state.pieces = []
            defer { state.waiting = nil }
            return state.waiting
        }
        // The maker may wait for room that nobody will make any more.
        room.signal()
        waiting?.resume(returning: .failure(.stopped))
    }
}

extension DiskImageError {
    /// Nobody wants the image any more.
    static let stopped = DiskImageError.io(ECANCELED, file: "image", doing: "convert")
}
