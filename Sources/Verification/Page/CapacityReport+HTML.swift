public import Foundation
public import Preflight
import Wording

extension CapacityReport {
    /// The report as one page of HTML that needs nothing from outside.
    ///
    /// - Parameter made: when vSphere was looked at.
    public func html(made: Date) throws -> String {
        let about: [String: Any] = ["title": "Room of \(VisibleText(lab).folded)", "made": made.formatted(.iso8601)]
        return try HTMLPage.capacity.render(page.merging(about) { $1 })
    }

    /// Nothing to draw: the lab has no vSphere.
    var isEmpty: Bool { clusters.isEmpty && unknown.isEmpty }

    /// What the chart's template takes.
    var page: [String: Any] {
        ["clusters": clusters.map(\.page), "unknown": unknown.map { VisibleText($0).folded }]
    }
}

extension ComputeCapacity {
    fileprivate var page: [String: Any] {
        let about = ["\(hosts.count(where: \.isUsable)) of \(hosts.count) hosts usable", reserve].compactMap(\.self)
        return [
            "name": VisibleText(name).folded, "about": VisibleText(about.joined(separator: "; ")).folded,
            "flavors": flavors.map(\.page),
        ]
    }
}

extension FlavorFit {
    /// A bar for each way to count, drawn to the longest of a flavor's own.
    fileprivate var page: [String: Any] {
        let longest = max(bySum, beforeReserve, byHosts, 1)
        func level(_ kind: String, _ title: String, _ count: Int) -> [String: String] {
            let width = String(format: "%.1f", 100 * Double(count) / Double(longest))
            return ["kind": kind, "title": title, "count": "\(count)", "width": width]
        }
        return [
            "flavor": VisibleText(flavor).folded, "words": VisibleText(words).folded,
            "mood": byHosts == 0 ? "bad" : byHosts < bySum ? "warn" : "good",
            "levels": [
                level("sum", "Nova's sum", bySum), level("hosts", "by hosts", beforeReserve),
                level("kept", "less HA's reserve", byHosts),
            ],
        ]
    }
}
