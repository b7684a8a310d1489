/// Looks again and again until something is there.
struct Polling: Sendable {
    /// At most so long after the first look.
    var limit: Duration
    /// Between two looks.
    var pause: Duration = .milliseconds(500)

    /// What `look` found; nil if it found nothing until the limit.
    ///
    /// - Throws: what `look` threw, and `CancellationError` when the task is cancelled.
    func first<T>(_ look: () async throws -> T?) async throws -> T? {
        let end = ContinuousClock.now + limit
        while true {
            if let found = try await look() { return found }
            guard ContinuousClock.now + pause < end else { return nil }
            try await Task.sleep(for: pause)
        }
    }
}
