import Crypto
import DiskImage
import Foundation
import HTTP
import Synchronization
import Wording

/// One conversion that feeds several uploads at once, each piece after the other, and the checksums of what was sent.
///
/// The slowest upload sets the pace: no more than a few pieces are kept. One that fails drops out, and the others go on.
actor UploadBroadcast {
    private static let ahead = 4
    private let stream: ImageStream
    /// nil: as fast as it goes.
    private let pace: Pace?
    private let progress: @Sendable (Int64) -> Void
    private var pieces: [Data] = []
    /// The number of the first piece that is kept.
    private var first = 0
    /// The piece that each reader wants next.
    private var readers: [Int: Int] = [:]
    private var isEnded = false
    private var failure: (any Error)?
    private var isReading = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var size: Int64 = 0
    private var sha256 = SHA256()
    private var sha512 = SHA512()

    /// - Parameter readers: how many uploads there are; they have the numbers from 0 on.
    init(
        _ stream: ImageStream, readers: Int, bytesPerSecond: Int64?, progress: @escaping @Sendable (Int64) -> Void
    ) {
        self.stream = stream
        self.progress = progress
        pace = bytesPerSecond.map(Pace.init)
        self.readers = Dictionary(uniqueKeysWithValues: (0..<readers).map { ($0, 0) })
    }

    /// What one upload sends.
    nonisolated func body(for reader: Int, length: Int64?) -> HTTPBody {
        .stream(length: length) { try await self.next(for: reader) }
    }

    /// What has been sent, once a transfer has ended. One of known length is not asked for its end, so that is done here.
    func receipt(after length: Int64?) async -> UploadReceipt? {
        while !isEnded, failure == nil, size == length {
            if isReading {
                await withCheckedContinuation { waiting.append($0) }
            } else {
                await readOne()
            }
        }
        return receipt
    }

    private var receipt: UploadReceipt? {
        guard isEnded, failure == nil else { return nil }
        return UploadReceipt(
            size: size,
            checksums: [
                "sha256": sha256.finalize().hexadecimal,
                "sha512": sha512.finalize().map { String(format: "%02x", $0) }.joined(),
            ])
    }

    /// An upload that takes no more.
    func drop(_ reader: Int) {
        readers[reader] = nil
        trim()
        wake()
    }

    private func next(for reader: Int) async throws -> Data? {
        while true {
            try Task.checkCancellation()
            guard let wanted = readers[reader] else { throw CancellationError() }
            if wanted < first + pieces.count {
                readers[reader] = wanted + 1
                let piece = pieces[wanted - first]
                trim()
                return piece
            }
            if let failure { throw failure }
            if isEnded { return nil }
            if !isReading, pieces.count < Self.ahead {
                await readOne()
            } else {
                await withCheckedContinuation { waiting.append($0) }
            }
        }
    }

    private func readOne() async {
        isReading = true
        do {
            if let bytes = try await stream.next() {
                try await pace?.wait(for: bytes.count)
                add(bytes)
            } else {
                isEnded = true
            }
        } catch {
            failure = error
        }
        isReading = false
        wake()
    }

    private func add(_ bytes: [UInt8]) {
        sha256.update(data: bytes)
        sha512.update(data: bytes)
        size += Int64(bytes.count)
        pieces.append(Data(bytes))
        progress(size)
    }

    /// Forgets what every reader has.
    private func trim() {
        let needed = readers.values.min() ?? first + pieces.count
        guard needed > first else { return }
        pieces.removeFirst(needed - first)
        first = needed
        wake()
    }

    private func wake() {
        let all = waiting
        waiting = []
        all.forEach { $0.resume() }
    }
}

/// Keeps to a rate.
final class Pace: Sendable {
    private let bytesPerSecond: Int64
    private let state = Mutex<(start: ContinuousClock.Instant, bytes: Int64)?>(nil)

    init(_ bytesPerSecond: Int64) { self.bytesPerSecond = bytesPerSecond }

    /// Waits until so many more bytes may go.
    func wait(for count: Int) async throws {
        let due = state.withLock { state -> ContinuousClock.Instant in
            let start = state?.start ?? .now
            let bytes = state?.bytes ?? 0
            state = (start, bytes + Int64(count))
            return start + .seconds(Double(bytes) / Double(bytesPerSecond))
        }
        try await Task.sleep(until: due, clock: .continuous)
    }
}
