import Foundation
import Testing
import Topology

@testable import Deployment

@Suite("the journal")
struct JournalTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "polyvisor-\(UUID().uuidString)")

    @Test("takes what two processes write and read at the same time")
    func twoAtOnce() async throws {
        let state = try LabState(directory: folder)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let journal = try Journal(state)
                    for _ in 0..<50 {
                        let run = try journal.begin("up")
                        _ = try journal.lastRun()
                        try journal.end(run: run, outcome: "passed")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try Journal(state).lastRun()?.outcome == "passed")
    }

    @Test("that is no journal is an error that names it and says what to do")
    func damaged() throws {
        let state = try LabState(directory: folder)
        try Data(String(repeating: "no database ", count: 100).utf8).write(
            to: folder.appending(path: "journal.sqlite"))
        let error = #expect(throws: DeploymentProblem.self) { try Journal(state) }
        #expect(error?.what.contains("\(folder.path)/journal.sqlite") == true)
        #expect(error?.hint != nil)
    }

    @Test("keeps why a step failed in the words that the user saw, and how long phases took")
    func steps() async throws {
        let journal = try Journal(try LabState(directory: folder))
        let run = try journal.begin("up")
        let plan = try Views.fresh().plan()
        let applier = Applier(performer: Refusing(id: "kvm1/write files"), journal: journal, run: run) { _ in }
        let outcome = await applier.apply(plan)
        try journal.end(run: run, outcome: outcome.word)
        let rows = try journal.steps(ofRun: run)
        #expect(rows.count == outcome.done.count + 1)
        #expect(rows.filter { $0.error != nil }.map(\.title) == ["write files"])
        #expect(rows.compactMap(\.error) == ["disk full"])
        #expect(rows.allSatisfy { $0.finished })
        #expect(try journal.lastRun()?.outcome == "failed")
        let past = try #require(try journal.runs().first)
        #expect(past.number == run && past.steps == rows.count && past.failures == 1 && past.outcome == "failed")
        #expect(try journal.phaseSeconds(ofRun: run).map(\.phase).first == .files)
    }

    @Test("lists runs, the newest first, also one that was killed in a step")
    func runs() throws {
        let journal = try Journal(try LabState(directory: folder))
        try journal.end(run: try journal.begin("up"), outcome: "passed")
        let killed = try journal.begin("up")
        let step = try #require(try Views.fresh().plan().steps.first)
        _ = try journal.begin(step, run: killed)
        var runs = try journal.runs()
        #expect(runs.map(\.outcome) == [nil, "passed"] && runs.map(\.steps) == [1, 0])
        #expect(runs.first?.seconds == nil && runs.last?.seconds != nil)
        runs[0].performed = try journal.steps(ofRun: killed)
        #expect(
            runs[0].text.hasSuffix("up  not ended  -  1 step\n  ? \(step.node ?? "cloud"): \(step.title), not ended\n"))
    }

    @Test("gives a verification only for the shape that was verified last")
    func verification() throws {
        let journal = try Journal(try LabState(directory: folder))
        try journal.record(verificationOf: "one", passed: true, report: "{}")
        #expect(try journal.lastVerification(of: "one")?.passed == true)
        #expect(try journal.lastVerification(of: "two") == nil)
        try journal.record(verificationOf: "one", passed: false, report: "{}")
        #expect(try journal.lastVerification(of: "one")?.passed == false)
    }
}

/// Refuses one step.
private struct Refusing: StepPerformer {
    var id: String

    func perform(_ step: Step) async throws {
        if step.id == id { throw ActionFailure(cause: "disk full", hint: "make room") }
    }
}
