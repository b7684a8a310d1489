import OpenStack
import Release
import Wording

/// What Nova says of a service and an instance, judged.
extension CheckVerdict {
    /// - Parameter services: all of Nova's.
    static func serviceUp(_ services: [ComputeServiceState], of subject: Subject) -> CheckVerdict {
        let host = subject.host
        guard let service = services.first(where: { $0.binary == Daemon.novaCompute.binary && $0.host == host }) else {
            let known = services.filter { $0.binary == Daemon.novaCompute.binary }.map(\.host).sorted()
            let others = known.isEmpty ? "none at all" : "only \(known.joined(separator: ", "))"
            return .nova("has no nova-compute service \(host), \(others)", subject.log)
        }
        guard service.state == "up" else { return .nova("the service \(host) is \(service.state)", subject.log) }
        guard service.status == "enabled" else {
            let look = "`openstack compute service list --long` for the reason"
            let reason = service.disabledReason.map { ": \"\(VisibleText($0).folded)\"" } ?? ""
            return .nova("the service \(host) is up but \(service.status)\(reason)", look)
        }
        return .passed(nil)
    }

    /// The same with what systemd says of the service's unit: one that is busy may be called down for a moment, and one that
    /// is stopped is believed in for a minute.
    static func serviceUp(_ services: [ComputeServiceState], unit: UnitState, of subject: Subject) -> Sighting {
        let verdict = serviceUp(services, of: subject)
        let isDisabled = services.contains {
            $0.binary == Daemon.novaCompute.binary && $0.host == subject.host && $0.state == "up"
                && $0.status != "enabled"
        }
        let failure = CheckVerdict.unit(unit, of: subject, isCalledUp: verdict.isPassed || isDisabled)
        switch unit {
        case .stopped: return .settled(failure ?? verdict)
        case .changing: return .moving(failure ?? verdict)
        case .running, .unknown: return isDisabled ? .settled(verdict) : .untilPassed(verdict)
        }
    }

    /// A failure if systemd has a service's unit in another state than active; nil: it runs, or nobody could look.
    static func unit(_ unit: UnitState, of subject: Subject, isCalledUp: Bool) -> CheckVerdict? {
        guard let state = unit.trouble else { return nil }
        let look = "`systemctl status \(subject.unit)` and \(subject.log)"
        let word = isCalledUp ? "up, but" : "down, and"
        return .nova("calls the service \(subject.host) \(word) its unit \(subject.unit) is \(state)", look)
    }

    static func hypervisorType(_ hypervisor: HypervisorState?, of subject: Subject) -> CheckVerdict {
        guard let hypervisor else { return .nova("shows no hypervisor of service \(subject.host)", subject.log) }
        guard subject.driver.novaTypes.contains(hypervisor.type) else {
            let wanted = subject.driver.novaTypes.sorted().joined(separator: " or ")
            return .nova("shows hypervisor type \"\(hypervisor.type)\", not \(wanted)", subject.log)
        }
        return .passed("\(hypervisor.type), \(hypervisor.hostname)")
    }

    /// nil while the instance is still being built.
    ///
    /// - Parameter scheduler: the scheduler's log.
    static func active(
        _ server: Server?, after seconds: Double, of subject: Subject, scheduler: String
    ) -> CheckVerdict? {
        guard let server else { return .nova("the instance is gone; something else deleted it", subject.log) }
        switch server.status {
        case "ACTIVE": return .passed("after \(short(seconds))")
        case "ERROR":
            let message = server.fault?.message ?? "no reason given"
            // Without a host it was never given to a nova-compute, so its log has nothing.
            let look = server.host == nil ? scheduler : subject.log
            return .nova("the instance went to ERROR: \"\(VisibleText(message).folded)\"", look)
        default: return nil
        }
    }

    /// A failure that says which request to search the log for: the one that failed, or else the newest.
    func naming(_ actions: [ServerAction]) -> CheckVerdict {
        guard var failure, let action = actions.first(where: { $0.message != nil }) ?? actions.first else {
            return self
        }
        failure.look = "\(action.requestID)\(failure.look.map { " in \($0)" } ?? "") (\(action.action))"
        return .failed(failure)
    }

    static func notActive(_ server: Server?, waited: Duration, of subject: Subject, scheduler: String) -> CheckVerdict {
        let task = server?.taskState.map { " (task \($0))" } ?? ""
        let look = server?.host == nil ? scheduler : subject.log
        let state = "\(server?.status ?? "unknown")\(task)"
        return .nova("the instance is still \(state) after \(waited.components.seconds) s", look)
    }

    static func host(_ server: Server, of subject: Subject, scheduler: String) -> CheckVerdict {
        guard server.host == subject.host else {
            return .nova("the instance runs on \(server.host ?? "no host"), not on \(subject.host)", scheduler)
        }
        return .passed(server.hypervisorHostname == subject.host ? nil : server.hypervisorHostname)
    }

    static func nova(_ reason: String, _ look: String) -> CheckVerdict {
        .failed(CheckFailure(layer: .nova, reason: reason, look: look))
    }
}
