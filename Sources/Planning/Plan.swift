/// The steps that turn what was found into what was asked for; empty when there is nothing to do.
public struct Plan: Sendable, Equatable, CustomStringConvertible {
    /// In the order of the phases; each names those that it waits for.
    public private(set) var steps: [Step]

    init(_ steps: [Step]) { self.steps = steps }

    /// What these phases find to be done.
    init(_ view: LabView, _ phases: [Phase]) { steps = phases.flatMap { $0.rule(view) } }

    /// Whether the lab is already as the topology wants it.
    public var isEmpty: Bool { steps.isEmpty }

    /// The plan as a person reads it: a line for each step, in the order of the phases.
    public var description: String {
        guard !isEmpty else { return "Nothing to do: the lab is as the topology wants it.\n" }
        return Phase.allCases.compactMap { phase in
            let lines = steps.filter { $0.phase == phase }
                .map { "  \($0.node ?? "cloud"): \($0.title) (\($0.reason))\n" }
            return lines.isEmpty ? nil : "\(phase.rawValue)\n" + lines.joined()
        }.joined()
    }
}

extension Plan: Codable {
    /// An array of steps.
    public init(from decoder: any Decoder) throws { steps = try [Step](from: decoder) }

    public func encode(to encoder: any Encoder) throws { try steps.encode(to: encoder) }
}
