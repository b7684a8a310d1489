import Foundation
import OpenStack
import Wording

/// Waits for an instance to become ACTIVE, and looks at its compute service meanwhile: an instance of a service that
/// went away is in BUILD for ever.
struct BootWait: Sendable {
    let setting: Setting
    let id: String
    let requested: ContinuousClock.Instant

    /// Between two looks at the services.
    private static let servicePause = Duration.seconds(3)

    /// How it ended, with the instance as it was last.
    ///
    /// - Parameter noting: is told each of Nova's task states as it is seen.
    func verdict(noting: (String) -> Void = { _ in }) async throws -> (CheckVerdict, Server?) {
        var last: Server?
        var watch = ServiceWatch(patience: setting.grace.heartbeat)
        var nextService = ContinuousClock.now + Self.servicePause
        let verdict = try await Polling(limit: setting.timeout).first { () -> CheckVerdict? in
            last = try await setting.access.cloud.server(id)
            if let task = last?.taskState { noting(task) }
            let seconds = (ContinuousClock.now - requested).seconds
            if let verdict = CheckVerdict.active(
                last, after: seconds, of: setting.subject, scheduler: setting.schedulerLog)
            {
                return verdict
            }
            guard ContinuousClock.now > nextService else { return nil }
            nextService = .now + Self.servicePause
            return try await lostService(last, &watch)
        }
        if let verdict, verdict.isPassed { return (verdict, last) }
        let failed =
            verdict
            ?? .notActive(last, waited: setting.timeout, of: setting.subject, scheduler: setting.schedulerLog)
        return (try await explained(failed), last)
    }

    /// A failure if the compute service no longer works; nil while it may.
    private func lostService(_ server: Server?, _ watch: inout ServiceWatch) async throws -> CheckVerdict? {
        guard setting.overview.isAdmin, setting.subject.isPinned else { return nil }
        let services = try await setting.access.cloud.computeServices()
        let state = ServiceWatch.State(services, of: setting.subject.host)
        // Its unit is asked only where Nova has not heard of it for a while.
        let unit =
            state.isInDoubt
            ? await setting.state(ofUnit: setting.subject.unit, on: setting.subject.node) : .unknown
        return watch.loss(state, unit: unit, at: .now).map { loss in
            .nova(
                "the service \(setting.subject.host) \(loss); the instance is still \(server?.status ?? "unknown")",
                setting.subject.log)
        }
    }

    /// With the request to search the log for, and the steps that failed, where Nova tells them.
    private func explained(_ failed: CheckVerdict) async throws -> CheckVerdict {
        // Only a help; without it the failure stands as it is.
        let actions = (try? await setting.access.cloud.actions(ofServer: id)) ?? []
        guard let action = actions.first(where: { $0.message != nil }) ?? actions.first else { return failed }
        let events = (try? await setting.access.cloud.action(ofServer: id, request: action.requestID))??.events ?? []
        return failed.naming(actions).quoting(events)
    }
}

extension CheckVerdict {
    /// With the last line of what went wrong in each step of an action, unless it was said already.
    func quoting(_ events: [ServerAction.Event]) -> CheckVerdict {
        guard var failure else { return self }
        for event in events where event.result == "Error" {
            guard let line = event.lastWords else { continue }
            let words = VisibleText(String(line)).folded
            let said = words.firstRange(of: ": ").map { String(words[$0.upperBound...]) } ?? words
            if !failure.reason.contains(said) { failure.reason += "; \(event.event): \"\(words)\"" }
        }
        return .failed(failure)
    }
}
