import Access
import Foundation
import Records
import SSH
import Wording

/// Runs scripts on nodes: text on standard input, output into the log, secrets in neither argv nor messages.
struct NodeShell: Sendable {
    var links: NodeLinks
    var log: RunLog

    /// Runs a script as root; one of the same name at a time on a node, even after this process was killed.
    ///
    /// Throws `ActionFailure` with the last words of standard error.
    @discardableResult
    func run(
        _ script: Script, named name: String, on node: String, hints: [(sign: String, hint: String)] = [],
        onLine: (@Sendable (String) -> Void)? = nil
    ) async throws -> String {
        let input = Data(script.wrapped(lock: name).utf8)
        log.write(node, "begin: \(name)")
        let result = try await links.with(node) { link in
            try await link.run(
                "sh -s", input: input, timeout: .seconds(script.timeoutSeconds),
                onLine: { line in
                    log.write(node, line)
                    onLine?(line)
                })
        }
        if !result.stderr.isEmpty { log.write("\(node) (stderr)", result.stderrText) }
        guard result.succeeded else {
            throw ActionFailure(
                said: log.redact(result.stderrText), status: result.status, log: log.path, more: hints)
        }
        return result.stdoutText
    }
}

extension ActionFailure {
    /// The failure of a command, with a hint for what users meet often.
    ///
    /// - Parameter more: what the node's package system may say, and what it means.
    init(said: String, status: Int32, log: String, more: [(sign: String, hint: String)] = []) {
        let lines = said.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }.suffix(3)
        cause = lines.isEmpty ? "the command ended with status \(status)" : lines.joined(separator: " | ")
        hint = (Self.hints + more).first { said.contains($0.sign) }?.hint ?? "all that it said is in \(log)"
    }

    private static let hints: [(sign: String, hint: String)] = [
        ("No space left on device", "the node's disk is full: make room and run the command again"),
        (
            "Temporary failure resolving",
            "the node cannot resolve the names of its package mirror: see /etc/resolv.conf there"
        ),
        ("is in use by", "end that program, or give it another port, and run the command again"),
        (
            "Address already in use",
            "another program on the node holds the port: `ss -ltnp` there shows which; end it and run again"
        ),
    ]
}
