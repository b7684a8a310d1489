/// The options that one section of one file takes.
struct Scope {
    let componentNames: [String]
    private let components: [ComponentOptions]
    /// The section as the catalogue spells it; nil when no component has it.
    private let section: String?
    private let authOptions: [String: OptionFacts]

    init(file: ConfigFile, setting: OptionSetting, catalog: OptionCatalog) throws(CatalogError) {
        componentNames = [file.component] + file.alsoRead
        var components: [ComponentOptions] = []
        for name in componentNames { components.append(try catalog.component(name)) }
        self.components = components
        section = Self.canonical(setting, in: components)
        let name = section ?? ""
        let takesPlugin = components.contains { $0.authSections.contains(name) }
        authOptions = takesPlugin ? Self.pluginOptions(setting.authType, try catalog.authPlugins()) : [:]
    }

    /// What the catalogue knows of an option in this section.
    func facts(_ option: String) -> OptionFacts? {
        guard let section else { return nil }
        return components.lazy.compactMap { $0.options[section]?[option] }.first ?? authOptions[option]
    }

    /// Section names compare without case, except DEFAULT: oslo.config lowers the others.
    private static func canonical(_ setting: OptionSetting, in components: [ComponentOptions]) -> String? {
        let asked = setting.section
        let stand = standIn(for: asked, setting, components)
        let known = components.lazy.flatMap { Array($0.options.keys) + $0.authSections }
        if asked == "DEFAULT" || stand != asked { return stand }
        return known.first { $0 != "DEFAULT" && $0.lowercased() == asked.lowercased() }
    }

    /// Contexts of oslo.privsep are in no list of options, and each takes the options of `[privsep]` (its source).
    private static let privsepContexts: Set = [
        "privsep_osbrick", "vif_plug_ovs_privileged", "vif_plug_linux_bridge_privileged", "nova_sys_admin",
    ]

    /// The section whose options a section of a free name takes; its own name otherwise.
    private static func standIn(
        for section: String, _ setting: OptionSetting, _ components: [ComponentOptions]
    ) -> String {
        if privsepContexts.contains(section) { return "privsep" }
        for backend in (setting.enabledBackends ?? "").split(separator: ",") {
            let parts = backend.split(separator: ":").map { String($0.filter { !$0.isWhitespace }) }
            guard parts.first == section else { continue }
            guard parts.count == 2 else { return "backend_defaults" }
            return components.lazy.compactMap { $0.openSections[parts[1]] }.first ?? section
        }
        return section
    }

    private static func pluginOptions(
        _ authType: String?, _ plugins: [String: [String: OptionFacts]]
    ) -> [String: OptionFacts] {
        if let authType, let options = plugins[authType] { return options }
        return plugins.sorted { $0.key < $1.key }.reduce(into: [:]) { all, plugin in
            all.merge(plugin.value) { first, _ in first }
        }
    }

    /// Where an option lives that this section reads under an old name.
    func newName(of setting: OptionSetting) -> (section: String, option: String)? {
        if let new = authOptions.sorted(by: { $0.key < $1.key })
            .first(where: { $0.value.oldNames.contains("AUTH/\(setting.option)") })
        {
            return (setting.section, new.key)
        }
        let old = "\(section ?? setting.section)/\(setting.option)"
        for component in components {
            for (section, options) in component.options.sorted(by: { $0.key < $1.key }) {
                let found = options.sorted { $0.key < $1.key }.first { $0.value.oldNames.contains(old) }
                if let found { return (section, found.key) }
            }
        }
        return nil
    }

    /// The sections that have an option of this name, in alphabetical order.
    func sections(with option: String) -> [String] {
        Set(components.flatMap { $0.options.filter { $0.value[option] != nil }.keys }).sorted()
    }

    /// The problem of a name that no release has had here.
    func unheardOf(_ setting: OptionSetting, release: String) -> OptionProblem {
        guard let section else {
            let names = components.flatMap { Array($0.options.keys) + $0.authSections }
            let guess = setting.section == "default" ? "DEFAULT" : nearest(to: setting.section, among: names)
            return OptionProblem(
                kind: .unknownSection, what: "\(setting.file) of \(release) has no section [\(setting.section)]",
                hint: guess.map { "did you mean [\($0)]?" })
        }
        let names = components.flatMap { $0.options[section].map { Array($0.keys) } ?? [] } + authOptions.keys
        return OptionProblem(
            kind: .unknownOption,
            what: "[\(setting.section)] of \(setting.file) has no option \(setting.option) in \(release)",
            hint: nearest(to: setting.option, among: names).map { "did you mean \($0)?" })
    }

    /// What is wrong with the values of a known option.
    func complaints(about setting: OptionSetting, _ facts: OptionFacts) -> [OptionProblem] {
        let name = "[\(setting.section)] \(setting.option)"
        var problems: [OptionProblem] = []
        if setting.values.count > 1, !facts.isRepeatable {
            problems.append(
                OptionProblem(
                    kind: .notRepeatable, what: "\(name) takes one value and has \(setting.values.count)",
                    hint: facts.rule.type == "list" ? "separate the members by commas" : "keep one"))
        }
        for value in setting.values {
            let complaints = ([facts.rule] + facts.variants).map { $0.complaint(about: value) }
            guard !complaints.contains(where: { $0 == nil }), let first = complaints.compactMap({ $0 }).first else {
                continue
            }
            let shown = facts.isSecret ? "its value" : "“\(value)”"
            problems.append(
                OptionProblem(kind: first.kind, what: "\(name): \(shown) is not \(first.expected)", hint: nil))
        }
        if facts.isLeaving {
            let since = facts.since.map { " since \($0)" } ?? ""
            problems.append(
                OptionProblem(kind: .deprecatedForRemoval, what: "\(name) is deprecated for removal\(since)", hint: nil)
            )
        }
        return problems
    }
}
