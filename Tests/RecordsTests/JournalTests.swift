import Foundation
import Testing

@testable import Records

@Suite("the journal")
struct JournalTests {
    private let state = LabState(
        directory: FileManager.default.temporaryDirectory.appending(path: "polyvisor-\(UUID().uuidString)"))

    @Test("takes what two processes write and read at the same time")
    func twoAtOnce() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let journal = try Journal(state)
                    for _ in 0..<50 {
                        let run = try journal.begin(.up)
                        _ = try journal.runs()
                        try journal.end(run, .passed)
                    }
                }
            }
            try await group.waitForAll()
        }
        let runs = try Journal(state).runs()
        #expect(runs.count == 200 && runs.allSatisfy { $0.outcome == .passed })
    }

    @Test("that is no journal is an error that names it and says what to do")
    func damaged() throws {
        try state.write(Data(String(repeating: "no database ", count: 100).utf8), to: "journal.sqlite")
        let error = #expect(throws: StateProblem.self) { try Journal(state) }
        #expect(error?.what.contains("\(state.directory.path)/journal.sqlite") == true)
        #expect(error?.hint.isEmpty == false)
    }

    @Test("keeps a run whose command it does not know")
    func laterCommand() throws {
        let journal = try Journal(state)
        try journal.end(try journal.begin(.other("push")), .passed)
        #expect(try Journal(state).runs().map(\.kind) == [.other("push")])
        #expect(Run.Kind(named: "up") == .up && Run.Kind(named: "down") == .down)
    }
}
