import DiskImage
import Foundation
import Synchronization
import Wording

/// Tells every second how far a conversion or an upload is, how fast it goes, and how long it will take.
final class TransferProgress: Sendable {
    private struct State {
        var nextReport: ContinuousClock.Instant
    }

    /// Bytes of the disk that have to be read.
    let total: UInt64
    private let allocated: [Range<UInt64>]
    private let verb: String
    private let console: Console
    private let start = ContinuousClock.now
    private let state: Mutex<State>

    init(_ allocated: [Range<UInt64>], _ verb: String, on console: Console) {
        self.allocated = allocated
        total = allocated.reduce(0) { $0 + UInt64($1.count) }
        self.verb = verb
        self.console = console
        state = Mutex(State(nextReport: ContinuousClock.now + .seconds(1)))
    }

    /// Since it began.
    var seconds: Double { (ContinuousClock.now - start).seconds }

    /// The disk has been dealt with up to here.
    func move(to offset: UInt64) {
        let done = state.withLock { state -> UInt64? in
            let now = ContinuousClock.now
            guard now >= state.nextReport else { return nil }
            state.nextReport = now + .seconds(1)
            return bytes(before: offset)
        }
        if let done { console.say(line(done)) }
    }

    /// What is allocated before an offset: a disk of which one end is full and the other empty would mislead otherwise.
    private func bytes(before offset: UInt64) -> UInt64 {
        allocated.prefix { $0.lowerBound < offset }.reduce(0) { $0 + min(offset, $1.upperBound) - $1.lowerBound }
    }

    private func line(_ done: UInt64) -> String {
        let elapsed = seconds
        let rate = Double(done) / max(elapsed, 0.001)
        let left = rate > 0 ? Double(total - min(done, total)) / rate : 0
        let percent = total == 0 ? 100 : done * 100 / total
        return "\(verb) \(done.asSize) of \(total.asSize) (\(percent) %), \(UInt64(rate).asSize)/s, "
            + "\(Int(left.rounded(.up))) s left"
    }
}

/// The stretches of a disk that have data, read on a thread of its own.
func allocatedBytes(of image: ImageFile) async throws -> [Range<UInt64>] {
    try await withCheckedThrowingContinuation { done in
        Thread.detachNewThread { done.resume(with: Result { try allocatedRanges(of: image) }) }
    }
}

/// Neighbours that touch, or nearly, are joined: a list for progress need not be exact, and has to be short.
private func allocatedRanges(of image: ImageFile) throws -> [Range<UInt64>] {
    let gap: UInt64 = 1 << 20
    var ranges: [Range<UInt64>] = []
    var offset: UInt64 = 0
    while let next = try image.allocatedRange(from: offset) {
        if let last = ranges.last, next.lowerBound - last.upperBound < gap {
            ranges[ranges.count - 1] = last.lowerBound..<next.upperBound
        } else {
            ranges.append(next)
        }
        offset = next.upperBound
    }
    return ranges
}

extension UInt64 {
    /// E.g. "484.2 MB"; powers of ten, as disks are sold.
    var asSize: String {
        let units = ["B", "kB", "MB", "GB", "TB", "PB"]
        var (value, unit) = (Double(self), 0)
        while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
        return unit == 0 ? "\(self) B" : String(format: "%.1f %@", value, units[unit])
    }
}
