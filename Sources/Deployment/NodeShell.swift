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
        _ script: Script, named name: String, on node: String, onLine: (@Sendable (String) -> Void)? = nil
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
            throw ActionFailure(said: log.redact(result.stderrText), status: result.status, log: log.path)
        }
        return result.stdoutText
    }
}

extension Script {
    /// The script with its lock, without anything on standard input to read, and with its stamp.
    ///
    /// The body is a function, so that the shell has read all of it before a command could take it from
    /// standard input.
    func wrapped(lock name: String) -> String {
        let lock = "/run/polyvisor-" + name.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined() + ".lock"
        let keep = stamp.map { stamp in
            """
            mkdir -p -m 700 /var/lib/polyvisor /var/lib/polyvisor/stamps
            printf '%s\\n' \(shellQuoted(stamp.value)) > /var/lib/polyvisor/stamps/.new-\(stamp.name)
            mv /var/lib/polyvisor/stamps/.new-\(stamp.name) /var/lib/polyvisor/stamps/\(stamp.name)

            """
        }
        return """
            set -eu
            LC_ALL=C.UTF-8; export LC_ALL
            work() {
            \(text)
            }
            exec 9> \(lock)
            flock -w \(timeoutSeconds) 9 || {
                echo \(shellQuoted("“\(name)” of an earlier run still runs on the node; wait for its end")) >&2
                exit 1
            }
            work < /dev/null 9>&-
            \(keep ?? "")
            """
    }
}

extension ActionFailure {
    /// The failure of a command, with a hint for what users meet often.
    init(said: String, status: Int32, log: String) {
        let lines = said.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }.suffix(3)
        cause = lines.isEmpty ? "the command ended with status \(status)" : lines.joined(separator: " | ")
        hint = Self.hints.first { said.contains($0.sign) }?.hint ?? "all that it said is in \(log)"
    }

    private static let noSource =
        "the node's package sources do not have it: see /etc/apt/sources.list there; it has to be Debian 12 with main"

    private static let hints: [(sign: String, hint: String)] = [
        ("No space left on device", "the node's disk is full: make room and run the command again"),
        ("enough free space in", "the node's disk is full: make room and run the command again"),
        ("Unable to locate package", noSource),
        ("has no installation candidate", noSource),
        (
            "Temporary failure resolving",
            "the node cannot resolve the names of its package mirror: see /etc/resolv.conf there"
        ),
        ("is in use by", "end that program, or give it another port, and run the command again"),
        (
            "Address already in use",
            "another program on the node holds the port: `ss -ltnp` there shows which; end it and run again"
        ),
        ("Could not get lock", "another package manager runs on the node: wait for it and run again"),
    ]
}
