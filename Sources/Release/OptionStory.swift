/// What became of one option over the releases whose options are known.
struct OptionStory: Sendable {
    /// Runs of neighbouring releases that have it, by their places in the order of all.
    var spans: [ClosedRange<Int>]
    /// The releases whose options are known.
    var known: ReleaseSet

    /// The releases of which one was the first without the option.
    func following(_ last: Int) -> String {
        let next = known.indices.first { $0 > last } ?? last
        return next > last + 1
            ? "one of \(Release.name(at: last + 1)) to \(Release.name(at: next))" : Release.name(at: next)
    }
}

extension OptionCatalog {
    /// The histories of a file's components, those of before Liberty last.
    func histories(of options: FileOptions) throws(CatalogError) -> [OptionHistory] {
        var found: [OptionHistory] = []
        for component in options.historyNames { found.append(try history(of: component)) }
        return found
    }

    /// An option's story under these names; nil when no release has ever had it.
    func story(of names: [OptionName], _ histories: [OptionHistory]) -> OptionStory? {
        var having: ReleaseSet = []
        var known: ReleaseSet = []
        for history in histories {
            known.formUnion(history.releases)
            for name in names {
                having.formUnion(history.releases(with: name.section, name.option))
            }
        }
        guard !having.isEmpty else { return nil }
        return OptionStory(spans: Self.spans(having), known: known)
    }

    /// Whether the last release before this one that has an option says that it will go.
    func wasLeaving(_ names: [OptionName], _ histories: [OptionHistory]) throws(CatalogError) -> Bool {
        do {
            let before = try histories.flatMap { history in
                try names.flatMap { try history.facts(of: $0.section, $0.option) }
            }.filter { ($0.releases.indices.first ?? .max) < place }
            let last = before.max { ($0.releases.indices.last ?? 0) < ($1.releases.indices.last ?? 0) }
            return last?.facts.isLeaving ?? false
        } catch {
            throw CatalogError(release: release, part: "the releases before", reason: "\(error)")
        }
    }

    static func spans(_ releases: ReleaseSet) -> [ClosedRange<Int>] {
        releases.indices.reduce(into: []) { spans, index in
            if let last = spans.last, last.upperBound == index - 1 {
                spans[spans.count - 1] = last.lowerBound...index
            } else {
                spans.append(index...index)
            }
        }
    }
}
