/// The options that the processes know which read one file.
struct FileOptions: Sendable {
    let file: ConfigFile
    let components: [ComponentOptions]
    /// The components of the file itself and of those that every process reads with it, without what it may hold besides.
    let ownComponents: [ComponentOptions]
    /// The components' names in the catalogue.
    let componentNames: [String]
    /// The release's place in the order of all.
    let place: Int
    /// Sections that exist where an option names them.
    let named: [NamedSections]
    private let plugins: ComponentOptions?

    /// The components whose history tells what became of an option of the file.
    var historyNames: [String] {
        let legacy = file.legacyComponent.map { [$0] } ?? []
        var seen: Set<String> = []
        return (componentNames + [file.component] + legacy).filter { seen.insert($0).inserted }
    }

    /// The components of which a line of successors may speak.
    var succeeding: [String] {
        [file.component] + file.alsoRead + (file.legacyComponent.map { [$0] } ?? [])
            + (file.component.hasPrefix("glance-") ? ["glance"] : [])
    }

    /// Nil when the release has no such file.
    init?(_ file: ConfigFile, catalog: OptionCatalog) throws(CatalogError) {
        guard !file.hasEnded || catalog.record.era == .legacy else { return nil }
        self.file = file
        var names = [file.component] + file.alsoRead + file.mayHold
        if try catalog.component(file.component) == nil, catalog.record.era == .legacy {
            names = file.legacyComponent.map { [$0] } ?? []
        }
        guard let first = names.first, try catalog.component(first) != nil else { return nil }
        var components: [ComponentOptions] = []
        var own: [ComponentOptions] = []
        for name in names {
            guard let component = try catalog.component(name) else { continue }
            components.append(component)
            if !file.mayHold.contains(name) { own.append(component) }
        }
        self.components = components
        ownComponents = own
        componentNames = names
        place = catalog.place
        named = Self.namedSections(of: names, in: catalog.place)
        plugins = components.contains { !$0.authSections.isEmpty } ? try catalog.component("auth_plugins") : nil
    }

    /// The section as the catalogue spells it, or the one whose options it takes; nil when there is none.
    ///
    /// Section names compare without case, except DEFAULT: oslo.config lowers the others.
    func canonical(_ setting: OptionSetting) -> String? {
        let asked = setting.section
        if let backend = backend(asked, setting.enabledBackends) { return backend }
        let listed = listed(asked)
        guard let home = self.named(setting) else { return listed }
        // [token] is a section of Keystone, and the name of an auth method as well.
        return listed == nil || factsOfNamed(home, setting.option) != nil ? home : listed
    }

    /// The section as the catalogue spells it; nil when it has none of this name.
    private func listed(_ asked: String) -> String? {
        if components.contains(where: { $0.has(section: asked) }) { return asked }
        return Self.privsepContexts.contains(asked) ? "privsep" : spelling(asked)
    }

    /// As the catalogue spells a section's name; nil when it has none like it.
    func spelling(_ section: String) -> String? {
        guard section != "DEFAULT" else { return nil }
        let lower = section.lowercased()
        return components.lazy.compactMap { $0.spellings[lower] }.first
    }

    /// Contexts of oslo.privsep are in no list of options, and each takes the options of `[privsep]` (its source): those
    /// of os-brick, os-vif, Nova, Cinder (cinder/privsep/__init__.py) and Neutron (neutron/privileged/__init__.py).
    private static let privsepContexts: Set = [
        "privsep_osbrick", "vif_plug_ovs_privileged", "vif_plug_linux_bridge_privileged", "nova_sys_admin",
        "cinder_sys_admin", "privsep_conntrack", "privsep_dhcp_release", "privsep_link", "privsep_namespace",
        "privsep_ovs_vsctl",
    ]

    /// The section whose options a section takes that `enabled_backends` names; nil when it names it not.
    private func backend(_ section: String, _ enabledBackends: String?) -> String? {
        guard let enabledBackends else { return nil }
        for backend in enabledBackends.split(separator: ",") {
            let parts = backend.split(separator: ":").map { String($0.filter { !$0.isWhitespace }) }
            guard parts.first == section else { continue }
            guard parts.count == 2 else { return freeSection }
            return components.lazy.compactMap { $0.openSections[parts[1]] }.first ?? section
        }
        return nil
    }

    /// Before Cinder listed the options of backends apart, a backend's section took those of `[DEFAULT]`.
    private var freeSection: String {
        components.contains { $0.has(section: "backend_defaults") } ? "backend_defaults" : "DEFAULT"
    }

    /// Whether `enabled_backends` names the setting's section.
    func isBackend(_ setting: OptionSetting) -> Bool { backend(setting.section, setting.enabledBackends) != nil }

    /// The names under which history has an option: that of a backend stood in DEFAULT before backends had their own.
    func names(inHistory setting: OptionSetting, _ section: String?) -> [OptionName] {
        let homes = [section ?? setting.section]
        let places =
            isBackend(setting) && file.component == "cinder"
            ? SuccessorSearch.backendSections : homes
        return places.map { OptionName(section: $0, option: setting.option) }
    }

    /// What is known of an option in a section as the catalogue spells it.
    func facts(_ section: String, _ option: String, authType: String?) throws(CatalogError) -> OptionFacts? {
        if let facts = factsOfNamed(section, option) { return facts }
        for component in components {
            if let facts = try component.facts(section, option) { return facts }
        }
        for plugin in pluginNames(section, authType) {
            if let facts = try plugins?.facts(plugin, option) { return facts }
        }
        return nil
    }

    /// The plugins whose options a section takes: the one that its `auth_type` names, or any of them.
    private func pluginNames(_ section: String, _ authType: String?) -> [String] {
        guard let plugins, takesPlugin(section) else { return [] }
        if let authType, plugins.has(section: authType) { return [authType] }
        return plugins.sections.sorted()
    }

    /// The names that a section takes.
    func names(in section: String, authType: String?) -> [String] {
        components.flatMap { $0.options(in: section) } + optionsOfNamed(section)
            + pluginNames(section, authType).flatMap { plugins?.options(in: $0) ?? [] }
    }

    /// The names of all sections.
    var sections: [String] {
        components.reduce(into: Set()) { $0.formUnion($1.sections.union($1.authSections)) }.sorted()
    }

    /// The sections that have an option of this name, in alphabetical order.
    func sections(with option: String) -> [String] {
        Set(components.flatMap { $0.sections(with: option) }).sorted()
    }

    /// Where an option lives that this section reads under an old name.
    func newName(of setting: OptionSetting, section: String?) throws(CatalogError) -> OptionName? {
        for plugin in pluginNames(section ?? "", setting.authType) {
            for option in (plugins?.options(in: plugin) ?? []).sorted() {
                let facts = try plugins?.facts(plugin, option)
                if facts?.oldNames.contains("AUTH/\(setting.option)") == true {
                    return OptionName(section: setting.section, option: option)
                }
            }
        }
        let old = "\(section ?? setting.section)/\(setting.option)"
        for component in components {
            if let new = try component.newName(ofOld: old) { return new }
        }
        return nil
    }
}
