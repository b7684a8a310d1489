/// One thing to do, with the reason why it has to be done.
///
/// A step names things. It holds no shell, no secret and no id that does not exist yet, so that a plan can be printed,
/// compared and kept; who performs it knows the node's distribution, and looks up the rest.
public struct Step: Sendable, Hashable {
    /// What it achieves.
    public let goal: Goal
    /// Where a person reads it.
    public let phase: Phase
    /// Why the plan holds it: what was found and what is wanted.
    public let reason: String
    /// What is done.
    public let action: Action
    /// What must have been achieved before; what the plan has no step for counts as done.
    public let after: [Goal]

    init(_ phase: Phase, _ goal: Goal, because reason: String, _ action: Action, after: [Goal] = []) {
        self.goal = goal
        self.phase = phase
        self.reason = reason
        self.action = action
        self.after = after
    }
}

extension Step: Identifiable, CustomStringConvertible {
    /// Unique in a plan, e.g. `controller/migrate nova`.
    public var id: String { goal.description }
    /// The node that it touches; nil for a step that talks to the cloud's APIs.
    public var node: String? { goal.node }
    /// What a person reads.
    public var title: String { goal.title }
    public var description: String { id }
}

extension Step: Codable {
    private enum Key: String, CodingKey { case goal, phase, node, title, reason, action, after }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        goal = try values.decode(Goal.self, forKey: .goal)
        phase = try values.decode(Phase.self, forKey: .phase)
        reason = try values.decode(String.self, forKey: .reason)
        action = try values.decode(Action.self, forKey: .action)
        after = try values.decode([Goal].self, forKey: .after)
    }

    /// With node and title in words besides, for programs that only show a plan.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(goal, forKey: .goal)
        try values.encode(phase, forKey: .phase)
        try values.encodeIfPresent(node, forKey: .node)
        try values.encode(title, forKey: .title)
        try values.encode(reason, forKey: .reason)
        try values.encode(action, forKey: .action)
        try values.encode(after, forKey: .after)
    }
}
