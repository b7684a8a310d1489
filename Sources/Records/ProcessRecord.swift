public import Foundation

/// A process that we started and that outlives us, so that it can be found again and never mistaken for another.
public struct ProcessRecord: Sendable, Equatable {
    /// Its id, which the system may give to another one later.
    public var pid: pid_t
    /// Clock ticks after boot: with the pid and the boot, it names a process for good.
    public var startTime: UInt64
    /// The kernel's `boot_id`.
    public var boot: String

    /// Reads what `DetachedProcess` wrote: the boot's id, then a copy of /proc/PID/stat.
    public init?(_ text: String) {
        let lines = text.split(separator: "\n", maxSplits: 1).map(String.init)
        guard lines.count == 2, let stat = ProcessStat(lines[1]) else { return nil }
        self.init(pid: stat.pid, startTime: stat.startTime, boot: lines[0])
    }

    /// A process by what names it for good.
    public init(pid: pid_t, startTime: UInt64, boot: String) {
        self.pid = pid
        self.startTime = startTime
        self.boot = boot
    }

    /// The record in a file; nil: there is none, or it is not whole.
    public static func read(_ path: String) -> ProcessRecord? { ProcFile.text(path).flatMap(ProcessRecord.init) }

    /// The kernel's `boot_id`; nil without /proc.
    public static var currentBoot: String? {
        ProcFile.text("/proc/sys/kernel/random/boot_id")?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Whether this very process still runs; one that has ended and waits to be reaped does not.
    public var isAlive: Bool {
        guard boot == Self.currentBoot, let stat = ProcFile.text("/proc/\(pid)/stat").flatMap(ProcessStat.init) else {
            return false
        }
        return stat.startTime == startTime && !stat.hasEnded
    }

    /// Sends a signal to this very process, if it still runs.
    public func send(_ signal: Int32) {
        if isAlive { kill(pid, signal) }
    }

    /// Waits for the end of the process; false when the time is up first.
    public func waitForEnd(atMost limit: Duration) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        while isAlive {
            guard ContinuousClock.now < deadline else { return false }
            try await Task.sleep(for: .milliseconds(50))
        }
        return true
    }
}

/// The fields of /proc/PID/stat (proc(5)) that we need.
public struct ProcessStat: Sendable, Equatable {
    /// Field 1.
    public var pid: pid_t
    /// Field 3: R, S, D, Z, …
    public var state: String
    /// Field 22: clock ticks after boot.
    public var startTime: UInt64

    /// Whether it only waits to be reaped.
    public var hasEnded: Bool { state == "Z" || state == "X" }

    /// The program's name stands in parentheses and may hold spaces and parentheses itself.
    public init?(_ line: String) {
        guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"),
            let pid = pid_t(line[..<open].trimmingCharacters(in: .whitespaces))
        else { return nil }
        let rest = line[line.index(after: close)...].split(whereSeparator: \.isWhitespace)
        // Fields 3 (state) and 22 (starttime) of the line.
        guard rest.count > 19, let startTime = UInt64(rest[19]) else { return nil }
        self.pid = pid
        self.state = String(rest[0])
        self.startTime = startTime
    }
}
