/// One thing that is wrong, or doubtful, in a topology file.
public struct Problem: Sendable, Hashable {
    /// How bad a problem is.
    public enum Severity: String, Sendable, Encodable {
        /// The file cannot be used.
        case error
        /// The file can be used, but probably does not do what its writer wants.
        case warning
    }

    /// Whether it forbids the use of the file.
    public var severity: Severity
    /// Where it is; nil when there is no text to point at (a file that cannot be read).
    public var mark: Mark?
    /// What is wrong, as one line of text without the place.
    public var what: String
    /// What to do about it.
    public var hint: String?

    /// A problem; `what` and `hint` must not hold a secret, nor control characters of the file.
    public init(_ severity: Severity, at mark: Mark?, _ what: String, hint: String? = nil) {
        self.severity = severity
        self.mark = mark
        self.what = what
        self.hint = hint
    }

    static func error(_ mark: Mark, _ what: String, hint: String? = nil) -> Problem {
        Problem(.error, at: mark, what, hint: hint)
    }

    static func warning(_ mark: Mark, _ what: String, hint: String? = nil) -> Problem {
        Problem(.warning, at: mark, what, hint: hint)
    }
}

extension Problem: Encodable {
    private enum CodingKeys: String, CodingKey { case severity, line, column, what, hint }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(severity, forKey: .severity)
        try fields.encodeIfPresent(mark?.line, forKey: .line)
        try fields.encodeIfPresent(mark?.column, forKey: .column)
        try fields.encode(what, forKey: .what)
        try fields.encodeIfPresent(hint, forKey: .hint)
    }
}

/// Every problem of one topology file, in the order of their places.
///
/// Printed, each problem is `file:line:column: error: what`, the line of the file, a caret under the
/// column and a hint. A line that holds a secret is not printed.
public struct TopologyProblems: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file's name as it was given.
    public let file: String
    /// Errors and warnings, sorted by line and column.
    public let problems: [Problem]
    private let excerpts: [Mark: Excerpt]

    init(file: String, problems: [Problem], excerpts: [Mark: Excerpt] = [:]) {
        self.file = file
        self.problems = problems
        self.excerpts = excerpts
    }

    /// The same with what others have found in the lab, by their places.
    public func adding(_ more: [Problem]) -> TopologyProblems {
        let all = (problems + more).enumerated().sorted { a, b in
            (a.element.mark?.line ?? 0, a.offset) < (b.element.mark?.line ?? 0, b.offset)
        }
        return TopologyProblems(file: file, problems: all.map(\.element), excerpts: excerpts)
    }

    /// True for a faultless file.
    public var isEmpty: Bool { problems.isEmpty }

    /// Whether at least one problem forbids the use of the file.
    public var hasErrors: Bool { problems.contains { $0.severity == .error } }

    public var description: String { problems.map(text(of:)).joined(separator: "\n") }

    /// One problem as people read it.
    private func text(of problem: Problem) -> String {
        let place = problem.mark.map { ":\($0)" } ?? ""
        var lines = ["\(printable(file))\(place): \(problem.severity.rawValue): \(problem.what)"]
        if let mark = problem.mark, let excerpt = excerpts[mark] { lines += excerpt.lines }
        if let hint = problem.hint { lines.append("  hint: \(hint)") }
        return lines.joined(separator: "\n")
    }
}

extension TopologyProblems: Encodable {
    private enum CodingKeys: String, CodingKey { case file, problems }
}
