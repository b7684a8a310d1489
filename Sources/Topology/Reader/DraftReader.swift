/// Makes a draft of a YAML tree. Goes on after each problem, so that all are found in one run.
struct DraftReader {
    let log: ProblemLog
    let values: Values

    init(_ log: ProblemLog) {
        self.log = log
        values = Values(log: log)
    }

    func draft(of root: YAMLNode) -> Draft {
        guard let fields = Fields<LabKey>(root, "the topology", at: root.start, log) else { return Draft() }
        fields.require(.lab, .release, .nodes, .networks)
        var draft = Draft()
        draft.mark = root.start
        draft.name = fields.read(.lab) { values.name($0, "name of a lab", NamePattern.lab) }
        draft.release = fields.read(.release) { values.text($0, "the name of an OpenStack release") }
        draft.provider = fields.read(.provider) { values.choice($0, "provider") }
        draft.mechanismDriver = fields.read(.mechanismDriver) {
            values.choice($0, "mechanism driver", others: NetworkWord.otherDrivers)
        }
        draft.apiAddress = fields.read(.apiAddress) { values.address($0) }
        draft.sharedInstancesPath = fields.read(.sharedInstancesPath) { values.boolean($0) }
        draft.novaNetwork = fields.read(.novaNetwork) { novaNetwork($0, at: fields.mark(of: .novaNetwork)) }
        draft.scheduling = fields.read(.scheduling) { scheduling($0, at: fields.mark(of: .scheduling)) }
        draft.aggregates = named(fields, .aggregates, "aggregate", NamePattern.resource, aggregate)
        if let defaults = fields.read(.defaults, { $0 }).value {
            draft.defaults = settings(Fields<SettingsKey>(defaults, "defaults", at: fields.mark(of: .defaults), log))
        }
        draft.groups = named(fields, .groups, "group", NamePattern.resource, group)
        let inherit = Inheritance(defaults: draft.defaults, groups: draft.groups.value ?? [])
        draft.nodes = named(fields, .nodes, "node", NamePattern.node) { node($0, $1, inherit) }
        draft.vcenters = named(fields, .vcenters, "vcenter", NamePattern.label, vcenter)
        readNetworks(fields, into: &draft)
        draft.flavors = named(fields, .flavors, "flavor", NamePattern.resource, flavor)
        draft.images = named(fields, .images, "image", NamePattern.resource, image)
        readVerify(fields, into: &draft)
        readOverrides(fields, into: &draft)
        readPluginSections(fields, into: &draft)
        return draft
    }

    /// The members of a mapping from names, each read by `read`. A bad name is reported and its member read nonetheless.
    func named<Key, Member>(
        _ fields: Fields<Key>, _ key: Key, _ what: String, _ rule: (String) -> String?,
        _ read: (Marked<String>, YAMLNode) -> Member
    ) -> Given<[Member]> {
        fields.read(key) { node in
            log.members(node, "\(what)s")?.map { pair in
                checkName(pair, what, rule)
                return read(Marked(pair.key, at: pair.keyMark), pair.value)
            }
        }
    }

    func checkName(_ pair: YAMLNode.Pair, _ what: String, _ rule: (String) -> String?) {
        guard let wrong = rule(pair.key) else { return }
        let article = what.first.map("aeiou".contains) == true ? "an" : "a"
        log.error(pair.keyMark, "\(quoted(pair.key)) is no name for \(article) \(what): \(wrong)")
    }

    // MARK: Settings that nodes inherit

    struct Inheritance {
        var defaults: SettingsDraft
        var groups: [GroupDraft]
    }

    private func group(_ name: Marked<String>, _ node: YAMLNode) -> GroupDraft {
        let fields = Fields<SettingsKey>(node, "group \(quoted(name.value))", at: name.mark, log)
        return GroupDraft(name: name, settings: settings(fields))
    }

    private func settings(_ fields: Fields<SettingsKey>?) -> SettingsDraft {
        guard let fields else { return SettingsDraft() }
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

    func readSSH(_ node: YAMLNode?, at mark: Mark, into settings: inout SettingsDraft) {
        guard let node, let fields = Fields<SSHKey>(node, "ssh", at: mark, log) else { return }
        settings.user = fields.read(.user) { values.name($0, "user name", NamePattern.user) }
        settings.port = fields.read(.port) { values.integer($0, in: 1...65535) }
        settings.identityFile = fields.read(.identityFile) { values.text($0, "a path") }
        settings.knownHosts = fields.read(.knownHosts) { values.text($0, "a path") }
    }

    func readInterfaces(_ given: Given<YAMLNode>, into settings: inout SettingsDraft) {
        settings.interfacesAreUnreadable = !given.isAbsent
        guard let node = given.value, let pairs = log.members(node, "interfaces, such as physnet1: eth1") else {
            return
        }
        settings.interfacesAreUnreadable = false
        for pair in pairs {
            checkName(pair, "physical network", NamePattern.physicalNetwork)
            guard let interface = values.name(pair.value, "network interface", NamePattern.interface) else {
                settings.interfacesAreUnreadable = true
                continue
            }
            settings.physicalInterfaces.append(
                Marked(PhysicalInterface(physicalNetwork: pair.key, interface: interface), at: pair.keyMark))
        }
    }

    func zone(_ node: YAMLNode) -> String? { values.name(node, "availability zone", NamePattern.zone) }
}
