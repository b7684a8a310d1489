import Foundation
import Synchronization
import Testing

@testable import Deployment

@Suite("applying a plan")
struct ApplierTests {
    @Test("does every step once, each after those that it names")
    func order() async throws {
        let plan = try Views.fresh().plan()
        let performer = Recorder()
        let outcome = try await apply(plan, performer)
        #expect(outcome.succeeded)
        let order = performer.order
        #expect(order.sorted() == plan.steps.map(\.id).sorted())
        let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        for step in plan.steps {
            for needed in step.after {
                if let place = places[needed], let own = places[step.id] {
                    #expect(place < own, "\(step.id) before \(needed)")
                }
            }
        }
    }

    @Test("a failure leaves out what depends on it and nothing else, and says why")
    func failure() async throws {
        let performer = Recorder(failing: "kvm1/write files")
        let journal = try Journal(try state())
        let outcome = try await apply(try Views.fresh().plan(), performer, journal)
        #expect(!outcome.succeeded)
        #expect(outcome.failures.map(\.description) == ["kvm1 · files · write files: disk full\n  hint: make room"])
        #expect(outcome.skipped.contains("kvm1/start nova-compute"))
        #expect(outcome.skipped.contains("cloud/wait for nova-compute"))
        #expect(outcome.done.contains("controller/start the APIs"))
        #expect(outcome.done.contains("vmware1/start nova-compute"))
    }

    @Test("the journal tells where a killed run was")
    func journal() throws {
        let journal = try Journal(try state())
        let run = try journal.begin("up")
        let steps = try Views.fresh().plan().steps
        let first = try journal.begin(steps[0], run: run)
        _ = try journal.begin(steps[1], run: run)
        try journal.end(step: first, error: nil)
        let last = try #require(try journal.lastRun())
        #expect(last.command == "up" && last.outcome == nil)
        #expect(last.unfinished == ["\(steps[1].node ?? "cloud"): \(steps[1].title)"])
    }

    @Test("there is a lab from the first run that was not refused until it is removed")
    func hasLab() throws {
        let journal = try Journal(try state())
        #expect(try !journal.hasLab())
        let steps: [(command: String, outcome: String?, expected: Bool)] = [
            ("up", Journal.refused, false), ("up", nil, true), ("up", "failed", true), ("up", Journal.refused, true),
            ("down", "passed", false),
        ]
        for step in steps {
            let run = try journal.begin(step.command)
            if let outcome = step.outcome { try journal.end(run: run, outcome: outcome) }
            #expect(try journal.hasLab() == step.expected, "after \(step)")
        }
    }

    private func state() throws -> LabState {
        let name = "polyvisor-test-\(UUID().uuidString)"
        return try LabState(directory: FileManager.default.temporaryDirectory.appending(path: name))
    }

    private func apply(_ plan: Plan, _ performer: Recorder, _ journal: Journal? = nil) async throws -> Outcome {
        let journal = try journal ?? Journal(try state())
        let run = try journal.begin("up")
        return await Applier(performer: performer, journal: journal, run: run) { _ in }.apply(plan)
    }
}

/// Writes down what it is asked for.
private final class Recorder: StepPerformer {
    private let done = Mutex<[String]>([])
    private let failing: String?

    init(failing: String? = nil) { self.failing = failing }

    var order: [String] { done.withLock { $0 } }

    func perform(_ step: Step) async throws {
        if step.id == failing { throw ActionFailure(cause: "disk full", hint: "make room") }
        done.withLock { $0.append(step.id) }
    }
}
