extension DraftReader {
    // MARK: Networks

    func readNetworks(_ fields: Fields<LabKey>, into draft: inout Draft) {
        guard case .value(let given) = fields.read(.networks, { $0 }), let pairs = log.members(given.value, "networks")
        else {
            draft.networks = fields.has(.networks) ? .unreadable : .absent
            draft.management = .unreadable
            return
        }
        let others = pairs.filter { $0.key != "management" }
        draft.networks = .value(Marked(others.map(network), at: given.mark))
        guard let management = pairs.first(where: { $0.key == "management" }) else {
            log.error(
                fields.mark(of: .networks), "networks has no \"management\"",
                hint: "it is the network of the nodes' addresses: management: { cidr: 10.77.0.0/24 }")
            return
        }
        var made = ManagementDraft(key: management.keyMark)
        made.cidr = .unreadable
        if let fields = Fields<ManagementKey>(management.value, "network \"management\"", at: management.keyMark, log) {
            fields.require(.cidr)
            made.cidr = fields.read(.cidr) { values.network($0) }
        }
        draft.management = .value(Marked(made, at: management.keyMark))
    }

    private func network(_ pair: YAMLNode.Pair) -> NetworkDraft {
        checkName(pair, "network", NamePattern.resource)
        var draft = NetworkDraft(name: Marked(pair.key, at: pair.keyMark))
        guard let fields = Fields<NetworkKey>(pair.value, "network \(quoted(pair.key))", at: pair.keyMark, log) else {
            draft.type = .unreadable
            draft.portGroup = .unreadable
            return draft
        }
        fields.require(.type, .cidr)
        draft.type = fields.read(.type) { values.choice($0, "type of network", others: NetworkWord.otherTypes) }
        draft.physicalNetwork = fields.read(.physicalNetwork) {
            values.name($0, "physical network", NamePattern.physicalNetwork)
        }
        draft.vlan = fields.read(.vlan) { values.integer($0, in: 1...4094) }
        draft.cidr = fields.read(.cidr) { values.network($0) }
        draft.gateway = fields.read(.gateway) { values.address($0) }
        draft.dnsServers = fields.read(.dnsServers) { values.list($0, of: "address", values.address) }.value ?? []
        draft.portGroup = fields.read(.portGroup) { values.text($0, "the name of a port group") }
        readPool(fields, into: &draft)
        return draft
    }

    private func readPool(_ fields: Fields<NetworkKey>, into draft: inout NetworkDraft) {
        guard let node = fields.read(.allocationPool, { $0 }).value,
            let pool = Fields<PoolKey>(node, "allocation_pool", at: fields.mark(of: .allocationPool), log)
        else { return }
        pool.require(.first, .last)
        draft.poolFirst = pool.read(.first) { values.address($0) }
        draft.poolLast = pool.read(.last) { values.address($0) }
    }

    // MARK: Flavors and images

    func flavor(_ name: Marked<String>, _ node: YAMLNode) -> FlavorDraft {
        var draft = FlavorDraft(name: name)
        guard let fields = Fields<FlavorKey>(node, "flavor \(quoted(name.value))", at: name.mark, log) else {
            return draft
        }
        fields.require(.vcpus, .ramMB, .diskGB)
        draft.vcpus = fields.read(.vcpus) { values.integer($0, in: 1...1024) }
        draft.ramMB = fields.read(.ramMB) { values.integer($0, in: 1...16_777_216) }
        draft.diskGB = fields.read(.diskGB) { values.integer($0, in: 0...65_536) }
        draft.extraSpecs = fields.read(.extraSpecs) { settings(named: $0, "extra spec") }.value ?? []
        return draft
    }

    func image(_ name: Marked<String>, _ node: YAMLNode) -> ImageDraft {
        var draft = ImageDraft(name: name)
        guard let fields = Fields<ImageKey>(node, "image \(quoted(name.value))", at: name.mark, log) else {
            draft.hypervisors = .unreadable
            return draft
        }
        fields.require(.hypervisors)
        draft.source = imageSource(fields)
        draft.hypervisors = fields.read(.hypervisors) {
            values.list($0, of: "hypervisor") { values.choice($0, "hypervisor") }
        }
        draft.properties = fields.read(.properties) { properties($0) }.value ?? []
        return draft
    }

    private func imageSource(_ fields: Fields<ImageKey>) -> Given<ImageSource> {
        let file = fields.read(.file) { values.text($0, "a path").map(ImageSource.file) }
        let builtin = fields.read(.builtin) { values.choice($0, of: BuiltinImage.self, "image that Polyvisor builds") }
        switch (fields.has(.file), fields.has(.builtin)) {
        case (true, false): return file
        case (false, true): return builtin.value == nil ? .unreadable : .value(Marked(.tinyGuest, at: fields.mark))
        case (true, true):
            log.error(fields.mark(of: .builtin), "\(fields.what) has both a file and a builtin", hint: "delete one")
        case (false, false):
            log.error(fields.mark, "\(fields.what) has no disk", hint: "give `file: PATH` or `builtin: tiny-guest`")
        }
        return .unreadable
    }

    private enum BuiltinImage: String, CaseIterable {
        case tinyGuest = "tiny-guest"
    }

    private func properties(_ node: YAMLNode) -> [ImageProperty]? {
        log.members(node, "values")?.compactMap { pair in
            checkName(pair, "property", NamePattern.ini)
            return values.option(pair.value).map { ImageProperty(name: pair.key, value: $0, mark: pair.value.start) }
        }
    }

    // MARK: Verification

    func readVerify(_ fields: Fields<LabKey>, into draft: inout Draft) {
        guard let node = fields.read(.verify, { $0 }).value,
            let verify = Fields<VerifyKey>(node, "verify", at: fields.mark(of: .verify), log)
        else { return }
        var made = VerifyDraft()
        made.image = verify.read(.image) { values.text($0, "an image's name") }
        made.network = verify.read(.network) { values.text($0, "a network's name") }
        made.timeoutSeconds = verify.read(.timeoutSeconds) { values.integer($0, in: 1...86_400) }
        made.flavor = verify.read(.flavor) { node in
            guard case .mapping = node.content else { return values.text(node, "a flavor's name or a mapping") }
            // A flavor that only verification uses is written in place.
            let name = Marked("verify", at: verify.mark(of: .flavor))
            let others = draft.flavors.value ?? []
            draft.flavors = .value(Marked(others + [flavor(name, node)], at: node.start))
            return name.value
        }
        draft.verify = .value(Marked(made, at: verify.mark))
    }
}
