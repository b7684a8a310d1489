/// What became of one option over the releases that have a catalogue.
struct OptionStory: Sendable {
    /// Runs of neighbouring releases that have it, by their places in the order of all.
    var spans: [ClosedRange<Int>]
    /// Its name in the release asked for, when it has another there.
    var successor: OptionName?
}

extension OptionCatalog {
    /// An option's story, seen from this release; nil when no release has ever had it.
    func story(of section: String, _ option: String, component: String) throws(CatalogError) -> OptionStory? {
        let history = try history(of: component)
        let releases = history.releases(with: section, option)
        guard !releases.isEmpty else { return nil }
        return OptionStory(
            spans: Self.spans(releases), successor: try successor(of: section, option, history, component))
    }

    /// The option of this release that some release reads under the given name.
    private func successor(
        of section: String, _ option: String, _ history: OptionHistory, _ component: String
    ) throws(CatalogError) -> OptionName? {
        do {
            let here = ReleaseSet(index: place)
            return try history.successors(of: section, option)
                .first { !history.releases(with: $0.name.section, $0.name.option).isDisjoint(with: here) }?.name
        } catch let error as CatalogError {
            throw error
        } catch {
            throw CatalogError(release: release, part: component, reason: "\(error)")
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
