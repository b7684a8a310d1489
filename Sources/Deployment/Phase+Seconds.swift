import Planning
import Records

extension Phase {
    /// How long each phase of a run took, from its first step's beginning to its last one's end; phases overlap.
    static func seconds(of steps: [Run.Step]) -> [(phase: Phase, seconds: Double)] {
        allCases.compactMap { phase in
            let own = steps.filter { $0.phase == phase.rawValue }
            guard let began = own.map(\.started).min(), let ended = own.compactMap(\.finished).max() else { return nil }
            return (phase, ended.timeIntervalSince(began))
        }
    }
}
