import Topology

extension OptionCatalog {
    /// Everything that this release has against a setting; empty when it is fine.
    public func check(_ setting: OptionSetting) throws(CatalogError) -> [OptionProblem] {
        guard let options = try options(of: setting.file) else { return [try unknownFile(setting.file)] }
        let section = options.canonical(setting)
        if let section, let facts = try options.facts(section, setting.option, authType: setting.authType) {
            return facts.complaints(about: setting)
        }
        if let facts = options.factsOfMethod(setting) { return facts.complaints(about: setting) }
        if let facts = try factsOfBackend(setting, options) { return facts.complaints(about: setting) }
        return [try unknown(setting, section, options)]
    }

    /// Of an option that Cinder's sample lists in DEFAULT, and in that of backends in other releases: a driver's options
    /// hold in the section of its backend, wherever they are listed.
    private func factsOfBackend(
        _ setting: OptionSetting, _ options: FileOptions
    ) throws(CatalogError) -> OptionFacts? {
        guard options.file.component == "cinder", options.isBackend(setting),
            let facts = try options.facts("DEFAULT", setting.option, authType: nil),
            try !history(of: "cinder").releases(with: "backend_defaults", setting.option).isEmpty
        else { return nil }
        return facts
    }

    /// The problem of a file that this release has not.
    func unknownFile(_ path: String) throws(CatalogError) -> OptionProblem {
        guard let file = ConfigFile(path) else {
            let nearest = nearest(to: path, among: ConfigFile.names)
            return OptionProblem(
                kind: .unknownFile, what: "\(release) has no configuration file “\(path)”",
                hint: nearest.map { "did you mean \($0)?" } ?? "there are \(ConfigFile.names.joined(separator: ", "))")
        }
        let having = Release.names.filter { name in
            (try? Release(named: name).catalog.options(of: file.name)) != nil
        }
        return OptionProblem(
            kind: .unknownFile, what: "\(release) has no configuration file “\(file.name)”",
            hint: having.first.flatMap { first in having.last.map { "it is there from \(first) to \($0)" } })
    }

    /// Why a name is not known: renamed, removed, in another section, or never heard of.
    private func unknown(
        _ setting: OptionSetting, _ section: String?, _ options: FileOptions
    ) throws(CatalogError) -> OptionProblem {
        if let new = try options.newName(of: setting, section: section) {
            return OptionProblem(
                kind: .renamed(section: new.section, option: new.option), what: "\(setting.name) is an old name",
                hint: "write \(new)", replacement: new)
        }
        if section.map({ options.hasTable(of: $0) }) ?? true,
            let unnamed = options.unnamed(setting, release: release)
        {
            return unnamed
        }
        if let past = try past(of: setting, section, options) { return past }
        let homes = options.sections(with: setting.option).filter { !VendorSections.contains($0) }
        return homes.isEmpty ? unheardOf(setting, section, options) : misplaced(setting, homes)
    }

    private func misplaced(_ setting: OptionSetting, _ homes: [String]) -> OptionProblem {
        let places = homes.prefix(4).map { "[\($0)]" }.joined(separator: ", ")
        return OptionProblem(
            kind: .misplaced(homes), what: "\(visible(setting.option)) is no option of [\(visible(setting.section))]",
            hint: "it belongs to \(places)",
            replacement: homes.count == 1 ? OptionName(section: homes[0], option: setting.option) : nil)
    }

    /// The problem of a name that no release has had here.
    private func unheardOf(_ setting: OptionSetting, _ section: String?, _ options: FileOptions) -> OptionProblem {
        guard let section else {
            let guess =
                setting.section.uppercased() == "DEFAULT"
                ? "DEFAULT"
                : nearest(
                    to: setting.section, among: options.sections.filter { !VendorSections.contains($0) })
            return OptionProblem(
                kind: .unknownSection,
                what: "\(setting.file) of \(release) has no section [\(visible(setting.section))]",
                hint: guess.map { "did you mean [\($0)]?" })
        }
        let guess = nearest(to: setting.option, among: options.names(in: section, authType: setting.authType))
        return OptionProblem(
            kind: .unknownOption,
            what:
                "[\(visible(setting.section))] of \(setting.file) has no option \(visible(setting.option)) in \(release)",
            hint: guess.map { "did you mean \($0)?" },
            replacement: guess.map { OptionName(section: setting.section, option: $0) })
    }
}

extension OptionFacts {
    /// What is wrong with the values of an option with these facts.
    func complaints(about setting: OptionSetting) -> [OptionProblem] {
        var problems: [OptionProblem] = []
        if setting.values.count > 1, !isRepeatable {
            problems.append(
                OptionProblem(
                    kind: .notRepeatable, what: "\(setting.name) takes one value and has \(setting.values.count)",
                    hint: rule.type == "list" ? "separate the members by commas" : "keep one"))
        }
        problems += setting.values.compactMap { complaint(about: $0, of: setting) }
        if isLeaving {
            let since = since.map { " since \($0)" } ?? ""
            problems.append(
                OptionProblem(
                    kind: .deprecatedForRemoval, what: "\(setting.name) is deprecated for removal\(since)", hint: nil))
        }
        return problems
    }

    private func complaint(about value: String, of setting: OptionSetting) -> OptionProblem? {
        guard let first = rule.complaint(about: value) else { return nil }
        guard variants.allSatisfy({ $0.complaint(about: value) != nil }) else { return nil }
        let shown = isSecret ? "its value" : "“\(visible(value))”"
        return OptionProblem(
            kind: first.kind, what: "\(setting.name): \(shown) is not \(first.expected)",
            hint: Remark.range(in: value) == nil ? nil : Remark.hint)
    }
}
