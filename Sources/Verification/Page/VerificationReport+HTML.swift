public import Diagram
public import Preflight
import Wording

extension VerificationReport {
    /// The report as one page of HTML that needs nothing from outside: no script, no font, no image.
    ///
    /// - Parameters:
    ///   - picture: the cloud as its topology has it; nil: only the hypervisors that were looked at are drawn.
    ///   - capacity: how much fits on vSphere, which adds a chart of it.
    ///   - earlier: a report to compare with, which adds what changed since.
    public func html(
        picture: Diagram? = nil, capacity: CapacityReport? = nil, comparedWith earlier: VerificationReport? = nil
    ) throws -> String {
        var page = page(picture ?? Diagram(self), earlier)
        if let capacity, !capacity.isEmpty { page["capacity"] = capacity.page }
        return try HTMLPage.report.render(page)
    }

    private func page(_ picture: Diagram, _ earlier: VerificationReport?) -> [String: Any] {
        let verdicts = Dictionary(hypervisors.map { ($0.host, $0.verdict == .passed) }) { $0 && $1 }
        let failures = hypervisors.flatMap(\.failures)
        var page: [String: Any] = [
            "title": "Verification of \(VisibleText(lab).folded)", "release": VisibleText(release).folded, "run": run,
            "started": started.formatted(.iso8601), "closing": closing, "mood": mood,
            "warnings": warnings.map { VisibleText($0).folded }, "notes": notes.map { VisibleText($0).folded },
            "hasNotes": !notes.isEmpty, "failures": failures, "hasFailures": !failures.isEmpty,
            "picture": picture.marked(verdicts).element(), "timeline": Timeline(self).element(),
            "hasHypervisors": !hypervisors.isEmpty, "columns": columns.map(\.title),
            "rows": hypervisors.map { $0.row(columns) },
        ]
        if let earlier {
            let changes = VerificationComparison(of: self, with: earlier).changes
            page["comparison"] = [
                "since": "\(earlier.started.formatted(.iso8601)), run \(earlier.run)",
                "changes": changes.map { ["mood": $0.isWorse ? "bad" : "good", "text": VisibleText($0.text).folded] },
            ]
        }
        return page
    }

    private var mood: String { exitCode == 0 ? "good" : exitCode == 1 ? "bad" : "warn" }

    /// The checks that were looked at anywhere, in the order of reports.
    private var columns: [CheckName] {
        let seen = Set(hypervisors.flatMap(\.checks).map(\.name))
        return CheckName.allCases.filter(seen.contains)
    }
}

extension Diagram {
    /// The hypervisors of a report, where there is no topology to draw.
    init(_ report: VerificationReport) {
        self.init(
            title: report.lab, subtitle: "OpenStack \(report.release)",
            computes: report.hypervisors.map { hypervisor in
                Box(
                    id: "host:\(hypervisor.host)", title: hypervisor.host,
                    lines: [hypervisor.type ?? "unknown to Nova"],
                    hosts: [hypervisor.host])
            }, management: Bar(id: "net:api", title: "OpenStack API"))
    }
}

extension HypervisorReport {
    fileprivate var failures: [[String: String]] {
        checks.compactMap { check in
            guard let failure = check.verdict.failure else { return nil }
            var values = [
                "id": id(of: check.name), "host": VisibleText(host).folded, "check": check.name.title,
                "where": [failure.layer.title, check.secondsText].filter { !$0.isEmpty }.joined(separator: ", "),
                "reason": VisibleText(failure.reason).folded,
            ]
            values["look"] = failure.look.map { VisibleText($0).folded }
            return values
        }
    }

    private func id(of check: CheckName) -> String { "\(host)-\(check.rawValue)" }

    fileprivate func row(_ columns: [CheckName]) -> [String: Any] {
        let found = Dictionary(checks.map { ($0.name, $0) }) { first, _ in first }
        let times = [
            secondsToActive.map { String(format: "ACTIVE after %.1f s", $0) },
            secondsToGuestReady.map { String(format: "guest ready after %.1f s", $0) },
        ]
        return [
            "host": VisibleText(host).folded, "type": VisibleText(type ?? "unknown to Nova").folded,
            "mood": verdict == .passed ? "good" : "bad", "mark": verdict == .passed ? "✓" : "✗",
            "about": times.compactMap(\.self).joined(separator: ", "), "checks": checks.map(\.values),
            "cells": columns.map { cell(found[$0]) }.joined(),
        ]
    }

    /// A cell of the matrix; one that failed leads to what is said of it.
    private func cell(_ check: CheckReport?) -> String {
        guard let check else { return "<td></td>" }
        let mark = check.verdict.mark
        let title = XMLText.escaped([check.name.title, check.finding].filter { !$0.isEmpty }.joined(separator: ": "))
        let shown =
            check.verdict.failure == nil
            ? mark : "<a href=\"#\(XMLText.escaped(id(of: check.name)))\">\(mark)</a>"
        return "<td class=\"\(check.verdict.word)\" title=\"\(title)\">\(shown)</td>"
    }
}

extension CheckReport {
    fileprivate var secondsText: String { seconds < 0.05 ? "" : String(format: "%.1f s", seconds) }

    fileprivate var finding: String {
        switch verdict {
        case .passed(let finding): VisibleText(finding ?? "").folded
        case .skipped(let reason): VisibleText(reason).folded
        case .failed(let failure): VisibleText(failure.description).folded
        }
    }

    fileprivate var values: [String: String] {
        let mood = verdict.isPassed ? "good" : verdict.isSkipped ? "dim" : "bad"
        return [
            "mood": mood, "mark": verdict.mark, "title": name.title, "finding": finding, "seconds": secondsText,
        ]
    }
}

extension CheckVerdict {
    fileprivate var mark: String { isPassed ? "✓" : isSkipped ? "–" : "✗" }
    fileprivate var word: String { isPassed ? "passed" : isSkipped ? "skipped" : "failed" }
}
