import Foundation
import Preflight

extension VerificationReport {
    /// The report as JUnit XML, which CI systems read: a test suite for each hypervisor, a test case for each check.
    ///
    /// A run that found nothing to verify, or has warnings, has a suite `run` in front that says so.
    public func junit() -> String {
        let suites = (hypervisors.isEmpty || !(warnings + notes).isEmpty ? [runSuite] : []) + hypervisors.map(suite)
        let cases = suites.flatMap(\.cases)
        var lines = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>"]
        lines.append("<testsuites name=\"polyvisor verify\" \(Self.totals(of: cases, seconds: seconds))>")
        for suite in suites { lines += suite.lines(started: started) }
        lines.append("</testsuites>")
        return lines.joined(separator: "\n") + "\n"
    }

    private var runSuite: Suite {
        let verdict: CheckVerdict =
            hypervisors.isEmpty
            ? .failed(CheckFailure(layer: .nova, reason: "neither the topology nor Nova has a hypervisor"))
            : .passed(nil)
        return Suite(
            name: "run", seconds: 0, properties: [("run", run), ("lab", lab), ("release", release)],
            cases: [Case(name: "hypervisors found", suite: "run", seconds: 0, verdict: verdict)],
            notes: warnings.map { "warning: \($0)" } + notes)
    }

    private func suite(_ hypervisor: HypervisorReport) -> Suite {
        let properties: [(String, String?)] = [
            ("run", run), ("lab", lab), ("release", release), ("node", hypervisor.node),
            ("hypervisor_type", hypervisor.type), ("instance", hypervisor.instance),
            ("seconds_to_active", hypervisor.secondsToActive.map(Self.number)),
            ("seconds_to_guest_ready", hypervisor.secondsToGuestReady.map(Self.number)),
        ]
        return Suite(
            name: hypervisor.host, seconds: hypervisor.checks.reduce(0) { $0 + $1.seconds }, properties: properties,
            cases: hypervisor.checks.map {
                Case(name: $0.name.title, suite: hypervisor.host, seconds: $0.seconds, verdict: $0.verdict)
            }, notes: [])
    }

    fileprivate static func totals(of cases: [Case], seconds: Double) -> String {
        let failures = cases.count { $0.verdict.failure != nil }
        let skipped = cases.count { $0.verdict.isSkipped }
        return "tests=\"\(cases.count)\" failures=\"\(failures)\" errors=\"0\" skipped=\"\(skipped)\""
            + " time=\"\(number(seconds))\""
    }

    fileprivate static func number(_ seconds: Double) -> String { String(format: "%.3f", seconds) }
}

/// A `testsuite` element.
private struct Suite {
    var name: String
    var seconds: Double
    var properties: [(name: String, value: String?)]
    var cases: [Case]
    /// Lines for `system-out`.
    var notes: [String]

    func lines(started: Date) -> [String] {
        let totals = VerificationReport.totals(of: cases, seconds: seconds)
        let timestamp = started.formatted(.iso8601).dropLast()
        var lines = ["  <testsuite name=\"\(VisibleText(name).xml)\" \(totals) timestamp=\"\(timestamp)\">"]
        lines.append("    <properties>")
        for case (let name, let value?) in properties {
            lines.append("      <property name=\"\(name)\" value=\"\(VisibleText(value).xml)\"/>")
        }
        lines.append("    </properties>")
        lines += cases.map(\.line)
        if !notes.isEmpty {
            lines.append("    <system-out>\(VisibleText(notes.joined(separator: "\n")).xml)</system-out>")
        }
        return lines + ["  </testsuite>"]
    }
}

/// A `testcase` element.
private struct Case {
    var name: String
    var suite: String
    var seconds: Double
    var verdict: CheckVerdict

    var line: String {
        let classname = VisibleText("polyvisor.verify.\(suite)").xml
        let start =
            "    <testcase name=\"\(VisibleText(name).xml)\" classname=\"\(classname)\""
            + " time=\"\(VerificationReport.number(seconds))\""
        switch verdict {
        case .passed: return start + "/>"
        case .skipped(let reason):
            return start + "><skipped message=\"\(VisibleText(reason).xml)\"/></testcase>"
        case .failed(let failure):
            let text = VisibleText(failure.description).xml
            let type = failure.layer.rawValue
            return start + "><failure type=\"\(type)\" message=\"\(text)\">\(text)</failure></testcase>"
        }
    }
}
