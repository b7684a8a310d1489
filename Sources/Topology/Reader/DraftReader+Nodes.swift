extension DraftReader {
    func node(_ name: Marked<String>, _ node: YAMLNode, _ inherit: Inheritance) -> NodeDraft {
        var draft = NodeDraft(name: name)
        guard let fields = Fields<NodeKey>(node, "node \(quoted(name.value))", at: name.mark, log) else {
            draft.roles = .unreadable
            return draft
        }
        fields.require(.address, .roles)
        draft.address = fields.read(.address) { values.address($0) }
        draft.roles = fields.read(.roles) { roles($0) }
        draft.hypervisor = fields.read(.hypervisor) { values.choice($0, "hypervisor") }
        draft.clusters = fields.read(.clusters) { values.list($0, of: "cluster", cluster) }
        draft.esxiAddress = fields.read(.esxiAddress) { values.name($0, "address", NamePattern.host) }
        draft.esxiUsername = fields.read(.esxiUsername) { values.text($0, "a user name") }
        draft.esxiPassword = fields.read(.esxiPassword) { password($0) }
        draft.group = fields.read(.group) { values.text($0, "a group's name") }
        draft.volumeBackends = fields.read(.volumeBackends) { values.list($0, of: "volume backend", volumeBackend) }
        draft.volumeGroup = fields.read(.volumeGroup) { values.name($0, "volume group", NamePattern.volumeGroup) }
        draft.capacity = fields.read(.capacity) { capacity($0, at: fields.mark(of: .capacity)) }
        let group = inherit.groups.first { $0.name.value == draft.group.value }?.settings ?? SettingsDraft()
        draft.settings = settings(of: fields).over(group.over(inherit.defaults))
        return draft
    }

    private func settings(of fields: Fields<NodeKey>) -> SettingsDraft {
        var settings = SettingsDraft()
        readSSH(fields.read(.ssh) { $0 }.value, at: fields.mark(of: .ssh), into: &settings)
        readInterfaces(fields.read(.physicalInterfaces) { $0 }, into: &settings)
        settings.availabilityZone = fields.read(.availabilityZone) { zone($0) }
        settings.interfaces = interfaces(
            fields.read(.interfaces) { $0 },
            config: fields.read(.networkConfig) { values.choice($0, "network_config") })
        settings.traffic = traffic(fields.read(.traffic) { $0 }.value, at: fields.mark(of: .traffic))
        return settings
    }

    private func roles(_ node: YAMLNode) -> [Marked<Role>]? {
        guard let given = values.list(node, of: "role", { values.choice($0, of: Role.self, "role") }) else {
            return nil
        }
        // A misspelt role is reported; that another is missing would be a guess.
        if case .sequence(let items) = node.content, items.count != given.count { return nil }
        if given.isEmpty {
            log.error(
                node.start, "a node needs at least one role",
                hint: "roles: \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        reportRepetition(given)
        return given.flatMap { role in
            role.value == .allInOne
                ? Role.allCases.filter { $0 != .allInOne }.map { Marked($0, at: role.mark) } : [role]
        }
    }

    private func reportRepetition(_ roles: [Marked<Role>]) {
        for (index, role) in roles.enumerated() where roles[..<index].contains(where: { $0.value == role.value }) {
            log.error(role.mark, "role \(role.value.rawValue) stands here twice")
        }
        if let all = roles.first(where: { $0.value == .allInOne }), roles.count > 1 {
            log.error(
                all.mark, "all_in_one is all the other roles", hint: "give it alone, or name the roles without it")
        }
    }

    /// `lvm`, or a vCenter's name
    private func volumeBackend(_ node: YAMLNode) -> VolumeBackend? {
        values.text(node, "lvm or the name of a vcenter").map { $0 == "lvm" ? .lvm : .vcenter($0) }
    }

    /// `vc1/cluster_a`
    private func cluster(_ node: YAMLNode) -> ClusterReference? {
        let expected = "a cluster as VCENTER/CLUSTER, e.g. vc1/cluster_a"
        guard let text = values.text(node, expected) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            log.error(node.start, "expected \(expected), found \(quoted(text))")
            return nil
        }
        return ClusterReference(vcenter: String(parts[0]), cluster: String(parts[1]))
    }
}
