public import Foundation

/// What a verification found. A value: printed, kept as JSON, compared.
public struct VerificationReport: Sendable, Equatable, Codable {
    /// The run's id, which is part of the names of the instances that it made.
    public var run: String
    /// The name of the lab or the cloud.
    public var lab: String
    /// The lab's release; what the cloud says of itself where no topology describes it.
    public var release: String
    /// When the run began.
    public var started: Date
    /// How long the whole run took.
    public var seconds: Double
    /// Those of the topology first and in its order.
    public var hypervisors: [HypervisorReport]
    /// What stops nothing but should be looked at, such as a hypervisor that the topology does not name.
    public var warnings: [String]
    /// What was done on the side, such as deleting instances that a killed run left behind.
    public var notes: [String]
    /// Whether the run was stopped before it came to its end.
    public var cancelled: Bool

    /// A report of what is over.
    public init(
        run: String, lab: String, release: String, started: Date, seconds: Double, hypervisors: [HypervisorReport],
        warnings: [String] = [], notes: [String] = [], cancelled: Bool = false
    ) {
        self.run = run
        self.lab = lab
        self.release = release
        self.started = started
        self.seconds = seconds
        self.hypervisors = hypervisors
        self.warnings = warnings
        self.notes = notes
        self.cancelled = cancelled
    }

    /// The longest time from a request to the guest's word that it is ready, or to ACTIVE where no guest can be heard.
    public var slowestBoot: Double? {
        hypervisors.compactMap { $0.secondsToGuestReady ?? $0.secondsToActive }.max()
    }

    /// How many hypervisors have this verdict.
    public func count(_ verdict: HypervisorReport.Verdict) -> Int { hypervisors.count { $0.verdict == verdict } }

    /// The exit code of the command: 0 all passed, 1 something failed or the run was stopped, 2 there was nothing
    /// to verify, 3 all passed, with warnings.
    public var exitCode: Int32 {
        if cancelled || count(.failed) > 0 { return 1 }
        if hypervisors.isEmpty { return 2 }
        return warnings.isEmpty ? 0 : 3
    }
}

/// What was found of one hypervisor.
public struct HypervisorReport: Sendable, Equatable {
    /// The nova-compute service's host.
    public var host: String
    /// As Nova says it, e.g. `QEMU`; nil if Nova has no such hypervisor.
    public var type: String?
    /// The node on which the service runs; nil for one that the topology does not name.
    public var node: String?
    /// Of the compute service's package; nil where nobody could look.
    public var serviceVersion: String?
    /// The instance that was booted there; nil if none was.
    public var instance: String?
    /// From the request to the moment at which Nova called the instance ACTIVE.
    public var secondsToActive: Double?
    /// From the request to the guest's own word that it is ready.
    public var secondsToGuestReady: Double?
    /// The boot, phase after phase; empty where there was none.
    public var phases: [BootPhase] = []
    /// In the order in which they were performed.
    public var checks: [CheckReport]
    /// What was seen on the way that stops nothing; a report has it among its own.
    var warnings: [String] = []
    /// What was seen on the way that harms nothing.
    var notes: [String] = []

    /// Whether a hypervisor is proven to work.
    public enum Verdict: String, Sendable, Codable { case passed, failed }

    /// Failed unless a check passed and none failed: what was only skipped proves nothing.
    public var verdict: Verdict {
        checks.contains { $0.verdict.isPassed } && !checks.contains { $0.verdict.failure != nil } ? .passed : .failed
    }

    /// - Parameter node: nil: the topology does not name it.
    public init(host: String, node: String?, checks: [CheckReport] = []) {
        self.host = host
        self.node = node
        self.checks = checks
    }
}

/// A part of a boot, by the word that Nova has for it (`task_state`: scheduling, networking, spawning …), or `guest`.
public struct BootPhase: Sendable, Equatable, Codable {
    /// Nova's word, or `guest`.
    public var name: String
    /// Seconds since the run began.
    public var starts: Double
    /// How long it took.
    public var seconds: Double
}

/// How one check ended, and how long it took.
public struct CheckReport: Sendable, Equatable {
    /// Which check.
    public var name: CheckName
    /// How it ended.
    public var verdict: CheckVerdict
    /// How long it took, with all its waiting.
    public var seconds: Double
    /// Seconds since the run began; nil of a check that was not performed.
    public var starts: Double?

    /// Whether it found something wrong; skipped is not failed.
    public var hasFailed: Bool { verdict.failure != nil }

    /// A check that is over.
    public init(_ name: CheckName, _ verdict: CheckVerdict, seconds: Double = 0) {
        self.name = name
        self.verdict = verdict
        self.seconds = seconds
    }
}
