public import Foundation
public import Topology
import Wording

/// What preflight found.
public struct PreflightReport: Sendable {
    /// The lab's name.
    public let lab: String
    /// The release's name.
    public let release: String
    /// When the first look began.
    public let started: Date
    /// How long all of it took.
    public let seconds: Double
    /// In the order of vCenters, nodes and checks.
    public let results: [CheckResult]

    /// Everything found, the worst first.
    public var findings: [(result: CheckResult, finding: Finding)] {
        results.flatMap { result in result.findings.map { (result, $0) } }
            .enumerated().sorted { ($1.element.1.level, $0.offset) < ($0.element.1.level, $1.offset) }.map(\.element)
    }

    /// How many findings have a level.
    public func count(_ level: Finding.Level) -> Int { findings.count { $0.finding.level == level } }

    /// 0 all is well, or has notes only; 1 an error; 3 warnings.
    public var exitCode: Int32 { count(.error) > 0 ? 1 : count(.warning) > 0 ? 3 : 0 }
}

/// One check of one subject.
public struct CheckResult: Sendable {
    /// The check's name.
    public let check: String
    /// What is well when it passes.
    public let title: String
    /// `vc1`, `vc1/cluster_a`, `kvm1`, or `vmware1 → vc1` for what only that node sees.
    public let subject: String
    /// How it ended.
    public let outcome: Outcome

    /// How a check ended.
    public enum Outcome: Sendable {
        case passed
        case found([Finding])
        /// Something that it needs is not there.
        case skipped(String)
    }

    /// What was found; empty where it passed or was skipped.
    public var findings: [Finding] {
        if case .found(let findings) = outcome { findings } else { [] }
    }
}

extension PreflightReport {
    /// The report on a sandbox that does not run: this machine can make it or not, and there is nothing else to look at.
    ///
    /// - Parameter problem: why this machine cannot, and what to do; nil when it can.
    public init(
        notRunning lab: Lab, started: Date, seconds: Double, problem: (reason: String, remedy: String)?
    ) {
        let machine = Check("this-machine", "this machine can make the sandbox", .proof, .server { _ in [] })
        let findings = problem.map { problem in
            Finding.error(
                "this machine", expected: "what a sandbox needs", found: problem.reason,
                why: "nodes and vCenters of a sandbox are made here", remedy: problem.remedy)
        }
        let subjects = lab.vcenters.map(\.name) + lab.nodes.map(\.name)
        self.init(
            lab: lab.name, release: lab.release, started: started, seconds: seconds,
            results: [machine.result("this machine", findings.map { [$0] } ?? [])]
                + subjects.map { machine.skipped($0, "it does not run yet: `up` makes it, and looks at it then") })
    }

    /// For a terminal.
    ///
    /// - Parameter colours: whether levels are coloured.
    public func text(colours: Bool = false) -> String {
        var lines: [String] = []
        for (result, finding) in findings {
            lines.append(
                "\(Self.painted(finding.level, colours))  \(finding.object)  [\(result.check), \(result.subject)]")
            lines.append("  expected: \(finding.expected)")
            lines.append("  found:    \(finding.found)")
            lines.append("  why:      \(finding.why)")
            lines.append("  do:       \(finding.remedy)")
        }
        let skipped = results.compactMap { result -> String? in
            guard case .skipped(let reason) = result.outcome else { return nil }
            return "\(result.subject): \(reason)"
        }
        for reason in skipped.uniqued() {
            lines.append("not checked  \(reason) (\(skipped.count { $0 == reason }) checks)")
        }
        lines.append(summary)
        return lines.joined(separator: "\n")
    }

    /// One line.
    public var summary: String {
        let passed = results.count { if case .passed = $0.outcome { true } else { false } }
        let found = [
            (count(.error), "error"), (count(.warning), "warning"), (count(.note), "note"),
        ].filter { $0.0 > 0 }.map { counted($0.0, $0.1) }
        let subjects = results.map(\.subject).uniqued().count
        return "\(passed) of \(results.count) checks of \(subjects) subjects passed"
            + (found.isEmpty ? "" : ": \(found.joined(separator: ", "))") + String(format: "; %.1f s", seconds)
    }

    private static func painted(_ level: Finding.Level, _ colours: Bool) -> String {
        guard colours else { return level.rawValue }
        let code = level == .error ? "31" : level == .warning ? "33" : "2"
        return "\u{1B}[\(code)m\(level.rawValue)\u{1B}[0m"
    }

    /// One JSON document.
    public func json() throws -> Data {
        try JSONText(Document(self)).data
    }

    private struct Document: Encodable {
        var lab: String
        var release: String
        var started: Date
        var seconds: Double
        var exit_code: Int32
        var checks: [Entry]

        struct Entry: Encodable {
            var check: String
            var title: String
            var subject: String
            var outcome: String
            var reason: String?
            var findings: [Finding]?
        }

        init(_ report: PreflightReport) {
            lab = report.lab
            release = report.release
            started = report.started
            seconds = (report.seconds * 1000).rounded() / 1000
            exit_code = report.exitCode
            checks = report.results.map { result in
                var entry = Entry(check: result.check, title: result.title, subject: result.subject, outcome: "passed")
                switch result.outcome {
                case .passed: break
                case .found(let findings):
                    entry.outcome = "found"
                    entry.findings = findings
                case .skipped(let reason):
                    entry.outcome = "skipped"
                    entry.reason = VisibleText(reason).line
                }
                return entry
            }
        }
    }
}

extension PreflightReport {
    /// As JUnit XML: a suite for each subject, a case for each check. Errors are failures; warnings and notes stand in
    /// the case's output, as CI systems know no more than pass and fail.
    public func junit() -> String {
        let suites = results.map(\.subject).uniqued().map { subject in
            JUnitReport.Suite(subject, cases: results.filter { $0.subject == subject }.map(\.junit))
        }
        return JUnitReport("polyvisor preflight", started: started, seconds: seconds, suites: suites).text
    }
}

extension CheckResult {
    fileprivate var junit: JUnitReport.Case {
        JUnitReport.Case("\(check): \(title)", classname: "polyvisor.preflight.\(subject)", junitOutcome)
    }

    private var junitOutcome: JUnitReport.Outcome {
        switch outcome {
        case .passed: return .passed(output: nil)
        case .skipped(let reason): return .skipped(reason)
        case .found(let findings):
            let text = findings.map(\.text).joined(separator: "\n")
            guard let worst = findings.first(where: { $0.level == .error }) else { return .passed(output: text) }
            return .failed(type: "error", message: "\(worst.object): \(worst.found)", text: text)
        }
    }
}

extension Finding {
    /// All of it, a line each.
    var text: String {
        "\(level.rawValue): \(object)\nexpected: \(expected)\nfound: \(found)\nwhy: \(why)\ndo: \(remedy)"
    }
}
