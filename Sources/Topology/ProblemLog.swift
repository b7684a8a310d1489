/// Collects the problems of one file while it is read.
package final class ProblemLog {
    let source: Source
    private var problems: [Problem] = []
    private var hiddenLines: Set<Int> = []
    /// Set when the text could not be parsed, so that nobody knows which of its words are secrets.
    var hidesByWords = false

    /// A file with more problems than these is another kind of file.
    private static let most = 1000

    init(_ source: Source) { self.source = source }

    package var hasErrors: Bool { problems.contains { $0.severity == .error } }

    package func error(_ mark: Mark, _ what: String, hint: String? = nil) { add(.error(mark, what, hint: hint)) }

    func warn(_ mark: Mark, _ what: String, hint: String? = nil) { add(.warning(mark, what, hint: hint)) }

    func add(_ problem: Problem) { problems.append(problem) }

    /// Keeps lines out of every excerpt, because they hold a secret.
    func hide(from start: Mark, to end: Mark) { hiddenLines.formUnion(start.line...max(start.line, end.line)) }

    /// All problems, each once, by their places. What an alias repeats is told once.
    package func finish() -> TopologyProblems {
        var seen: Set<Problem> = []
        var sorted = problems.filter { seen.insert($0).inserted }
        sorted = sorted.enumerated().sorted { a, b in
            (a.element.mark ?? .start, a.offset) < (b.element.mark ?? .start, b.offset)
        }.map(\.element)
        if sorted.count > ProblemLog.most {
            let rest = sorted.count - ProblemLog.most
            sorted = Array(sorted.prefix(ProblemLog.most))
            sorted.append(Problem(.error, at: sorted.last?.mark, "\(rest) more problems are not listed"))
        }
        var excerpts: [Mark: Excerpt] = [:]
        for mark in sorted.compactMap(\.mark) where excerpts[mark] == nil { excerpts[mark] = excerpt(at: mark) }
        return TopologyProblems(file: source.file, problems: sorted, excerpts: excerpts)
    }

    private func excerpt(at mark: Mark) -> Excerpt? {
        guard !source.bytes.isEmpty else { return nil }
        let isHidden = hiddenLines.contains(mark.line) || (hidesByWords && source.looksSecret(line: mark.line))
        return isHidden ? Excerpt(hiding: mark) : Excerpt(at: mark, in: source)
    }
}

extension Source {
    /// Whether a line of unparsed text may hold a secret.
    func looksSecret(line: Int) -> Bool {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars(ofLine: line))
        return namesSecret(String(text))
    }
}

/// Whether a key is one whose value must not be shown.
func namesSecret(_ key: String) -> Bool {
    let words = ["passw", "passphrase", "pwd", "secret", "token", "credential", "transport_url"]
    let lowered = key.lowercased()
    return words.contains { lowered.contains($0) } || nearest(to: key, among: ["password", "passphrase"]) != nil
}
