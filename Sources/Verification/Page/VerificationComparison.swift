/// What changed from one verification to a later one.
public struct VerificationComparison: Sendable, Equatable {
    /// What is gone first, then by hypervisor in the report's order; empty: nothing changed.
    public var changes: [Change]

    /// One thing that is not as it was.
    public struct Change: Sendable, Equatable {
        /// In one line.
        public var text: String
        /// Whether it was better before.
        public var isWorse: Bool
    }

    /// Compares hypervisor by hypervisor, each found again by its nova-compute service's host.
    public init(of report: VerificationReport, with earlier: VerificationReport) {
        let before = Dictionary(earlier.hypervisors.map { ($0.host, $0) }) { first, _ in first }
        let hosts = Set(report.hypervisors.map(\.host))
        let gone = earlier.hypervisors.filter { !hosts.contains($0.host) }.map {
            Change(text: "\($0.host) is gone", isWorse: true)
        }
        changes =
            gone
            + report.hypervisors.flatMap { hypervisor -> [Change] in
                guard let old = before[hypervisor.host] else {
                    let failed = hypervisor.verdict == .failed
                    return [Change(text: "\(hypervisor.host) is new, and \(hypervisor.verdict)", isWorse: failed)]
                }
                return Self.checks(hypervisor, old) + Self.times(hypervisor, old)
            }
    }

    private static func checks(_ now: HypervisorReport, _ old: HypervisorReport) -> [Change] {
        let before = Dictionary(old.checks.map { ($0.name, $0.verdict) }) { first, _ in first }
        return now.checks.compactMap { check in
            guard let was = before[check.name] else { return nil }
            let subject = "\(now.host): \(check.name.title)"
            switch (was.failure, check.verdict.failure) {
            case (nil, let failure?): return Change(text: "\(subject) fails: \(failure)", isWorse: true)
            case (_?, nil) where check.verdict.isPassed: return Change(text: "\(subject) passes now", isWorse: false)
            case (nil, nil) where was.isPassed && check.verdict.isSkipped:
                return Change(text: "\(subject) passed, and was skipped now", isWorse: true)
            default: return nil
            }
        }
    }

    /// Boots differ by a second or two each time; told is what is at least half as long again, and 5 s or more.
    private static func times(_ now: HypervisorReport, _ old: HypervisorReport) -> [Change] {
        guard let was = old.secondsToActive, let seconds = now.secondsToActive else { return [] }
        guard abs(seconds - was) >= 5, max(seconds, was) >= 1.5 * min(seconds, was) else { return [] }
        let times = [seconds, was].map { "\(($0 * 10).rounded() / 10) s" }
        return [Change(text: "\(now.host): ACTIVE after \(times[0]), before after \(times[1])", isWorse: seconds > was)]
    }
}
