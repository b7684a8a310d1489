import OpenStack
import VSphere
import Wording

/// The checks of one hypervisor, one after the other.
struct Examination: Sendable {
    let setting: Setting
    var evidence = Evidence()
    private(set) var checks: [CheckReport] = []
    private let report: @Sendable (VerificationEvent) -> Void

    init(_ setting: Setting, report: @escaping @Sendable (VerificationEvent) -> Void) {
        self.setting = setting
        self.report = report
    }

    /// Proves the hypervisor and cleans up behind, also when the task was cancelled.
    ///
    /// - Parameter keepFailed: leave the instance for someone to look at, if a check failed.
    static func run(
        _ setting: Setting, _ selection: CheckSelection, keepFailed: Bool,
        report: @escaping @Sendable (VerificationEvent) -> Void
    ) async -> HypervisorReport {
        var examination = Examination(setting, report: report)
        let all = Check.proof(of: setting.subject.driver)
        let drill = setting.drill.map { [$0.check] } ?? []
        let proof = selection.including(drill).chosen(from: all) + drill
        await examination.perform(proof)
        await setting.meeting.withdraw(setting.subject.host)
        // Where no instance was to be made, there is nothing to say of its end.
        let makesOne = proof.contains { $0.name == .created }
        let cleanUp = makesOne ? Check.cleanUp(of: setting.subject.driver) : []
        if keepFailed && examination.hasFailed && examination.evidence.instance != nil {
            examination.skip(cleanUp, "kept for you to look at: \(setting.serverName)")
        } else {
            let soFar = examination
            // A task of its own is not cancelled with ours.
            examination = await Task {
                var last = soFar
                await last.perform(cleanUp)
                return last
            }.value
        }
        let hypervisor = examination.hypervisor
        report(.finished(hypervisor))
        return hypervisor
    }

    /// Performs checks in their order; one whose needs have not passed is skipped.
    mutating func perform(_ list: [Check]) async {
        for check in list {
            if let unmet = check.needs.first(where: { !hasPassed($0) }) ?? check.unless.first(where: hasFailed) {
                skip([check], "needs \"\(unmet.title)\"")
                continue
            }
            if check.needsAdmin && !setting.overview.isAdmin {
                skip([check], "needs admin rights in the cloud")
                continue
            }
            report(.began(host: setting.subject.host, check: check.name))
            let start = ContinuousClock.now
            let verdict = await judge(check)
            var ended = CheckReport(check.name, verdict, seconds: (ContinuousClock.now - start).seconds)
            ended.starts = (start - setting.began).seconds
            add(ended)
        }
    }

    private mutating func judge(_ check: Check) async -> CheckVerdict {
        guard !Task.isCancelled else { return .failed(.stopped) }
        do {
            let (found, verdict) = try await inTime(check)
            evidence = found
            return await quotingTheLog(verdict)
        } catch {
            return await quotingTheLog(
                .failed(CheckFailure(error, layer: check.layer, look: setting.log(of: check.layer))))
        }
    }

    /// A service that never answers must not keep the run: its silence is a failure of the check's layer.
    private func inTime(_ check: Check) async throws -> (Evidence, CheckVerdict) {
        let limit = check.limit.duration(setting.timeout, setting.grace)
        let (setting, before) = (setting, evidence)
        return try await withThrowingTaskGroup(of: (Evidence, CheckVerdict).self) { group in
            group.addTask {
                var evidence = before
                let verdict = try await check.look(&evidence, setting)
                return (evidence, verdict)
            }
            group.addTask {
                try await Task.sleep(for: limit)
                let reason = "did not answer within \(limit.components.seconds) s"
                throw CheckFailure(layer: check.layer, reason: reason, look: setting.log(of: check.layer))
            }
            defer { group.cancelAll() }
            return try await group.next() ?? (before, .failed(.stopped))
        }
    }

    /// A failure with the words of the log that it names, where we may read that.
    private func quotingTheLog(_ verdict: CheckVerdict) async -> CheckVerdict {
        guard var failure = verdict.failure, failure != .stopped,
            // Services take what a guest asks for and may not have for a warning.
            let words = await setting.newestError(in: failure.look, orWarning: failure.layer == .guest),
            !failure.reason.contains(words)
        else { return verdict }
        failure.reason += "; its log says \"\(words)\""
        return .failed(failure)
    }

    private mutating func skip(_ list: [Check], _ reason: String) {
        for check in list { add(CheckReport(check.name, .skipped(reason))) }
    }

    private mutating func add(_ check: CheckReport) {
        checks.append(check)
        report(.ended(host: setting.subject.host, check: check))
    }

    /// That a run was stopped is nothing to look at.
    private var hasFailed: Bool {
        checks.contains { $0.verdict.failure != nil && $0.verdict.failure != .stopped }
    }

    private func hasFailed(_ name: CheckName) -> Bool {
        checks.contains { $0.name == name && $0.verdict.failure != nil }
    }

    private func hasPassed(_ name: CheckName) -> Bool { checks.contains { $0.name == name && $0.verdict.isPassed } }

    private var hypervisor: HypervisorReport {
        var hypervisor = HypervisorReport(host: setting.subject.host, node: setting.subject.node, checks: checks)
        let seen = evidence.hypervisor ?? setting.overview.hypervisor(of: setting.subject.host)
        hypervisor.type = seen?.type
        hypervisor.instance = evidence.instance
        hypervisor.serviceVersion = evidence.serviceVersion
        (hypervisor.warnings, hypervisor.notes) = (evidence.warnings, evidence.notes)
        hypervisor.secondsToActive = evidence.secondsToActive
        hypervisor.secondsToGuestReady = evidence.secondsToGuestReady
        hypervisor.phases = evidence.phases(since: setting.began)
        return hypervisor
    }
}

extension HypervisorReport {
    /// The instance that was not deleted on purpose.
    var keptInstance: String? {
        checks.contains { $0.name == .deleted && $0.verdict.isSkipped } ? instance : nil
    }
}

extension CheckFailure {
    static let stopped = CheckFailure(layer: .polyvisor, reason: "the run was stopped before this was known")

    /// What an error says, on the layer that it speaks of.
    init(_ error: any Error, layer: Layer, look: String?) {
        switch error {
        case let failure as CheckFailure: self = failure
        case _ where error.isCancellation: self = .stopped
        case let error as VSphereError: self.init(layer: .vcenter, reason: "\(error)")
        case let error as OpenStackError: self.init(layer: layer, reason: "\(error)", look: look)
        default: self.init(layer: layer, reason: "\(error)", look: look)
        }
        reason = VisibleText(reason).folded
    }
}

extension Error {
    /// Whether it only says that the task was cancelled.
    var isCancellation: Bool {
        switch self {
        case is CancellationError: true
        case let error as OpenStackError: error.kind == .cancelled
        case let error as VSphereError: error.kind == .cancelled
        default: false
        }
    }
}
