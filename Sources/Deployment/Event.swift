import Foundation
public import Planning
import Records
import Wording

/// What a deployment tells while it works. The commands turn these into lines; nothing here is a secret.
public enum DeploymentEvent: Sendable {
    /// A step begins.
    case began(Step)
    /// A step is done, after so many seconds.
    case finished(Step, seconds: Double)
    /// A step failed; what depends on it is left out.
    case failed(StepFailure, seconds: Double)
    /// A step was left out because something that it needs failed.
    case skipped(Step, because: String)
    /// Something that the user should know and that stops nothing.
    case warning(node: String?, String)
    /// A line of progress within a step.
    case progress(node: String?, String)
}

extension DeploymentEvent: CustomStringConvertible {
    /// The event in a line, for logs.
    public var description: String {
        switch self {
        case .began(let step): "\(step.id): begins, \(step.reason)"
        case .finished(let step, let seconds): "\(step.id): done after \(seconds.rounded(toPlaces: 1)) s"
        case .failed(let failure, let seconds): "failed after \(seconds.rounded(toPlaces: 1)) s: \(failure)"
        case .skipped(let step, let cause): "\(step.id): left out, \(cause) did not succeed"
        case .warning(let node, let text): "warning: " + (node.map { "\($0): " } ?? "") + text
        case .progress(let node, let text): (node.map { "\($0): " } ?? "") + text
        }
    }
}

/// A step that failed, with where and what to do.
public struct StepFailure: Error, Sendable, Encodable, CustomStringConvertible {
    /// nil: the cloud.
    public var node: String?
    /// The phase that the step belongs to.
    public var phase: Phase
    /// What the step was to do.
    public var title: String
    /// What the node or the service said.
    public var cause: String
    /// What to do about it, where that is known.
    public var hint: String?

    public var description: String {
        "\(node ?? "cloud") · \(phase.rawValue) · \(title): \(cause)" + (hint.map { "\n  hint: \($0)" } ?? "")
    }
}

/// What became of a plan.
public struct Outcome: Sendable, Encodable {
    /// Steps that changed something, in the order in which they ended.
    public var done: [String] = []
    /// Steps that failed, in the order in which they ended.
    public var failures: [StepFailure] = []
    /// Steps that were left out because one that they need did not succeed.
    public var skipped: [String] = []
    /// Whether it was stopped before all steps had their turn.
    public var cancelled = false

    /// One JSON document: what was changed, what failed and why, what was left out.
    public func json() throws -> String { try JSONText(self).text }

    /// As it is remembered.
    var ending: Run.Outcome { cancelled ? .cancelled : succeeded ? .passed : .failed }

    /// Whether every step succeeded.
    public var succeeded: Bool { failures.isEmpty && skipped.isEmpty && !cancelled }
}
