extension Lint: CustomStringConvertible {
    /// A line for each point, and one that counts.
    public var description: String {
        let lines = points.map { point in
            "\(file):\(point.line):\(point.column): \(point.verdict.rawValue): \(point.what)"
                + (point.hint.map { "\n  hint: \($0)" } ?? "")
        }
        return (lines + [summary]).joined(separator: "\n")
    }

    private var summary: String {
        let what = "\(file): \(options) option\(options == 1 ? "" : "s")"
        let notes = count(.note)
        let rest = notes == 0 ? "" : ", \(notes) section\(notes == 1 ? "" : "s") not judged"
        guard points.count > notes else { return "\(what), all fine in \(release)\(rest)" }
        let counts = [Verdict.ignored, .warned, .refused].map { "\(count($0)) \($0.rawValue)" }
        return "\(what): \(counts.joined(separator: ", ")) by \(release)\(rest)"
    }
}
