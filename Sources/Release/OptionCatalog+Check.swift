/// One option as a file sets it.
public struct OptionSetting: Sendable, Equatable {
    /// The file's name or path.
    public var file: String
    /// The section as it is written there.
    public var section: String
    /// The option as it is written there.
    public var option: String
    /// One value, or several where the option is repeated.
    public var values: [String]
    /// The section's own `auth_type`, which decides on further options; nil: those of any plugin pass.
    public var authType: String?
    /// `[DEFAULT] enabled_backends` of the same file, which opens sections of free names.
    public var enabledBackends: String?

    /// A setting; the file's other facts matter to few sections.
    public init(
        file: String, section: String, option: String, values: [String], authType: String? = nil,
        enabledBackends: String? = nil
    ) {
        self.file = file
        self.section = section
        self.option = option
        self.values = values
        self.authType = authType
        self.enabledBackends = enabledBackends
    }
}

extension OptionCatalog {
    /// Everything that this release has against a setting; empty when it is fine.
    public func check(_ setting: OptionSetting) throws(CatalogError) -> [OptionProblem] {
        guard let file = ConfigFile(setting.file) else { return [unknownFile(setting.file)] }
        let scope = try Scope(file: file, setting: setting, catalog: self)
        if let facts = scope.facts(setting.option) { return scope.complaints(about: setting, facts) }
        return [try unknown(setting, in: scope)]
    }

    private func unknownFile(_ name: String) -> OptionProblem {
        let nearest = nearest(to: name, among: ConfigFile.names)
        return OptionProblem(
            kind: .unknownFile, what: "\(release) has no configuration file “\(name)”",
            hint: nearest.map { "did you mean \($0)?" } ?? "there are \(ConfigFile.names.joined(separator: ", "))")
    }

    /// Why a name is not known: renamed, removed, in another section, or never heard of.
    private func unknown(_ setting: OptionSetting, in scope: Scope) throws(CatalogError) -> OptionProblem {
        let name = "[\(setting.section)] \(setting.option)"
        if let new = scope.newName(of: setting) {
            return OptionProblem(
                kind: .renamed(section: new.section, option: new.option), what: "\(name) is an old name",
                hint: "write [\(new.section)] \(new.option)")
        }
        let homes = scope.sections(with: setting.option)
        if !homes.isEmpty { return misplaced(setting, homes) }
        for component in scope.componentNames {
            let section = setting.section
            if let last = try lastRelease(with: setting.option, section: section, component: component) {
                return OptionProblem(
                    kind: .removed(last: last),
                    what: "\(name) is gone from \(setting.file); \(last) was the last release seen with it",
                    hint: "leave it out")
            }
        }
        return scope.unheardOf(setting, release: release)
    }

    private func misplaced(_ setting: OptionSetting, _ homes: [String]) -> OptionProblem {
        let places = homes.prefix(4).map { "[\($0)]" }.joined(separator: ", ")
        return OptionProblem(
            kind: .misplaced(homes), what: "\(setting.option) is no option of [\(setting.section)]",
            hint: "it belongs to \(places)")
    }
}
