package import Access
import Foundation
import SSH

/// Looks at nodes without changing them.
package struct FactsReader: Sendable {
    private var links: NodeLinks

    package init(links: NodeLinks) { self.links = links }

    /// The facts of a node, as far as it is asked.
    package func facts(of node: String, _ questions: NodeQuestions) async throws -> NodeFacts {
        let sent = Date().timeIntervalSince1970
        let result = try await links.with(node) { link in
            try await link.run("sh -s", input: Data(questions.script.utf8), timeout: .seconds(60))
        }
        do throws(NotRead) {
            return try NodeFacts(result, sent: sent, received: Date().timeIntervalSince1970)
        } catch {
            throw UnreadNode(node: node, reason: error.reason)
        }
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
    var reason: String

    var description: String {
        "\(node): \(reason)"
            + "\n  hint: does another program take its standard input there, or does its login shell end early?"
    }
}
