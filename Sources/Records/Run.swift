public import Foundation
import Wording

/// A run of a command that changes a lab.
public struct Run: Sendable, Equatable, Encodable {
    /// From 1 on; later runs have larger ones.
    public var number: Int64
    /// What it was for.
    public var kind: Kind
    /// When it began, which is after it claimed the lab.
    public var started: Date
    /// nil: it was killed, or still goes on.
    public var seconds: Double?
    /// nil as above.
    public var outcome: Outcome?
    /// How many steps it began.
    public var steps: Int
    /// How many of them failed.
    public var failures: Int
    /// What it did, where that was asked for.
    public var performed: [Step]?

    /// A run as the store has it.
    public init(
        number: Int64, kind: Kind, started: Date, seconds: Double? = nil, outcome: Outcome? = nil, steps: Int = 0,
        failures: Int = 0
    ) {
        (self.number, self.kind, self.started, self.seconds) = (number, kind, started, seconds)
        (self.outcome, self.steps, self.failures) = (outcome, steps, failures)
    }

    private enum CodingKeys: String, CodingKey {
        case number, kind = "command", started, seconds, outcome, steps, failures, performed
    }

    /// What it was for.
    public enum Kind: Sendable, Equatable, Encodable {
        case up, down
        /// A command of a later Polyvisor, which has written into the same journal.
        case other(String)

        /// The command's name.
        public var name: String {
            switch self {
            case .up: "up"
            case .down: "down"
            case .other(let name): name
            }
        }

        /// - Parameter name: the command's, of whichever version of Polyvisor.
        public init(named name: String) { self = [.up, .down].first { $0.name == name } ?? .other(name) }

        public func encode(to encoder: any Encoder) throws { try name.encode(to: encoder) }
    }

    /// How it ended. `refused`: it changed nothing because its input was wrong.
    public enum Outcome: String, Sendable, Encodable { case passed, failed, cancelled, refused }

    /// A line for the run, and one for each step.
    public var text: String {
        let time = seconds.map { "\($0.rounded(toPlaces: 1)) s" } ?? "-"
        let counts = counted(steps, "step") + (failures > 0 ? ", \(failures) failed" : "")
        let ending = outcome?.rawValue ?? "not ended"
        let line = "\(number)  \(started.formatted(.iso8601))  \(kind.name)  \(ending)  \(time)  \(counts)\n"
        return line + (performed ?? []).map(\.text).joined()
    }
}

extension Run {
    /// A step of a run. Names and times, never contents.
    public struct Step: Sendable, Equatable, Encodable {
        /// The phase it belongs to.
        public var phase: String
        /// nil: the cloud.
        public var node: String?
        /// What it does, in words.
        public var title: String
        /// When it began.
        public var started: Date
        /// nil: it was not ended.
        public var finished: Date?
        /// Why it failed, in the words that the user saw.
        public var error: String?

        /// A step that begins now.
        public init(phase: String, node: String?, title: String, started: Date = Date()) {
            (self.phase, self.node, self.title, self.started) = (phase, node, title, started)
        }

        /// "kvm1: write files"
        public var name: String { "\(node ?? "cloud"): \(title)" }

        private enum CodingKeys: String, CodingKey { case node, title, finished, error }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encodeIfPresent(node, forKey: .node)
            try container.encode(title, forKey: .title)
            try container.encode(finished != nil, forKey: .finished)
            try container.encodeIfPresent(error, forKey: .error)
        }

        var text: String {
            let (sign, words) =
                if let error { ("✗", ": \(error)") } else if finished != nil { ("✓", "") } else { ("?", ", not ended") }
            return "  \(sign) \(name)\(words)\n"
        }
    }
}
