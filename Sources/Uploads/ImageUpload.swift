public import DiskImage
import Foundation
import HTTP

/// Converts a disk and sends it to one or more destinations while it is converted: no file in between.
///
/// What is there already is left alone. A transfer that breaks is begun anew, at most twice, for the destinations that
/// lack it; a failure leaves nothing behind. What a destination refuses for good is not begun anew.
public struct ImageUpload: Sendable {
    private let disk: any DiskSource
    private let encoding: ImageEncoding
    private let options: Options

    /// How an upload is done.
    public struct Options: Sendable {
        /// For each destination; nil: as fast as it goes.
        public var bytesPerSecond: Int64?
        /// How often a transfer that breaks is begun anew.
        public var retries = 2
        /// Before the first of them; each further one waits twice as long.
        public var pause: Duration = .seconds(2)
        /// Finds out the length first, by converting once more, where only that tells it.
        public var findsLength = false

        /// As fast as it goes, with two more attempts.
        public init() {}
    }

    /// How far it is.
    public enum Event: Sendable {
        /// The digest is being computed, which reads the disk once.
        case reading
        /// The image is there already.
        case present(String)
        /// Bytes of the image that were sent, and up to where on the disk.
        case sent(Int64, diskOffset: UInt64)
        /// All of it has arrived and is the same.
        case verified(String, UploadReceipt)
        /// It broke, and is begun anew.
        case retrying(String, because: String)
    }

    /// How it ended for each destination, by its name.
    public struct Outcome: Sendable {
        /// Those that had it already.
        public var present: [String] = []
        /// Those that have it now, compared with what was sent.
        public var uploaded: [String] = []
        /// Those that have nothing of it, and why.
        public var failed: [(name: String, reason: String)] = []
        /// Of what was sent; nil when nothing was.
        public var receipt: UploadReceipt?
    }

    /// An upload that has not begun.
    public init(_ disk: any DiskSource, as encoding: ImageEncoding, options: Options = Options()) {
        self.disk = disk
        self.encoding = encoding
        self.options = options
    }

    /// Does it.
    ///
    /// - Throws: `DiskImageError` when the disk cannot be read, and `CancellationError`. What goes wrong with a
    ///   destination is in the outcome.
    public func run(
        to destinations: [any ImageDestination], report: @escaping @Sendable (Event) -> Void = { _ in }
    ) async throws -> Outcome {
        report(.reading)
        let digests = try await DiskDigest.of(disk, as: [encoding])
        return try await run(to: destinations, digest: digests[0], report: report)
    }

    /// The same with a digest that is known already.
    package func run(
        to destinations: [any ImageDestination], digest: String, report: @escaping @Sendable (Event) -> Void
    ) async throws -> Outcome {
        var outcome = Outcome()
        var left = destinations
        var findsLength = options.findsLength
        for attempt in 0...max(0, options.retries) {
            if attempt > 0 { try await Task.sleep(for: options.pause * (1 << (attempt - 1))) }
            let (wanting, silent) = try await prepare(left, digest, &outcome, report)
            // Before the first attempt that is the answer; later it may be what broke the transfer, and pass.
            left = attempt > 0 ? silent : []
            let results = wanting.isEmpty ? [] : try await send(to: wanting, digest, findsLength, report)
            outcome.failed.removeAll { failure in wanting.contains { $0.name == failure.name } }
            for (destination, result) in zip(wanting, results) {
                switch result {
                case .success(let receipt):
                    outcome.uploaded.append(destination.name)
                    outcome.receipt = receipt
                    report(.verified(destination.name, receipt))
                case .failure(let error):
                    outcome.failed.append((destination.name, "\(error)"))
                    if error is UploadRefusal { continue }
                    findsLength = findsLength || destination.needsLength(error)
                    left.append(destination)
                    if attempt < options.retries { report(.retrying(destination.name, because: "\(error)")) }
                }
            }
            if left.isEmpty { break }
        }
        return outcome
    }

    /// The destinations that lack the image, and those that did not say.
    private func prepare(
        _ destinations: [any ImageDestination], _ digest: String, _ outcome: inout Outcome,
        _ report: @Sendable (Event) -> Void
    ) async throws -> (lacking: [any ImageDestination], silent: [any ImageDestination]) {
        var (lacking, silent): ([any ImageDestination], [any ImageDestination]) = ([], [])
        for destination in destinations {
            do {
                if try await destination.prepare(for: digest) {
                    outcome.failed.removeAll { $0.name == destination.name }
                    outcome.present.append(destination.name)
                    report(.present(destination.name))
                } else {
                    lacking.append(destination)
                }
            } catch {
                try Task.checkCancellation()
                outcome.failed.removeAll { $0.name == destination.name }
                outcome.failed.append((destination.name, "\(error)"))
                silent.append(destination)
            }
        }
        return (lacking, silent)
    }

    /// One conversion to all; what a destination threw is its result, and it has nothing of the image then.
    private func send(
        to destinations: [any ImageDestination], _ digest: String, _ findsLength: Bool,
        _ report: @escaping @Sendable (Event) -> Void
    ) async throws -> [Result<UploadReceipt, any Error>] {
        let length = findsLength ? try await measuredLength() : nil
        let position = Position()
        let stream = try await ImageStream.start(disk, as: encoding) { position.move(to: $0) }
        defer { stream.stop() }
        let broadcast = UploadBroadcast(
            stream, readers: destinations.count, bytesPerSecond: options.bytesPerSecond
        ) { report(.sent($0, diskOffset: position.offset)) }
        let known = length ?? stream.length.map(Int64.init)
        let results = await withTaskGroup(of: (Int, Result<UploadReceipt, any Error>).self) { group in
            for (index, destination) in destinations.enumerated() {
                group.addTask {
                    let body = broadcast.body(for: index, length: known)
                    let result = await Self.send(body, to: destination, digest, from: broadcast)
                    await broadcast.drop(index)
                    return (index, result)
                }
            }
            var all: [Int: Result<UploadReceipt, any Error>] = [:]
            for await (index, result) in group { all[index] = result }
            return destinations.indices.compactMap { all[$0] }
        }
        try Task.checkCancellation()
        return results
    }

    private static func send(
        _ body: HTTPBody, to destination: any ImageDestination, _ digest: String, from broadcast: UploadBroadcast
    ) async -> Result<UploadReceipt, any Error> {
        do {
            var length: Int64?
            if case .stream(let known, _) = body { length = known }
            try await destination.receive(body, digest: digest)
            guard let receipt = await broadcast.receipt(after: length) else {
                throw UploadFailure(cause: "\(destination.name) answered before it had everything", hint: nil)
            }
            try await destination.finish(receipt, digest: digest)
            return .success(receipt)
        } catch {
            await destination.abandon()
            return .failure(error)
        }
    }

    /// Converts once for nothing but the count.
    private func measuredLength() async throws -> Int64 {
        let stream = try await ImageStream.start(disk, as: encoding)
        if let length = stream.length { return Int64(length) }
        var total: Int64 = 0
        while let piece = try await stream.next() { total += Int64(piece.count) }
        return total
    }
}
