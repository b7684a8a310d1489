import Foundation
import OpenStack
import Planning
import Records
import SSH
import Uploads
import Wording

/// Carries out a plan: each step as soon as the steps that it names are done, all nodes at once.
///
/// A failure stops only what depends on it. Every step is recorded in the journal before and after.
struct Applier: Sendable {
    var performer: any StepPerformer
    var store: any Store
    var run: Int64
    var report: @Sendable (DeploymentEvent) -> Void

    func apply(_ plan: Plan) async -> Outcome {
        await withTaskGroup(of: (Step, StepFailure?).self) { group in
            var progress = PlanProgress(plan)
            var outcome = Outcome()
            for step in progress.takeReady() { group.addTask { await (step, perform(step)) } }
            for await (step, failure) in group {
                if let failure { outcome.failures.append(failure) } else { outcome.done.append(step.id) }
                progress.end(step, failed: failure != nil)
                guard !Task.isCancelled else { continue }
                for step in progress.takeReady() { group.addTask { await (step, perform(step)) } }
            }
            outcome.cancelled = Task.isCancelled
            for (step, cause) in progress.neverReady {
                outcome.skipped.append(step.id)
                report(.skipped(step, because: cause))
            }
            return outcome
        }
    }

    private func perform(_ step: Step) async -> StepFailure? {
        let clock = ContinuousClock()
        let started = clock.now
        report(.began(step))
        do {
            let row = try await store.begin(step.record, of: run)
            do {
                try await performer.perform(step)
                try await store.end(step: row, error: nil)
            } catch {
                try await store.end(step: row, error: ActionFailure(error).cause)
                throw error
            }
            report(.finished(step, seconds: (clock.now - started).seconds))
            return nil
        } catch {
            let failure = StepFailure(step, error)
            report(.failed(failure, seconds: (clock.now - started).seconds))
            return failure
        }
    }
}

/// Does what a step says. One is real; the tests' own one records.
protocol StepPerformer: Sendable {
    func perform(_ step: Step) async throws
}

extension Step {
    /// What is remembered of it.
    var record: Run.Step { Run.Step(phase: phase.rawValue, node: node, title: title) }
}

extension StepFailure {
    init(_ step: Step, _ error: any Error) {
        let known = ActionFailure(error)
        self.init(node: step.node, phase: step.phase, title: step.title, cause: known.cause, hint: known.hint)
    }
}

extension ActionFailure {
    /// What an error says. The node is named by the step already.
    init(_ error: any Error) {
        switch error {
        case let known as ActionFailure: self = known
        case is CancellationError: self.init(cause: "stopped by you")
        case let error as SSHError where error.kind == .cancelled: self.init(cause: "stopped by you")
        case let error as OpenStackError where error.kind == .cancelled: self.init(cause: "stopped by you")
        case let error as UploadFailure: self.init(cause: error.cause, hint: error.hint)
        case let error as SSHError: self.init(cause: "\(error.doing): \(error.reason)", hint: error.hint)
        default: self.init(cause: "\(error)")
        }
    }
}

/// Why an action failed, in the words of the node or the service, and what to do.
struct ActionFailure: Error, CustomStringConvertible {
    var cause: String
    var hint: String?

    var description: String { cause + (hint.map { "\n  hint: \($0)" } ?? "") }
}
