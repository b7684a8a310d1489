package import Access
import Foundation
import SSH

/// Looks at nodes without changing them.
package struct FactsReader: Sendable {
    private var links: NodeLinks

    package init(links: NodeLinks) { self.links = links }

    /// The facts of a node, as far as these packages, paths and units go.
    package func facts(
        of node: String, packages: [String], paths: [String], units: [String]
    ) async throws -> NodeFacts {
        let script = FactsScript(packages: packages, files: paths, units: units)
        let output = try await links.with(node) { link in
            try await link.output(of: "sh -s", input: Data(script.text.utf8), timeout: .seconds(60))
        }
        guard output.hasSuffix("\nend\n") else { throw UnreadNode(node: node) }
        return NodeFacts(parsing: output)
    }

    /// The text of a file of a package; nil if there is none.
    package func text(of path: String, on node: String) async throws -> String? {
        try await links.with(node) { link in
            try await link.read(path).map { String(decoding: $0, as: UTF8.self) }
        }
    }
}

/// A node on which the script that reads it ended early: nothing of what it said is believed.
struct UnreadNode: Error, CustomStringConvertible {
    var node: String
    var description: String {
        "\(node): the script that reads the node did not run to its end"
            + "\n  hint: does another program take its standard input there, or does its login shell end early?"
    }
}
