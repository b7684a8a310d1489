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
            return try await lostService(last)
        }
        if let verdict, verdict.isPassed { return (verdict, last) }
        let failed =
            verdict
            ?? .notActive(last, waited: setting.timeout, of: setting.subject, scheduler: setting.schedulerLog)
        return (try await explained(failed), last)
    }

    /// A failure if the compute service no longer works; nil while it seems to.
    private func lostService(_ server: Server?) async throws -> CheckVerdict? {
        guard setting.overview.isAdmin, setting.subject.isPinned else { return nil }
        let services = try await setting.access.cloud.computeServices()
        return .lostService(services, server, of: setting.subject)
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
    /// How far a service's last word may lie behind the newest word of any service; they report every 10 s.
    static let longestSilence = 40.0

    /// A failure if the service is down, or has not reported for so long that it will be; nil while it is up.
    static func lostService(
        _ services: [ComputeServiceState], _ server: Server?, of subject: Subject
    ) -> CheckVerdict? {
        let host = subject.host
        guard let service = services.first(where: { $0.binary == "nova-compute" && $0.host == host }) else {
            return .nova("no longer has the service \(host)", subject.log)
        }
        let state = "the instance is still \(server?.status ?? "unknown")"
        guard service.state == "up" else {
            return .nova("the service \(host) went \(service.state); \(state)", subject.log)
        }
        guard let mine = service.updatedAt, let newest = services.compactMap(\.updatedAt).max() else { return nil }
        let silence = newest.timeIntervalSince(mine)
        guard silence >= longestSilence else { return nil }
        return .nova("the service \(host) has not reported for \(Int(silence)) s; \(state)", subject.log)
    }

    /// A failure if systemd has a service's unit in another state than active; nil: all is well.
    static func unit(_ state: String, of subject: Subject) -> CheckVerdict? {
        let state = state.filter { !$0.isWhitespace }
        guard state != "active", !state.isEmpty else { return nil }
        let look = "`systemctl status \(subject.unit)` and \(subject.log)"
        return .nova("calls the service \(subject.host) up, but its unit \(subject.unit) is \(state)", look)
    }

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
