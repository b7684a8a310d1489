import Topology

extension FileOptions {
    /// The sections' table for files of these components in a release.
    static func namedSections(of components: [String], in place: Int) -> [NamedSections] {
        NamedSections.all.filter { $0.isThere(place) && ($0.component.map(components.contains) ?? true) }
    }

    /// The section whose options the setting's section takes because an option names it; nil when none does.
    func named(_ setting: OptionSetting) -> String? {
        for row in named where names(row, setting).contains(where: { OsloText.same(row.prefix + $0, setting.section) })
        {
            if let home = home(of: setting.option, row) { return home }
        }
        return nil
    }

    /// A section that the catalogue has as well takes no more from here than the options of the table.
    private func home(of option: String, _ row: NamedSections) -> String? {
        switch row.content {
        case .options, .authPlugin: return row.key
        case .optionsOf(let sections):
            let known = sections.filter { name in components.contains { $0.has(section: name) } || spelling(name) != nil
            }
            return (known.first { has($0, option) } ?? known.first).map { spelling($0) ?? $0 }
        }
    }

    private func has(_ section: String, _ option: String) -> Bool {
        let name = spelling(section) ?? section
        return components.contains { $0.options(in: name).contains(option) }
    }

    /// The names that an option gives in the setting's file, or by its default.
    func names(_ row: NamedSections, _ setting: OptionSetting) -> [String] {
        let found = row.names(setting.names)
        guard found.isEmpty, row.hasDefault, setting.names.last(row.option.section, row.option.option) == nil else {
            return found
        }
        let facts = try? facts(row.option.section, row.option.option, authType: nil)
        return facts?.defaultValue.map(SectionNames.members) ?? []
    }

    /// Of an option in a section that something names: nil when the section is none of those, or has no such option.
    func factsOfNamed(_ key: String, _ option: String) -> OptionFacts? {
        guard let row = named.first(where: { $0.key == key }) else { return nil }
        if case .authPlugin = row.content, ["auth_type", "auth_plugin"].contains(option) {
            return OptionFacts(type: "string", isRepeatable: false)
        }
        guard case .options(let options) = row.content, let found = options[option], isThere(found) else { return nil }
        return found.facts
    }

    private func isThere(_ option: NamedSections.Option) -> Bool {
        option.since.flatMap(ReleaseOrder.place).map { place >= $0 } ?? true
    }

    /// Whether the section stands for those that an option names.
    func hasTable(of section: String) -> Bool { named.contains { $0.key == section } }

    /// The names of such a section's options.
    func optionsOfNamed(_ key: String) -> [String] {
        guard case .options(let options)? = named.first(where: { $0.key == key })?.content else { return [] }
        return options.filter { isThere($0.value) }.map(\.key)
    }

    /// Whether the options of any plugin for logins hold in a section.
    func takesPlugin(_ section: String) -> Bool {
        if components.contains(where: { $0.authSections.contains(section) }) { return true }
        guard case .authPlugin? = named.first(where: { $0.key == section })?.content else { return false }
        return true
    }

    /// An auth method that Keystone loads may be a class, by an option of the method's name in `[auth]` (keystone/conf/auth.py
    /// and, before Newton, keystone/common/config.py: `setup_authentication`).
    func factsOfMethod(_ setting: OptionSetting) -> OptionFacts? {
        guard file.component == "keystone", OsloText.same(setting.section, "auth"),
            setting.names.list("auth", "methods")?.contains(setting.option) == true
        else { return nil }
        return OptionFacts(type: "string", isRepeatable: false)
    }
}

// MARK: - What nothing names

extension FileOptions {
    /// The problem of a section that some option would have to name; nil when it is no such section.
    func unnamed(_ setting: OptionSetting, release: String) -> OptionProblem? {
        if let key = named(setting) { return late(setting, key, release) }
        for row in named {
            if let old = row.oldPrefix, let name = row.name(in: setting.section, prefix: old) {
                return renamed(setting, row, name, release)
            }
            if let name = name(in: setting, row) { return unnamed(setting, row, name) }
        }
        return unnamedBackend(setting) ?? otherRelease(setting, release)
    }

    private func name(in setting: OptionSetting, _ row: NamedSections) -> String? {
        if !row.prefix.isEmpty { return row.name(in: setting.section, prefix: row.prefix) }
        return row.marks.contains(setting.option) ? setting.section : nil
    }

    private func unnamed(_ setting: OptionSetting, _ row: NamedSections, _ name: String) -> OptionProblem {
        let names = names(row, setting)
        return OptionProblem(
            kind: .unknownSection,
            what: "\(row.reader) does not read [\(visible(setting.section))]: \(row.option) "
                + (names.isEmpty ? "is not set in this file" : "does not list \(visible(name))"),
            hint: "write \(row.option) = \((names + [name]).map(visible).joined(separator: ","))")
    }

    /// `[vgpu_NAME] device_addresses` is an old name of that of `[mdev_NAME]`, where NAME is listed.
    private func renamed(
        _ setting: OptionSetting, _ row: NamedSections, _ name: String, _ release: String
    ) -> OptionProblem {
        guard names(row, setting).contains(where: { $0.lowercased() == name.lowercased() }) else {
            return unnamed(setting, row, name)
        }
        let new = OptionName(section: row.prefix + name, option: setting.option)
        guard setting.option == "device_addresses" else {
            return OptionProblem(
                kind: .misplaced([new.section]),
                what:
                    "[\(visible(setting.section))] of \(setting.file) has no option \(visible(setting.option)) in \(release)",
                hint: factsOfNamed(row.key, setting.option) == nil ? nil : "write \(new)",
                replacement: factsOfNamed(row.key, setting.option) == nil ? nil : new)
        }
        return OptionProblem(
            kind: .renamed(section: new.section, option: new.option), what: "\(setting.name) is an old name",
            hint: "write \(new)", replacement: new)
    }

    /// Cinder's volume service starts the backends that it is told of, and no other.
    private func unnamedBackend(_ setting: OptionSetting) -> OptionProblem? {
        guard file.component == "cinder", ["volume_driver", "volume_backend_name"].contains(setting.option) else {
            return nil
        }
        let names = setting.names.list("DEFAULT", "enabled_backends") ?? []
        return OptionProblem(
            kind: .unknownSection,
            what: "cinder-volume does not read [\(visible(setting.section))]: [DEFAULT] enabled_backends "
                + (names.isEmpty ? "is not set in this file" : "does not list \(visible(setting.section))"),
            hint: "write [DEFAULT] enabled_backends = "
                + (names + [setting.section]).map(visible).joined(separator: ","))
    }

    /// An option that later releases have in such a section.
    private func late(_ setting: OptionSetting, _ key: String, _ release: String) -> OptionProblem? {
        guard let row = named.first(where: { $0.key == key }), case .options(let options) = row.content,
            let since = options[setting.option]?.since
        else { return nil }
        return OptionProblem(
            kind: .notYet(first: since),
            what: "\(setting.name) comes to \(setting.file) with \(since), later than \(release)",
            hint: "leave it out: no earlier name of it is known")
    }

    /// A section that earlier or later releases make.
    private func otherRelease(_ setting: OptionSetting, _ release: String) -> OptionProblem? {
        for row in NamedSections.all where !row.prefix.isEmpty && row.component.map(componentNames.contains) == true {
            guard let name = row.name(in: setting.section, prefix: row.prefix) else { continue }
            if let first = ReleaseOrder.place(of: row.since), first > place {
                let old = row.oldPrefix.flatMap { old in named.contains { $0.prefix == old } ? old + name : nil }
                return OptionProblem(
                    kind: .notYet(first: row.since),
                    what: "\(setting.name) comes to \(setting.file) with \(row.since), later than \(release)",
                    hint: old.map { "write [\(visible($0))]" } ?? "leave it out: \(release) has nothing like it")
            }
            guard let until = row.until, let last = ReleaseOrder.place(of: until), last < place else { continue }
            return OptionProblem(
                kind: .removed(last: until),
                what: "\(setting.name) is gone from \(setting.file) since \(ReleaseOrder.names[last + 1])",
                hint: "leave it out")
        }
        return nil
    }
}
