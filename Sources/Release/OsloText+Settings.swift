extension OsloText {
    /// The file's settings in order, with the lines of each; those of one option are together.
    public func settings(file: String) -> [(setting: OptionSetting, lines: [Int])] {
        let backends = values("DEFAULT", "enabled_backends").last
        var places: [[String]: Int] = [:]
        var found: [(setting: OptionSetting, lines: [Int])] = []
        for entry in entries {
            let section = entry.section == "DEFAULT" ? entry.section : entry.section.lowercased()
            if let place = places[[section, entry.option]] {
                found[place].setting.values.append(entry.value)
                found[place].lines.append(entry.line)
                continue
            }
            places[[section, entry.option]] = found.count
            let setting = OptionSetting(
                file: file, section: entry.section, option: entry.option, values: [entry.value],
                authType: values(entry.section, "auth_type").last, enabledBackends: backends)
            found.append((setting, [entry.line]))
        }
        return found
    }
}
