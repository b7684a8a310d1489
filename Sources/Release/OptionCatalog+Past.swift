import Topology

extension OptionCatalog {
    /// The problem of a name that other releases have, and this one has not; of any name whose successor is known.
    func past(
        of setting: OptionSetting, _ section: String?, _ options: FileOptions
    ) throws(CatalogError) -> OptionProblem? {
        let names = options.names(inHistory: setting, section)
        let histories = try histories(of: options)
        let search = try search(setting, options, histories)
        guard let story = story(of: names, histories), let first = story.spans.first else {
            return try search.successor(of: names, .toNewer).map { neverThere(setting, section, $0) }
        }
        guard let last = story.spans.last(where: { $0.upperBound < place })?.upperBound else {
            return notYet(setting, first: first.lowerBound, try search.successor(of: names, .toOlder))
        }
        let successor = try search.successor(of: names, .toNewer)
        let hint =
            if let successor { successor.hint(isNewName: true) } else {
                try hintWithoutSuccessor(setting, names, options, histories)
            }
        return OptionProblem(
            kind: .removed(last: Release.name(at: last)),
            what: "\(setting.name) is gone from \(setting.file) since \(story.following(last))",
            hint: hint, replacement: successor.flatMap { $0.keepsValue ? $0.name : nil })
    }

    private func search(
        _ setting: OptionSetting, _ options: FileOptions, _ histories: [OptionHistory]
    ) throws(CatalogError) -> SuccessorSearch {
        SuccessorSearch(
            options: options, histories: histories,
            succession: try reading("successors.tsv") { try Succession.all.get() },
            backend: options.isBackend(setting) ? setting.section : nil, names: setting.names)
    }

    /// No release has the name there, and it is known what is meant.
    private func neverThere(_ setting: OptionSetting, _ section: String?, _ successor: Successor) -> OptionProblem {
        OptionProblem(
            kind: section == nil ? .unknownSection : .unknownOption,
            what: "[\(visible(setting.section))] of \(setting.file) has no option \(visible(setting.option))"
                + " in \(release)",
            hint: successor.hint(isNewName: false), replacement: successor.keepsValue ? successor.name : nil)
    }

    private func notYet(_ setting: OptionSetting, first: Int, _ successor: Successor?) -> OptionProblem {
        OptionProblem(
            kind: .notYet(first: Release.name(at: first)),
            what: "\(setting.name) comes to \(setting.file) with \(Release.name(at: first)), later than \(release)",
            hint: successor?.hint(isNewName: false) ?? "leave it out: no earlier name of it is known",
            replacement: successor.flatMap { $0.keepsValue ? $0.name : nil })
    }

    /// What to do with an option that is gone, where neither old names nor the table lead on.
    private func hintWithoutSuccessor(
        _ setting: OptionSetting, _ names: [OptionName], _ options: FileOptions, _ histories: [OptionHistory]
    ) throws(CatalogError) -> String {
        if options.sections(with: setting.option).contains("backend_defaults") {
            // Cinder's drivers read the section of their backend.
            return "write it in the section of the backend, or in [backend_defaults] for all of them"
        }
        return try wasLeaving(names, histories)
            ? "leave it out: OpenStack has dropped it" : "no later name is known: leave it out if you do not need it"
    }
}
