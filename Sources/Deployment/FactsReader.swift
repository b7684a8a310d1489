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
        guard output.hasSuffix("\nend\n") else {
            throw DeploymentProblem(
                node: node, what: "the script that reads the node did not run to its end",
                hint: "does another program take its standard input there, or does its login shell end early?")
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
