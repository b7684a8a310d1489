import Foundation
import Testing

@testable import Verification

@Suite("what is said of checks")
struct CheckFactsTests {
    private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/reference/checks.md")

    private var all: [Check] {
        let drivers: [Subject.Driver] = [.host(.kvm), .cluster(nil), .other("x")]
        return drivers.flatMap { Check.proof(of: $0) + Check.cleanUp(of: $0) } + Drill.allCases.map(\.check)
    }

    @Test("the page has a row for each, in their order, and no other")
    func page() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let part = text.split(separator: "<!-- verify -->").dropFirst().first ?? ""
        let rows = part.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
        let wanted = CheckName.allCases.map(CheckFacts.row)
        for (row, right) in zip(rows, wanted) where row != right { Issue.record("\(row)\nshould be\n\(right)") }
        #expect(rows.count == wanted.count, "the rows are\n\(wanted.joined(separator: "\n"))")
    }

    @Test("each says what it proves in words of its own", arguments: CheckName.allCases)
    func proves(_ name: CheckName) {
        #expect(CheckFacts.of(name).proves != name.title)
    }

    @Test("each may run for longer than it waits, so that it ends with its own words")
    func limits() {
        let timeout = Duration.seconds(300)
        // What one hypervisor proves, another one may only have to skip.
        let limits = Dictionary(all.map { ($0.name, $0.limit.duration(timeout, Grace())) }, uniquingKeysWith: max)
        #expect(Set(limits.keys) == Set(CheckName.allCases))
        for (name, limit) in limits {
            switch CheckFacts.of(name).wait {
            case .grace(let wait): #expect(limit > wait, "\(name)")
            case .boots(let count): #expect(limit > timeout * count, "\(name)")
            case .drill: #expect(limit > timeout * 3, "\(name)")
            case nil: #expect(limit >= .seconds(180), "\(name)")
            }
        }
    }

    @Test("no time at all is none of each")
    func none() {
        #expect(Mirror(reflecting: Grace.none).children.allSatisfy { $0.value as? Duration == .zero })
        #expect(Mirror(reflecting: Grace()).children.allSatisfy { ($0.value as? Duration ?? .zero) > .zero })
    }
}
