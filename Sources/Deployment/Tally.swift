import Synchronization

/// Counts from several threads.
final class Tally: Sendable {
    private let count = Atomic(0)

    /// One more; the new count.
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
