extension DraftReader {
    /// `FILE: { SCOPE: PATH }` or `FILE: { SCOPE: { SECTION: { OPTION: VALUE } } }`
    func readOverrides(_ fields: Fields<LabKey>, into draft: inout Draft) {
        guard let node = fields.read(.overrides, { $0 }).value else { return }
        for file in log.members(node, "files, such as nova.conf") ?? [] {
            checkName(file, "file", NamePattern.file)
            for scope in log.members(file.value, "scopes (a role, a group, a node or all)") ?? [] {
                draft.overrideScopes.append(Marked(scope.key, at: scope.keyMark))
                draft.overrides += overrides(of: file.key, scope)
            }
        }
    }

    /// `FILE: [SECTION, …]`
    func readPluginSections(_ fields: Fields<LabKey>, into draft: inout Draft) {
        guard let node = fields.read(.pluginSections, { $0 }).value else { return }
        for file in log.members(node, "files, such as neutron.conf") ?? [] {
            checkName(file, "file", NamePattern.file)
            let sections = values.list(file.value, of: "section") { values.name($0, "section", NamePattern.ini) } ?? []
            draft.pluginSections[file.key] = sections.map(\.value)
        }
    }

    private func overrides(of file: String, _ scope: YAMLNode.Pair) -> [Marked<Override>] {
        if case .scalar = scope.value.content {
            let path = values.text(scope.value, "sections, or the path of a file to take instead")
            return path.map { [override(file, scope.key, effect: .file, [$0], at: scope.keyMark)] } ?? []
        }
        let sections = log.members(scope.value, "sections of \(printable(file))") ?? []
        return sections.flatMap { section in
            checkName(section, "section", NamePattern.ini)
            return options(section, file: file, scope: scope.key)
        }
    }

    /// The options of a section; `replace: { … }` alone stands for the whole section.
    private func options(_ section: YAMLNode.Pair, file: String, scope: String) -> [Marked<Override>] {
        let pairs = log.members(section.value, "options of [\(printable(section.key))]") ?? []
        guard pairs.count == 1, pairs[0].key == "replace", case .mapping(let inner) = pairs[0].value.content else {
            return pairs.compactMap { option($0, file: file, scope: scope, section: section.key) }
        }
        let clear = override(file, scope, section.key, effect: .clear, [], at: section.keyMark)
        return [clear] + inner.compactMap { option($0, file: file, scope: scope, section: section.key) }
    }

    /// `OPTION: VALUE`, `OPTION: [VALUE, …]` or `OPTION: { append: … }`
    private func option(_ pair: YAMLNode.Pair, file: String, scope: String, section: String) -> Marked<Override>? {
        checkName(pair, "option", NamePattern.ini)
        var value = pair.value
        var effect = Override.Effect.set
        if case .mapping(let inner) = value.content {
            guard inner.count == 1, inner[0].key == "append" else {
                log.error(
                    value.start, "expected a value, a list of values or { append: … }, found a mapping",
                    hint: "{ append: [VALUE] } adds to what the option has")
                return nil
            }
            (value, effect) = (inner[0].value, .append)
        }
        return given(value).map {
            override(file, scope, section, pair.key, effect: effect, $0, at: pair.keyMark)
        }
    }

    private func given(_ node: YAMLNode) -> [String]? {
        guard case .sequence = node.content else { return values.option(node).map { [$0] } }
        return values.list(node, of: "value") { values.option($0) }?.map(\.value)
    }

    private func override(
        _ file: String, _ scope: String, _ section: String = "", _ option: String = "", effect: Override.Effect,
        _ values: [String], at mark: Mark
    ) -> Marked<Override> {
        Marked(
            Override(
                file: file, scope: scope, section: section, option: option, values: values, effect: effect, mark: mark),
            at: mark)
    }
}
