import LabViews
import MemoryStore
import Planning
import Records
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
                if let place = places[needed.description], let own = places[step.id] {
                    #expect(place < own, "\(step.id) before \(needed)")
                }
            }
        }
    }

    @Test("a failure leaves out what depends on it and nothing else, and says why")
    func failure() async throws {
        let performer = Recorder(failing: "kvm1/write files")
        let outcome = try await apply(try Views.fresh().plan(), performer)
        #expect(!outcome.succeeded)
        #expect(outcome.failures.map(\.description) == ["kvm1 · files · write files: disk full\n  hint: make room"])
        #expect(outcome.skipped.contains("kvm1/start nova-compute"))
        #expect(outcome.skipped.contains("cloud/wait for nova-compute"))
        #expect(outcome.done.contains("controller/start the APIs"))
        #expect(outcome.done.contains("vmware1/start nova-compute"))
    }

    @Test("each step is remembered with its phase, and why it failed in the words that the user saw")
    func remembered() async throws {
        let store = MemoryStore()
        let plan = try Views.fresh().plan()
        let outcome = try await apply(plan, Recorder(failing: "kvm1/write files"), store)
        let run = try #require(store.runs().first)
        let steps = store.steps(of: run.number)
        #expect(steps.count == outcome.done.count + 1 && steps.count == run.steps)
        #expect(steps.filter { $0.error != nil }.map(\.title) == ["write files"])
        #expect(steps.compactMap(\.error) == ["disk full"] && run.failures == 1)
        #expect(steps.allSatisfy { $0.finished != nil })
        #expect(outcome.ending == .failed)
        #expect(Phase.seconds(of: steps).map(\.phase).first == .files)
    }

    private func apply(
        _ plan: Plan, _ performer: Recorder, _ store: MemoryStore = MemoryStore()
    ) async throws -> Outcome {
        await Applier(performer: performer, store: store, run: store.begin(.up)) { _ in }.apply(plan)
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
