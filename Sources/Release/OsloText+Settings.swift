extension OsloText {
    /// The file's settings in order, with the assignments of each; those of one option are together.
    public func settings(file: String) -> [(setting: OptionSetting, entries: [Entry])] {
        let names = sectionNames
        let sections = entries.map { Self.folded($0.section) }
        var authTypes: [String: String] = [:]
        for (entry, section) in zip(entries, sections) where entry.option == "auth_type" {
            authTypes[section] = entry.value
        }
        var places: [String: [String: Int]] = [:]
        var found: [(setting: OptionSetting, entries: [Entry])] = []
        for (entry, section) in zip(entries, sections) {
            if let place = places[section]?[entry.option] {
                found[place].setting.values.append(entry.value)
                found[place].entries.append(entry)
                continue
            }
            places[section, default: [:]][entry.option] = found.count
            let setting = OptionSetting(
                file: file, section: entry.section, option: entry.option, values: [entry.value],
                authType: authTypes[section], names: names)
            found.append((setting, [entry]))
        }
        return found
    }

    /// What the file says of sections with names of its own.
    public var sectionNames: SectionNames {
        entries.reduce(into: SectionNames()) { $0.note(section: $1.section, option: $1.option, value: $1.value) }
    }

    /// Names of one section are one for oslo.config, whatever their case, except DEFAULT.
    private static func folded(_ section: String) -> String { section == "DEFAULT" ? section : section.lowercased() }
}
