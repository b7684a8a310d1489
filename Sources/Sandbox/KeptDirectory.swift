import Foundation

/// A directory that is made once, under a key that says what it was made from, and kept for all labs.
///
/// It is made beside its place and renamed when it is complete, so that it is whole or not there. Two processes that
/// want the same one do not both make it.
struct KeptDirectory: Sendable, Equatable {
    /// What it is, in one word; part of the name of the control group.
    var kind: String
    var key: String
    /// Where all of its kind are.
    var parent: String

    var path: String { "\(parent)/\(key)" }
    var isMade: Bool { Files.isDirectory(path) }

    private var lock: String { "\(path).lock" }
    private var half: String { "\(parent)/.new-\(key)" }
    private var log: String { "\(path).log" }
    /// Of the whole path, as the same key may be made below another root at the same time.
    var groupName: String { "polyvisor-\(kind)-\(CacheKey.hash(of: [path]))" }

    /// Makes it unless it is there; false if it was.
    func make(reporter: Reporter, _ body: (Workshop) async throws -> Void) async throws -> Bool {
        if isMade { return false }
        try Files.makeDirectory(parent)
        let lock = try await FileLock.take(lock) { reporter.note("wait for another process that makes \(path)") }
        defer { withExtendedLifetime(lock) {} }
        if isMade { return false }
        let workshop = try workshop()
        try await workshop.clear()
        do {
            // The directory is there for as long as the group: by it, abandoned groups are found.
            try Files.makeDirectory(half)
            try workshop.group.make()
            unlink(log)
            try await body(workshop)
            try await workshop.group.remove()
        } catch {
            // In a task of its own, as this one may have been cancelled.
            _ = await Task { try await workshop.clear() }.result
            throw error
        }
        guard rename(half, path) == 0 else { throw Files.failure("keep \(path)") }
        return true
    }

    private func workshop() throws -> Workshop {
        let hierarchies = try ControlGroup.hierarchies(in: MountTable.current())
        return Workshop(directory: half, log: log, group: ControlGroup(groupName, in: hierarchies))
    }

    /// Ends and removes what processes that were killed left half-made; what is just being made stays.
    static func clearAbandoned(kind: String, in parent: String) async throws {
        let halves = Files.names(in: parent).filter { $0.hasPrefix(".new-") }
        for name in halves {
            let abandoned = KeptDirectory(kind: kind, key: String(name.dropFirst(".new-".count)), parent: parent)
            guard let lock = try FileLock.tryTaking(abandoned.lock) else { continue }
            defer { withExtendedLifetime(lock) {} }
            try await abandoned.workshop().clear()
        }
    }
}

/// Where a kept directory is made: commands run in a control group of its own, so that whoever comes after a process
/// that was killed finds and ends what still runs.
struct Workshop: Sendable {
    /// What becomes the kept directory.
    var directory: String
    var log: String
    var group: ControlGroup

    private static let script = """
        log=$1; shift
        while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs" || exit 125; shift; done
        shift
        exec "$@" </dev/null >>"$log" 2>&1
        """

    /// Runs a command whose output goes to the log.
    func run(_ command: HostCommand, doing: String) async throws {
        var wrapped = command
        wrapped.program = "sh"
        wrapped.arguments =
            ["-c", Self.script, "sh", log] + group.directories + ["--", command.program] + command.arguments
        let result = try await wrapped.result(doing: doing)
        guard result.status == 0 else {
            let told = HostCommand.Result(
                status: result.status, output: "", complaints: result.complaints + (Files.read(log) ?? ""))
            var failure = command.failure(doing: doing, told)
            failure.hint = "the whole log is \(log)"
            throw failure
        }
    }

    /// Ends what an earlier process left and removes what it had made.
    func clear() async throws {
        try await group.killAll()
        try await group.remove()
        _ = try MountTable.unmount(below: directory)
        try await Files.removeTree(directory)
    }
}
