import Wording

/// A point in time by which something must be done, or none.
struct Deadline {
    private let instant: ContinuousClock.Instant?
    /// What was given, for the message.
    let allowance: Duration?

    init(after allowance: Duration?) {
        self.allowance = allowance
        instant = allowance.map { ContinuousClock.now.advanced(by: $0) }
    }

    var hasPassed: Bool {
        instant.map { ContinuousClock.now >= $0 } ?? false
    }

    /// How long to wait at most, for `poll`: never 0 while time is left, so that waiting is not spinning.
    func milliseconds(atMost limit: Duration) -> Int32 {
        let left = instant.map { ContinuousClock.now.duration(to: $0) } ?? limit
        return Int32(clamping: max(0, min(left, limit).milliseconds + 1))
    }
}
