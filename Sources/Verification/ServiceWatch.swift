import Foundation
import OpenStack
import Release

/// Watches a compute service while an instance is built there, and tells one that is gone from one that is busy: Nova calls
/// both down. A busy one is up again with its next word, and what it builds goes on.
struct ServiceWatch: Sendable {
    /// How long it may be called down, one look after the other.
    let patience: Duration
    private var downSince: ContinuousClock.Instant?

    init(patience: Duration) { self.patience = patience }

    /// What Nova shows of it.
    enum State: Sendable, Equatable {
        case up
        /// Up, and silent for longer than it usually is.
        case silent
        /// `down`, or what else there is.
        case down(String)
        case gone

        /// Behind the newest word of any service; they report every 10 s unless they were told otherwise.
        private static let usualSilence = 30.0

        init(_ services: [ComputeServiceState], of host: String) {
            guard let mine = services.first(where: { $0.binary == Daemon.novaCompute.binary && $0.host == host }) else {
                self = .gone
                return
            }
            guard mine.state == "up" else {
                self = .down(mine.state)
                return
            }
            guard let last = mine.updatedAt, let newest = services.compactMap(\.updatedAt).max() else {
                self = .up
                return
            }
            self = newest.timeIntervalSince(last) < Self.usualSilence ? .up : .silent
        }

        var isInDoubt: Bool { self != .up }
    }

    /// How the service was lost, in words; nil: it was not, or may come back.
    mutating func loss(_ state: State, unit: UnitState, at now: ContinuousClock.Instant) -> String? {
        // Systemd knows.
        if case .stopped(let word) = unit { return "has stopped: its unit is \(word)" }
        let word: String
        switch state {
        case .up, .silent:
            downSince = nil
            return nil
        case .down(let state): word = "went \(state)"
        case .gone: word = "is no longer one of Nova's"
        }
        let since = downSince ?? now
        downSince = since
        return now - since >= patience ? word : nil
    }
}
