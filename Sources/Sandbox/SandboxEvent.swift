/// Something that the sandbox did, for progress lines and logs.
public struct SandboxEvent: Sendable, Equatable {
    /// How far it is.
    public enum State: Sendable, Equatable {
        case started
        case finished
        /// Nothing had to be done.
        case unchanged
        /// Worth telling, with no beginning or end.
        case noted
    }

    /// The node or vCenter; nil for the host as a whole.
    public var subject: String?
    /// What is done, e.g. `build the Debian base`.
    public var activity: String
    /// How far it is.
    public var state: State
    /// Time since the activity began.
    public var elapsed: Duration
}

/// Reports the beginning and the end of activities to whoever listens.
struct Reporter: Sendable {
    var listener: @Sendable (SandboxEvent) -> Void

    func note(_ activity: String, subject: String? = nil) {
        listener(SandboxEvent(subject: subject, activity: activity, state: .noted, elapsed: .zero))
    }

    /// Reports an activity; `body` says whether it had anything to do.
    @discardableResult
    func activity(_ activity: String, subject: String? = nil, _ body: () async throws -> Bool) async throws -> Bool {
        let clock = ContinuousClock()
        let began = clock.now
        listener(SandboxEvent(subject: subject, activity: activity, state: .started, elapsed: .zero))
        let changed = try await body()
        listener(
            SandboxEvent(
                subject: subject, activity: activity, state: changed ? .finished : .unchanged,
                elapsed: began.duration(to: clock.now)))
        return changed
    }
}
