import Foundation

/// A process that outlives this one: in a session and control group of its own, recorded before it begins.
struct DetachedProcess: Sendable {
    var command: [String]
    var environment: [String: String] = [:]
    var controlGroup: ControlGroup
    /// Where its `ProcessRecord` goes.
    var record: String
    /// Where its output goes.
    var log: String

    /// Joins the control groups, leaves a record and becomes the command; the record is there before the command
    /// runs, so a kill of this process at any moment leaves nothing that cannot be found.
    static let script = """
        record=$1 log=$2; shift 2
        exec </dev/null >>"$log" 2>&1
        while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs" || exit 125; shift; done
        shift
        { cat /proc/sys/kernel/random/boot_id; cat /proc/$$/stat; } >"$record.new" && mv "$record.new" "$record" || exit 125
        exec "$@"
        """

    /// Starts it and returns its record.
    func start(doing: String) async throws -> ProcessRecord {
        unlink(record)
        try controlGroup.make()
        try await HostCommand(
            "setsid",
            ["--fork", "/bin/sh", "-c", Self.script, "sh", record, log] + controlGroup.directories + ["--"] + command
        ).under(environment).run(doing: doing)
        // Milliseconds, or many seconds on a machine whose disk or processors are busy.
        for _ in 0..<3000 {
            if let started = ProcessRecord.read(record) { return started }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw SandboxError(.process, doing: doing, reason: "it did not begin within 60 s" + Self.tail(of: log))
    }

    /// The last lines of a log, ready to be put behind a sentence.
    static func tail(of log: String) -> String {
        let lines = (Files.read(log) ?? "").split(separator: "\n").suffix(6)
        return lines.isEmpty
            ? "; its log \(log) is empty" : "; the end of \(log):\n    " + lines.joined(separator: "\n    ")
    }
}
