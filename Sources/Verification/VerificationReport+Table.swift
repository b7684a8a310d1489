import Foundation
import Wording

extension VerificationReport {
    /// The report for a terminal: a block for each hypervisor, then one line that sums up.
    ///
    /// - Parameters:
    ///   - width: columns of the terminal; narrower than 60 is taken as 60.
    ///   - colours: whether to colour with ANSI escapes. Text of services never brings its own.
    public func table(width: Int = 100, colours: Bool = false) -> String {
        let page = Page(width: max(60, width), colours: colours)
        var lines = ["\(page.bold("Verification of \(lab)"))  \(page.dim("OpenStack \(release), run \(run)"))", ""]
        for hypervisor in hypervisors { lines += page.block(hypervisor) + [""] }
        for warning in warnings { lines += page.wrapped(warning, first: page.yellow("! "), indent: 2) }
        for note in notes { lines += page.wrapped(note, first: "· ", indent: 2, colour: .dim) }
        if !(warnings.isEmpty && notes.isEmpty) { lines.append("") }
        let mood = exitCode == 1 ? Page.Colour.red : exitCode == 0 ? .green : .yellow
        lines += page.wrapped(closing, first: "", indent: 0, colour: mood)
        return lines.joined(separator: "\n") + "\n"
    }

    /// "3 hypervisors passed, 0 failed in 41.2 s (slowest boot 33.0 s)"
    public var closing: String {
        guard !hypervisors.isEmpty else { return "nothing to verify: neither the topology nor Nova has a hypervisor" }
        let hypervisors = counted(count(.passed), "hypervisor")
        let sum =
            "\(hypervisors) passed, \(count(.failed)) failed in \(Page.short(seconds))"
            + (slowestBoot.map { " (slowest boot \(Page.short($0)))" } ?? "")
        let notes = [
            warnings.isEmpty ? nil : "with \(counted(warnings.count, "warning"))",
            cancelled ? "stopped before the end" : nil,
        ]
        return ([sum] + notes.compactMap(\.self)).joined(separator: ", ")
    }
}

/// A terminal to write on.
private struct Page {
    let width: Int
    let colours: Bool

    enum Colour: String { case bold = "1", dim = "2", red = "31", green = "32", yellow = "33" }

    /// A title is as wide as the widest one.
    static let titleColumns = CheckName.allCases.map(\.title.columns).max() ?? 0

    static func short(_ seconds: Double) -> String { String(format: "%.1f s", seconds) }

    func paint(_ text: String, _ colour: Colour) -> String {
        colours && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
    func bold(_ text: String) -> String { paint(text, .bold) }
    func dim(_ text: String) -> String { paint(text, .dim) }
    func yellow(_ text: String) -> String { paint(text, .yellow) }

    func block(_ hypervisor: HypervisorReport) -> [String] {
        let mark = hypervisor.verdict == .passed ? paint("✓", .green) : paint("✗", .red)
        let about = [hypervisor.type ?? "unknown to Nova", hypervisor.node.map { "on \($0)" }].compactMap(\.self)
        let times = [
            hypervisor.secondsToActive.map { "ACTIVE after \(Self.short($0))" },
            hypervisor.secondsToGuestReady.map { "guest ready after \(Self.short($0))" },
        ].compactMap(\.self).joined(separator: ", ")
        return head(mark, hypervisor.host, about.joined(separator: " "), times) + hypervisor.checks.flatMap(rows)
    }

    /// The first line of a block; three where they do not fit in one.
    private func head(_ mark: String, _ host: String, _ about: String, _ times: String) -> [String] {
        let start = "\(mark) \(bold(VisibleText(host).folded))  \(VisibleText(about).folded)"
        let space = width - Self.visibleColumns(start) - times.columns
        if times.isEmpty && space >= 0 { return [start] }
        if space >= 2 { return [start + String(repeating: " ", count: space) + dim(times)] }
        let details = [about, times].filter { !$0.isEmpty }
        return wrapped(host, first: "\(mark) ", indent: 2, colour: .bold)
            + details.flatMap { wrapped($0, first: "  ", indent: 2, colour: .dim) }
    }

    /// Mark, title, what was found and the seconds; a failure's sentence stands below.
    func rows(_ check: CheckReport) -> [String] {
        let title = check.name.title + String(repeating: " ", count: Self.titleColumns - check.name.title.columns)
        let indent = 6 + Self.titleColumns
        switch check.verdict {
        case .passed(let finding):
            let rows = wrapped(finding ?? "", first: "  \(paint("✓", .green)) \(title)  ", indent: indent)
            return withSeconds(check.seconds, rows)
        case .skipped(let reason):
            return wrapped(reason, first: "  \(yellow("–")) \(title)  ", indent: indent, colour: .dim)
        case .failed(let failure):
            let rows = withSeconds(check.seconds, ["  \(paint("✗", .red)) \(paint(check.name.title, .red))"])
            return rows + wrapped(failure.description, first: "      ", indent: 6)
        }
    }

    private static let secondsColumns = 9

    /// The seconds at the right end of the first row, unless there are none to speak of.
    private func withSeconds(_ seconds: Double, _ rows: [String]) -> [String] {
        guard let first = rows.first, seconds >= 0.05 else { return rows.map(Self.withoutSpaceAtTheEnd) }
        let text = Self.short(seconds)
        let space = max(1, width - Self.visibleColumns(first) - text.columns)
        return [first + String(repeating: " ", count: space) + dim(text)] + rows.dropFirst()
    }

    private static func withoutSpaceAtTheEnd(_ text: String) -> String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }

    /// Columns of text in which we may have put colours.
    private static func visibleColumns(_ text: String) -> Int {
        text.replacing(/\u{1B}\[[0-9]+m/, with: "").columns
    }

    /// Text in lines that fit, leaving room for the seconds; a word that is longer than a line is cut.
    func wrapped(_ text: String, first: String, indent: Int, colour: Colour? = nil) -> [String] {
        let room = width - indent - Self.secondsColumns
        var lines: [String] = []
        var current = ""
        for word in VisibleText(text).folded.split(separator: " ").flatMap({ $0.pieces(columns: room) }) {
            if !current.isEmpty, current.columns + 1 + word.columns > room {
                lines.append(current)
                current = ""
            }
            current += (current.isEmpty ? "" : " ") + word
        }
        lines.append(current)
        let painted = lines.map { line in colour.map { paint(line, $0) } ?? line }
        return [first + painted[0]] + painted.dropFirst().map { String(repeating: " ", count: indent) + $0 }
    }
}

extension Substring {
    /// The word in pieces of at most so many columns.
    fileprivate func pieces(columns: Int) -> [String] {
        var pieces = [""]
        for character in self {
            let next = String(character)
            if pieces[pieces.count - 1].columns + next.columns > columns { pieces.append("") }
            pieces[pieces.count - 1] += next
        }
        return pieces
    }
}
