import Foundation
import Testing

@testable import Preflight

@Suite("What is said of preflight's checks")
struct CheckRowsTests {
    private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/reference/checks.md")

    @Test("is what they are: the page has a row for each, in their order, and no other")
    func page() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let part = text.split(separator: "<!-- preflight -->").dropFirst().first ?? ""
        let rows = part.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
        let wanted = Check.all.map(\.row)
        for (row, right) in zip(rows, wanted) where row != right { Issue.record("\(row)\nshould be\n\(right)") }
        #expect(rows.count == wanted.count, "the rows are\n\(wanted.joined(separator: "\n"))")
    }

    @Test("only of checks that there are")
    func names() {
        let names = Check.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Check.all.count { $0.moves != nil } == 12)
    }
}

@Suite("What preflight finds and may pass by itself")
struct LookAgainTests {
    private func result(_ subject: String, _ findings: [Finding]) -> CheckResult {
        CheckResult(check: "c", title: "t", subject: subject, outcome: .found(findings))
    }

    private let warning = Finding.warning("o", expected: "e", found: "f", why: "w", remedy: "r")

    @Test("is looked at again, and nothing else is")
    func names() throws {
        let lasting = result("vc2", [warning])
        #expect(LookAgain(at: [lasting]) == nil)
        let again = try #require(
            LookAgain(at: [lasting, result("vc1/cluster_a", [warning.moving]), result("v1 → vc3", [warning.moving])]))
        #expect(again.names == ["vc1", "vc3", "v1"])
    }

    @Test("does not wait for a note")
    func notes() {
        let note = Finding.note("o", expected: "e", found: "f", why: "w", remedy: "r")
        #expect(LookAgain(at: [result("vc1", [note.moving])]) == nil)
    }

    @Test("says so in no report")
    func json() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try encoder.encode(warning) == encoder.encode(warning.moving))
    }
}

@Suite("A fault that lasts", .needsSimulator)
struct LastingFaultTests {
    @Test("is found when the time for it to pass is over")
    func lasts() async throws {
        let defect = ["kind": "datastore-free-bytes", "object": "shared-1", "value": "1048576"]
        try await VCenter.run(["defects": [defect]]) { vcenter in
            let report = try await vcenter.preflight(try vcenter.lab(), grace: .seconds(1)).run()
            #expect(report.findings.map(\.result.check) == ["datastore-space"])
        }
    }
}
