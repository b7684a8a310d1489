import Diagram
import Foundation
import Wording

/// When each check was made and how long it took, hypervisor below hypervisor, on one axis of seconds since the run began;
/// below the checks, the boot in its phases.
struct Timeline {
    private let report: VerificationReport

    init(_ report: VerificationReport) { self.report = report }

    private static let (labels, width, row, top) = (200.0, 1000.0, 34.0, 24.0)

    /// The chart as an SVG element; its colours are those of the page.
    func element() -> String {
        let ends = report.hypervisors.flatMap { hypervisor in
            Self.placed(hypervisor.checks).map { $0.starts + $0.check.seconds }
                + hypervisor.phases.map { $0.starts + $0.seconds }
        }
        let longest = max(1, ends.max() ?? 1)
        let scale = (Self.width - Self.labels - 20) / longest
        let height = Self.top + Self.row * Double(report.hypervisors.count) + 8
        let rows = report.hypervisors.enumerated().map { row($0, $1, scale) }.joined()
        return """
            <svg xmlns="http://www.w3.org/2000/svg" class="times" role="img" aria-label="seconds of each check" \
            viewBox="0 0 \(Int(Self.width)) \(Int(height))">
            \(ticks(longest, scale, height))\(rows)</svg>

            """
    }

    /// Lines at 1, 2 or 5 times a power of ten, at most ten of them.
    private func ticks(_ longest: Double, _ scale: Double, _ height: Double) -> String {
        let power = pow(10, (log10(longest / 10)).rounded(.down))
        let step = [1, 2, 5, 10].map { $0 * power }.first { longest / $0 <= 10 } ?? longest
        return stride(from: 0, through: longest, by: step).map { seconds in
            let x = Self.number(Self.labels + seconds * scale)
            return "<path class=\"tick\" d=\"M\(x) 18V\(Int(height))\"/><text x=\"\(x)\" y=\"13\">"
                + "\(seconds.formatted(.number.locale(Locale(identifier: "en_US_POSIX")))) s</text>\n"
        }.joined()
    }

    private func row(_ index: Int, _ hypervisor: HypervisorReport, _ scale: Double) -> String {
        let y = Self.top + Self.row * Double(index)
        let host = VisibleText(hypervisor.host).folded
        let shown = host.count > 28 ? host.prefix(27) + "…" : host
        var text =
            "<text x=\"0\" y=\"\(Self.number(y + 16))\"><title>\(XMLText.escaped(host))</title>"
            + "\(XMLText.escaped(shown))</text>\n"
        for (starts, check) in Self.placed(hypervisor.checks) {
            let width = check.seconds * scale
            // What is narrower than this nobody sees.
            if width >= 0.5 { text += bar(check, Self.labels + starts * scale, y, width) }
        }
        for (place, phase) in hypervisor.phases.enumerated() where phase.seconds * scale >= 0.5 {
            text += strip(phase, place, y, scale)
        }
        return text
    }

    /// Checks with their places on the axis; reports of earlier versions have no times, so there one follows the other.
    private static func placed(_ checks: [CheckReport]) -> [(starts: Double, check: CheckReport)] {
        var end = 0.0
        return checks.map { check in
            let starts = check.starts ?? end
            end = starts + check.seconds
            return (starts, check)
        }
    }

    /// A phase of the boot, below the checks.
    private func strip(_ phase: BootPhase, _ place: Int, _ y: Double, _ scale: Double) -> String {
        let style = phase.name == "guest" ? "guest" : place.isMultiple(of: 2) ? "phase even" : "phase odd"
        let title = String(format: "%@: %.2f s", VisibleText(phase.name).folded, phase.seconds)
        return "<rect class=\"bar \(style)\" x=\"\(Self.number(Self.labels + phase.starts * scale))\" "
            + "y=\"\(Self.number(y + 22))\" width=\"\(Self.number(phase.seconds * scale))\" height=\"6\"><title>"
            + "\(XMLText.escaped(title))</title></rect>\n"
    }

    private func bar(_ check: CheckReport, _ x: Double, _ y: Double, _ width: Double) -> String {
        let style = check.verdict.failure == nil ? check.name.stage.rawValue : "failed"
        let title = String(format: "%@: %.2f s", check.name.title, check.seconds)
        return "<rect class=\"bar \(style)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y + 4))\" "
            + "width=\"\(Self.number(width))\" height=\"16\"><title>\(XMLText.escaped(title))</title></rect>\n"
    }

    private static func number(_ value: Double) -> String { String(format: "%.1f", value) }
}
