import Foundation
import Testing

@testable import Topology

@Suite("docs/reference/topology.md")
struct ReferenceTests {
    /// Heading → the keys in the first column of the tables below it.
    private func documented() throws -> [String: [String]] {
        let text = try String(contentsOf: repository.appending(path: "docs/reference/topology.md"), encoding: .utf8)
        var heading = ""
        var keys: [String: [String]] = [:]
        for line in text.split(separator: "\n") {
            if line.hasPrefix("## ") { heading = String(line.dropFirst(3)) }
            if line.hasPrefix("| `") {
                keys[heading, default: []].append(String(line.dropFirst(3).prefix { $0 != "`" }))
            }
        }
        return keys
    }

    @Test("lists the keys that the reader knows, and no others")
    func keys() throws {
        let known = Dictionary(uniqueKeysWithValues: allTopologyKeys.map { ($0.heading, $0.names) })
        #expect(try documented() == known)
    }

    @Test("names every value that can be chosen")
    func choices() throws {
        let text = try String(contentsOf: repository.appending(path: "docs/reference/topology.md"), encoding: .utf8)
        let choices =
            Provider.allCases.map(\.rawValue) + Role.allCases.map(\.rawValue) + HypervisorKind.allCases.map(\.rawValue)
            + NetworkWord.allCases.map(\.rawValue) + MechanismDriver.allCases.map(\.rawValue)
        #expect(choices.filter { !text.contains("`\($0)`") } == [])
    }
}
