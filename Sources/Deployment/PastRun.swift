public import Foundation
import Preflight
import Wording

/// A run of a command that changes a lab, as its journal has it.
public struct PastRun: Sendable, Equatable, Encodable {
    public var number: Int64
    public var command: String
    public var started: Date
    /// nil: it was killed, or still goes on.
    public var seconds: Double?
    /// `passed`, `failed`, `cancelled` or `refused`; nil as above.
    public var outcome: String?
    /// How many steps it began.
    public var steps: Int
    /// How many of them failed.
    public var failures: Int
    /// What it did, where that was asked for.
    public var performed: [Journal.PerformedStep]?

    /// A line for the run, and one for each step.
    public var text: String {
        let time = seconds.map { "\($0.rounded(toPlaces: 1)) s" } ?? "-"
        let counts = counted(steps, "step") + (failures > 0 ? ", \(failures) failed" : "")
        let line =
            "\(number)  \(started.formatted(.iso8601))  \(command)  \(outcome ?? "not ended")  \(time)  \(counts)\n"
        return line + (performed ?? []).map(\.text).joined()
    }
}

extension Journal.PerformedStep {
    var text: String {
        let (sign, words) =
            if let error { ("✗", ": \(error)") } else if finished { ("✓", "") } else { ("?", ", not ended") }
        return "  \(sign) \(node ?? "cloud"): \(title)\(words)\n"
    }
}

extension Deployment {
    /// The runs that changed the lab, the newest first.
    ///
    /// - Parameter number: only this one, with its steps.
    public func history(run number: Int64? = nil) throws -> [PastRun] {
        let runs = try journal.runs()
        guard let number else { return runs }
        guard var run = runs.first(where: { $0.number == number }) else {
            throw NothingTouched(
                cause: DeploymentProblem(
                    what: "lab “\(lab.name)” has no run \(number)", hint: "`polyvisor history \(lab.file)` lists them"))
        }
        run.performed = try journal.steps(ofRun: number)
        return [run]
    }
}
