/// What a release would do with a file that somebody else wrote, point by point.
public struct Lint: Sendable, Equatable, Encodable {
    /// What the services of the release do with what a line says.
    public enum Verdict: String, Sendable, Encodable {
        /// Nobody can tell: a section of a plugin whose options are in no catalogue.
        case note
        /// They never look at it: nothing happens, and nothing is said.
        case ignored
        /// They do what it says, or something else than most would mean.
        case warned
        /// They stop, or cannot work with it.
        case refused
    }

    /// One thing that is wrong.
    public struct Point: Sendable, Equatable, Encodable {
        /// From 1.
        public let line: Int
        /// In Unicode scalars, from 1: where the name begins, or the value when that is what is wrong.
        public let column: Int
        /// What the release does with it.
        public let verdict: Verdict
        /// What is wrong, for code, e.g. `unknown-option`, `syntax`.
        public let kind: String
        /// Nil for a fault of the syntax.
        public let section: String?
        /// Nil for a fault of the syntax.
        public let option: String?
        /// The sentence.
        public let what: String
        /// What to do.
        public let hint: String?
        /// What to write instead of section and option, where it is known.
        public let replacement: OptionName?
    }

    /// The release's name.
    public let release: String
    /// The file as the caller names it.
    public let file: String
    /// How many options it sets.
    public let options: Int
    /// By line.
    public let points: [Point]

    /// Judges a file's bytes.
    ///
    /// - Parameters:
    ///   - name: which of OpenStack's files it is, e.g. `nova.conf`.
    ///   - path: the file as messages name it.
    ///
    /// Throws an `OptionProblem` when the release has no such file, and a `CatalogError` when it cannot be read.
    public init(_ bytes: some Collection<UInt8>, as name: String, path: String, catalog: OptionCatalog) throws {
        guard let name = try catalog.options(of: name)?.file.name else { throw try catalog.unknownFile(name) }
        let text = OsloText(bytes)
        let settings = text.settings(file: name)
        var points = text.faults.map { Point($0) }
        let outside = try catalog.outside(settings.map(\.setting))
        var notJudged: [String: Point] = [:]
        for (setting, entries) in settings {
            for problem in try catalog.check(setting) {
                let point = Point(problem, setting, entries)
                guard let reason = try outside.reason(problem, setting) else { points.append(point); continue }
                let header = text.headers.first { OsloText.same($0.name, setting.section) }
                if notJudged[setting.section] == nil {
                    notJudged[setting.section] = Point(
                        notJudged: setting.section, reason, line: header?.line ?? point.line)
                }
            }
        }
        points += notJudged.values
        for finding in try catalog.crossCheck(settings.map(\.setting)) {
            let entries = settings.first { $0.setting == finding.setting }?.entries ?? []
            points.append(Point(finding.problem, finding.setting, entries))
        }
        release = catalog.release
        file = path
        options = settings.count
        // Several problems of one line keep the order of the checks: the sort has to be stable.
        self.points = points.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            .map(\.element)
    }

    /// How many points have a verdict.
    public func count(_ verdict: Verdict) -> Int { points.count { $0.verdict == verdict } }
}

extension Lint.Point {
    /// A section as a whole.
    init(notJudged section: String, _ reason: String, line: Int) {
        self.line = line
        column = 1
        verdict = .note
        kind = "not-judged"
        self.section = section
        option = nil
        what = reason
        hint = nil
        replacement = nil
    }

    init(_ fault: OsloText.Fault) {
        line = fault.line
        column = 1
        verdict = .refused
        kind = "syntax"
        section = nil
        option = nil
        what = fault.what
        hint = fault.hint
        replacement = nil
    }

    /// The line is the last one that sets the option: where it is repeated, that one counts.
    init(_ problem: OptionProblem, _ setting: OptionSetting, _ entries: [OsloText.Entry]) {
        line = entries.last?.line ?? 1
        column = problem.kind.isOfValue ? entries.last?.valueColumn ?? 1 : 1
        verdict = problem.kind.verdict
        kind = problem.kind.word
        section = setting.section
        option = setting.option
        what = problem.what
        hint = problem.hint
        replacement = problem.replacement
    }
}

extension OptionProblem.Kind {
    /// What the release's services do with such a setting.
    public var verdict: Lint.Verdict {
        switch self {
        case .unknownFile, .unknownSection, .unknownOption, .misplaced, .removed, .notYet, .notRepeatable: .ignored
        case .renamed, .deprecatedForRemoval, .doubtful, .remark, .defect: .warned
        case .wrongType, .outOfRange, .notAChoice, .contradiction: .refused
        }
    }

    /// Whether it is the value that is wrong, and not the name.
    var isOfValue: Bool {
        switch self {
        case .wrongType, .outOfRange, .notAChoice, .contradiction, .doubtful, .remark, .defect: true
        default: false
        }
    }

    /// For JSON, and for scripts.
    public var word: String {
        switch self {
        case .unknownFile: "unknown-file"
        case .unknownSection: "unknown-section"
        case .unknownOption: "unknown-option"
        case .misplaced: "wrong-section"
        case .renamed: "renamed"
        case .removed: "removed"
        case .notYet: "not-yet"
        case .deprecatedForRemoval: "deprecated"
        case .wrongType: "wrong-type"
        case .outOfRange: "out-of-range"
        case .notAChoice: "not-a-choice"
        case .notRepeatable: "repeated"
        case .contradiction: "contradiction"
        case .doubtful: "doubtful"
        case .remark: "remark"
        case .defect: "known-defect"
        }
    }
}
