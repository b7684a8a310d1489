/// A component's options over all releases: since when, until when, and what became of them.
struct OptionHistory: Sendable {
    private let file: OptionFile
    private let rows: [String: [String: [(releases: ReleaseSet, facts: Range<Int>)]]]
    /// The releases that have the component at all.
    let releases: ReleaseSet

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
    }

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
    func successors(of section: String, _ option: String) throws -> [(name: OptionName, releases: ReleaseSet)] {
        let old = "\(section)/\(option)".lowercased()
        var found: [(name: OptionName, releases: ReleaseSet)] = []
        for (home, options) in rows.sorted(by: { $0.key < $1.key }) {
            for (name, variants) in options.sorted(by: { $0.key < $1.key }) {
                var releases: ReleaseSet = []
                for row in variants where try file.oldNames(row.facts).contains(where: { $0.lowercased() == old }) {
                    releases.formUnion(row.releases)
                }
                if !releases.isEmpty { found.append((OptionName(section: home, option: name), releases)) }
            }
        }
        return found
    }

    private func spellings(of section: String) -> [String] {
        guard section != "DEFAULT" else { return [section] }
        return rows.keys.filter { $0 != "DEFAULT" && $0.lowercased() == section.lowercased() }.sorted()
    }
}
