import Topology

/// All that the catalogue knows of one option, seen from one release.
public struct Explanation: Sendable, Equatable, Encodable {
    /// How the release takes the name.
    public enum Status: String, Sendable, Encodable {
        /// It has the option.
        case known
        /// It reads the name as an old one of another option.
        case renamed
        /// An earlier release had it.
        case removed
        /// A later release has it.
        case notYet = "not-yet"
        /// The option is in other sections.
        case misplaced = "wrong-section"
        /// No release has it.
        case unknown
    }

    /// Neighbouring releases.
    public struct Span: Sendable, Equatable, Encodable {
        /// The first of them.
        public let first: String
        /// The last of them.
        public let last: String
    }

    /// A name of the option in other releases.
    public struct Rename: Sendable, Equatable, Encodable {
        /// The section of the new name.
        public let section: String
        /// The new name.
        public let option: String
        /// The first release that reads the old name for it.
        public let since: String
        /// The last one that does.
        public let until: String
    }

    /// The release that was asked about.
    public let release: String
    /// E.g. `nova.conf`.
    public let file: String
    /// Without its brackets.
    public let section: String
    /// As it was asked for, with underscores.
    public let option: String
    /// What the release makes of it.
    public let status: Status
    /// The facts in this release; nil when it has no such option.
    public let facts: Facts?
    /// The releases that have the option, among those with a catalogue.
    public let releases: [Span]
    /// Other names under which some release reads it.
    public let renamedTo: [Rename]
    /// Facts of other releases that differ, with the releases.
    public let otherwise: [String]
    /// Sections of the same file that have an option of this name.
    public let sections: [String]
    /// The options of this release whose names are nearest, for a name that it does not know.
    public let nearest: [String]

    /// What one release says of an option.
    public struct Facts: Sendable, Equatable, Encodable {
        /// oslo.config's type, e.g. `string`, `port`, `list`.
        public let type: String
        /// The option may be given several times.
        public let isRepeatable: Bool
        /// As it would be written in the file; nil: there is none.
        public let defaultValue: String?
        /// The default is found out on the machine, and the one here is for documentation.
        public let isDefaultComputed: Bool
        /// The only values that are taken; nil: any of the type.
        public let choices: [String]?
        /// The least number that is taken.
        public let minimum: Double?
        /// The greatest number that is taken.
        public let maximum: Double?
        /// The regular expression, Python's, that the value has to match.
        public let pattern: String?
        /// In characters.
        public let maximumLength: Int?
        /// What a URI may begin with.
        public let schemes: [String]?
        /// oslo.config keeps the value out of logs.
        public let isSecret: Bool
        /// The service does not start without a value.
        public let isRequired: Bool
        /// The value is read again while the service runs.
        public let isMutable: Bool
        /// It will go without a successor.
        public let isDeprecatedForRemoval: Bool
        /// The release that its own help names.
        public let deprecatedSince: String?
        /// Old names that this release still reads, as `section/option`.
        public let oldNames: [String]

        init(_ facts: OptionFacts) {
            type = facts.rule.type
            isRepeatable = facts.isRepeatable
            defaultValue = facts.isSecret ? nil : facts.defaultValue
            isDefaultComputed = facts.isDefaultComputed
            choices = facts.rule.choices
            minimum = facts.rule.min
            maximum = facts.rule.max
            pattern = facts.rule.regex
            maximumLength = facts.rule.maxLength
            schemes = facts.rule.schemes
            isSecret = facts.isSecret
            isRequired = facts.isRequired
            isMutable = facts.isMutable
            isDeprecatedForRemoval = facts.isLeaving
            deprecatedSince = facts.since
            oldNames = facts.oldNames
        }
    }
}

extension OptionCatalog {
    /// All that is known of an option, by its file, section and name.
    ///
    /// Throws an `OptionProblem` when this release has no such file, and a `CatalogError` when it cannot be read.
    /// A hyphen in a name counts as an underscore, for documentation writes options both ways.
    public func explain(file path: String, section: String, option: String) throws -> Explanation {
        guard let options = try options(of: path) else { throw try unknownFile(path) }
        let option = option.replacing("-", with: "_")
        let setting = OptionSetting(file: options.file.name, section: section, option: option, values: [])
        let home = options.canonical(setting)
        let facts = try home.flatMap { home throws(CatalogError) in try options.facts(home, option, authType: nil) }
        let problem = facts == nil ? try check(setting).first : nil
        var found = Past()
        for component in options.componentNames where found.releases.isEmpty {
            if let past = try past(component, home ?? section, option) { found = past }
        }
        return Explanation(
            release: release, file: options.file.name, section: home ?? section, option: option,
            status: problem.map { Explanation.Status($0.kind) } ?? .known, facts: facts.map(Explanation.Facts.init),
            releases: found.releases, renamedTo: found.renames, otherwise: found.otherwise,
            sections: options.sections(with: option).filter { $0 != home },
            nearest: problem.map { Explanation.Status($0.kind) } == .unknown
                ? options.nearest(to: option, in: home) : [])
    }

    /// What the history of one component has on an option.
    private struct Past {
        var releases: [Explanation.Span] = []
        var renames: [Explanation.Rename] = []
        var otherwise: [String] = []
    }

    private func past(_ component: String, _ section: String, _ option: String) throws(CatalogError) -> Past? {
        let history = try history(of: component)
        func span(_ range: ClosedRange<Int>) -> Explanation.Span {
            Explanation.Span(first: Release.name(at: range.lowerBound), last: Release.name(at: range.upperBound))
        }
        do {
            let renames = history.successors(of: section, option)
            let releases = Self.spans(history.releases(with: section, option)).map(span)
            guard !releases.isEmpty || !renames.isEmpty else { return nil }
            return Past(
                releases: releases,
                renames: renames.flatMap { rename in
                    Self.spans(rename.releases).map(span).map {
                        Explanation.Rename(
                            section: rename.name.section, option: rename.name.option, since: $0.first, until: $0.last)
                    }
                },
                otherwise: try otherwise(history.facts(of: section, option)))
        } catch {
            throw CatalogError(release: release, part: component, reason: "\(error)")
        }
    }

    /// How other releases differ in type, default, choices or range.
    private func otherwise(_ all: [(releases: ReleaseSet, facts: OptionFacts)]) -> [String] {
        let here = all.first { $0.releases.contains(ReleaseSet(index: place)) }.map { $0.facts.inShort }
        return all.filter { $0.facts.inShort != here }.map { entry in
            let spans = Self.spans(entry.releases).map { span in
                let names = (Release.name(at: span.lowerBound), Release.name(at: span.upperBound))
                return names.0 == names.1 ? names.0 : "\(names.0) to \(names.1)"
            }
            return "\(spans.joined(separator: ", ")): \(entry.facts.inShort)"
        }
    }
}

extension Explanation.Status {
    init(_ kind: OptionProblem.Kind) {
        switch kind {
        case .renamed: self = .renamed
        case .removed: self = .removed
        case .notYet: self = .notYet
        case .misplaced: self = .misplaced
        default: self = .unknown
        }
    }
}

extension OptionFacts {
    /// Type, default, choices and range in one line.
    var inShort: String {
        var parts = [rule.type + (isRepeatable ? ", may be repeated" : "")]
        if let defaultValue, !isSecret { parts.append("default \(defaultValue.isEmpty ? "empty" : defaultValue)") }
        if let choices = rule.choices { parts.append("one of \(choices.joined(separator: ", "))") }
        if let low = rule.min { parts.append("at least \(ValueRule.plain(low))") }
        if let high = rule.max { parts.append("at most \(ValueRule.plain(high))") }
        if isLeaving { parts.append("deprecated for removal") }
        return parts.joined(separator: ", ")
    }
}

extension FileOptions {
    /// Up to three options with names near to one, the nearest first: of its section, or else of any.
    func nearest(to option: String, in section: String?) -> [String] {
        let names = section.map { self.names(in: $0, authType: nil) } ?? []
        let near = Topology.nearest(to: option, among: Set(names), atMost: 3)
        guard near.isEmpty else { return near }
        let all = components.flatMap { component in component.sections.flatMap { component.options(in: $0) } }
        return Topology.nearest(to: option, among: Set(all), atMost: 3)
    }
}
