import Foundation
import GuestImage
import Release
import Rendering
import SSH
import Topology

/// Looks at nodes without changing them.
struct FactsReader: Sendable {
    var links: NodeLinks

    /// The facts of a node, as far as these packages, paths and units go.
    func facts(of node: String, packages: [String], paths: [String], units: [String]) async throws -> NodeFacts {
        let script = FactsScript(packages: packages, files: paths, units: units)
        let output = try await links.with(node) { link in
            try await link.output(of: "sh -s", input: Data(script.text.utf8), timeout: .seconds(60))
        }
        return NodeFacts(parsing: output)
    }

    /// The text of a file of a package; nil if there is none.
    func text(of path: String, on node: String) async throws -> String? {
        try await links.with(node) { link in
            try await link.read(path).map { String(decoding: $0, as: UTF8.self) }
        }
    }
}

/// Does something for each item at once, up to a limit, with the results in the order of the items; the first
/// failure ends the others.
func forEach<Item: Sendable, Value: Sendable>(
    _ items: [Item], atMost limit: Int, _ body: @escaping @Sendable (Item) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        var results = [Value?](repeating: nil, count: items.count)
        for (index, item) in items.enumerated() {
            if index >= limit, let (done, value) = try await group.next() { results[done] = value }
            group.addTask { (index, try await body(item)) }
        }
        for try await (index, value) in group { results[index] = value }
        return results.compactMap(\.self)
    }
}
