/// Which steps of a plan can start now.
package struct PlanProgress {
    private var waiting: [Step]
    private var unfinished: Set<Goal>

    package init(_ plan: Plan) {
        waiting = plan.steps
        unfinished = Set(plan.steps.map(\.goal))
    }

    /// Takes the steps whose needs are met.
    package mutating func takeReady() -> [Step] {
        let ready = waiting.filter { step in step.after.allSatisfy { !unfinished.contains($0) } }
        let goals = Set(ready.map(\.goal))
        waiting.removeAll { goals.contains($0.goal) }
        return ready
    }

    /// A failed step stays unfinished, so that what needs it never becomes ready.
    package mutating func end(_ step: Step, failed: Bool) {
        if !failed { unfinished.remove(step.goal) }
    }

    /// What can never start, each with the step that stands in its way.
    package var neverReady: [(Step, because: String)] {
        waiting.map { step in (step, step.after.first { unfinished.contains($0) }?.description ?? "the run was stopped")
        }
    }
}
