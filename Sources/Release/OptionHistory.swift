/// A component's options over all releases: since when, until when, and what became of them.
struct OptionHistory: Sendable {
    private let file: OptionFile
    private let rows: [String: [String: [(releases: ReleaseSet, facts: Range<Int>)]]]
    /// The releases that have the component at all.
    let releases: ReleaseSet
    /// Section in lower case → its spellings; without DEFAULT, whose case counts.
    private let spelt: [String: [String]]
    private let renames: Renames

    init(component: String) throws {
        file = try OptionFile(component: component)
        var rows: [String: [String: [(releases: ReleaseSet, facts: Range<Int>)]]] = [:]
        var releases: ReleaseSet = []
        for row in try file.rows(of: ReleaseSet(rawValue: .max)) {
            releases.formUnion(row.releases)
            guard !row.section.isEmpty else { continue }
            rows[row.section, default: [:]][file.text(row.name), default: []].append((row.releases, row.facts))
        }
        self.rows = rows
        self.releases = releases
        spelt = Dictionary(grouping: rows.keys.filter { $0 != "DEFAULT" }.sorted()) { $0.lowercased() }
        renames = try Renames(rows, file)
    }

    /// Every option that some release has.
    var names: [OptionName] {
        rows.sorted { $0.key < $1.key }.flatMap { section, options in
            options.keys.sorted().map { OptionName(section: section, option: $0) }
        }
    }

    /// The options that some release reads under this old name.
    func newNames(of name: OptionName) -> [OptionName] { renames.newer[name.lowered]?.map(\.name) ?? [] }

    /// The old names under which some release reads this option.
    func oldNames(of name: OptionName) -> [OptionName] { renames.older[name.lowered] ?? [] }

    /// The releases that have an option; section names compare without case, except DEFAULT.
    func releases(with section: String, _ option: String) -> ReleaseSet {
        spellings(of: section).reduce(into: []) { found, spelling in
            for row in rows[spelling]?[option] ?? [] { found.formUnion(row.releases) }
        }
    }

    /// The facts of an option, with the releases in which they hold, in the releases' order.
    func facts(of section: String, _ option: String) throws -> [(releases: ReleaseSet, facts: OptionFacts)] {
        try spellings(of: section).flatMap { rows[$0]?[option] ?? [] }
            .sorted { $0.releases.indices.lexicographicallyPrecedes($1.releases.indices) }
            .map { ($0.releases, try file.decode(OptionFacts.self, $0.facts)) }
    }

    /// The options that any release reads under an old name, with the releases that do.
    func successors(of section: String, _ option: String) -> [(name: OptionName, releases: ReleaseSet)] {
        renames.newer[OptionName(section: section, option: option).lowered] ?? []
    }

    private func spellings(of section: String) -> [String] {
        section == "DEFAULT" ? [section] : spelt[section.lowercased()] ?? []
    }
}

/// All old names of a component's options, in both directions.
private struct Renames: Sendable {
    /// Old name → the options that some release reads under it, in the order of sections and options.
    private(set) var newer: [String: [(name: OptionName, releases: ReleaseSet)]] = [:]
    /// An option → the old names under which some release reads it.
    private(set) var older: [String: [OptionName]] = [:]

    init(_ rows: [String: [String: [(releases: ReleaseSet, facts: Range<Int>)]]], _ file: OptionFile) throws {
        for (section, options) in rows.sorted(by: { $0.key < $1.key }) {
            for (option, variants) in options.sorted(by: { $0.key < $1.key }) {
                let name = OptionName(section: section, option: option)
                for row in variants {
                    let old = try file.oldNames(row.facts).compactMap(OptionName.init(path:))
                    for old in old { add(old, name, row.releases) }
                }
            }
        }
    }

    private mutating func add(_ old: OptionName, _ name: OptionName, _ releases: ReleaseSet) {
        if let place = newer[old.lowered]?.firstIndex(where: { $0.name == name }) {
            newer[old.lowered]?[place].releases.formUnion(releases)
        } else {
            newer[old.lowered, default: []].append((name, releases))
            older[name.lowered, default: []].append(old)
        }
    }
}

extension OptionName {
    /// As old names are compared.
    fileprivate var lowered: String { "\(section)/\(option)".lowercased() }
}
