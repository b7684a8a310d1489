extension DraftReader {
    /// `interfaces` and `network_config` of a node, a group or `defaults`.
    func interfaces(_ given: Given<YAMLNode>, config: Given<NetworkConfig>) -> InterfacesDraft {
        var draft = InterfacesDraft(isUnreadable: !given.isAbsent, config: config)
        guard let node = given.value, let pairs = log.members(node, "interfaces") else { return draft }
        draft.isUnreadable = false
        for pair in pairs {
            checkName(pair, "network interface", NamePattern.interface)
            guard let interface = interface(Marked(pair.key, at: pair.keyMark), pair.value) else {
                draft.isUnreadable = true
                continue
            }
            draft.list.append(interface)
        }
        return draft
    }

    private func interface(_ name: Marked<String>, _ node: YAMLNode) -> InterfaceDraft? {
        guard let fields = Fields<InterfaceKey>(node, "interface \(quoted(name.value))", at: name.mark, log) else {
            return nil
        }
        var draft = InterfaceDraft(name: name)
        draft.addresses = fields.read(.addresses) { whole($0, of: "address", addressWord) }
        draft.gateway = fields.read(.gateway) { values.address($0) }
        draft.dnsServers = fields.read(.dnsServers) { values.list($0, of: "address", values.address) }
        // IPv4 needs 68 (RFC 791), and everything else that an OpenStack node speaks needs 576 and more.
        draft.mtu = fields.read(.mtu) { values.integer($0, in: 576...65535) }
        draft.bond = fields.read(.bond) { bond($0, at: fields.mark(of: .bond)) }
        draft.vlan = fields.read(.vlan) { vlan($0, at: fields.mark(of: .vlan)) }
        draft.bridge = fields.read(.bridge) { bridge($0, at: fields.mark(of: .bridge)) }
        draft.trunk = fields.read(.trunk) { whole($0, of: "VLAN", vlanRange) }
        draft.macAddress = match(fields.read(.match) { $0 }, at: fields.mark(of: .match))
        draft.dhcp4 = fields.read(.dhcp4) { values.boolean($0) }
        draft.routes = fields.read(.routes) { whole($0, of: "route", route) }
        return draft
    }

    /// A list of which every element could be read: that another is missing would be a guess.
    func whole<Element>(
        _ node: YAMLNode, of what: String, _ read: (YAMLNode) -> Element?
    ) -> [Marked<Element>]? {
        guard let given = values.list(node, of: what, read) else { return nil }
        if case .sequence(let items) = node.content, items.count != given.count { return nil }
        return given
    }

    /// `192.0.2.10/24`, or `management` for the node's own address.
    private func addressWord(_ node: YAMLNode) -> AddressWord? {
        let expected = "an address with its prefix such as 192.0.2.10/24, or management for the node's own"
        guard let text = values.text(node, expected) else { return nil }
        if text == "management" { return .management }
        if let ipv6 = ipv6Address(text) { return .ipv6(ipv6) }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(parts[0]), let length = Int(parts[1]),
            String(length) == parts[1], (8...32).contains(length)
        else {
            let bare =
                IPv4Address(text) != nil
                ? "write the prefix of its network, too: \(text)/24"
                : IPv6Address(text) != nil ? "write the prefix of its network, too: \(text)/64" : nil
            log.error(node.start, "expected \(expected), found \(quoted(text))", hint: bare)
            return nil
        }
        return .given(InterfaceAddress(address: address, prefixLength: length))
    }

    private func interfaceName(_ node: YAMLNode) -> String? {
        values.name(node, "network interface", NamePattern.interface)
    }

    private func bond(_ node: YAMLNode, at mark: Mark) -> BondDraft? {
        guard let fields = Fields<BondKey>(node, "bond", at: mark, log) else { return nil }
        fields.require(.mode, .members)
        return BondDraft(
            mode: fields.read(.mode) { values.choice($0, "mode of a bond") },
            members: fields.read(.members) { whole($0, of: "interface", interfaceName) },
            miimon: fields.read(.miimon) { values.integer($0, in: 1...60_000) },
            lacpRate: fields.read(.lacpRate) { values.choice($0, "lacp_rate") },
            transmitHashPolicy: fields.read(.transmitHashPolicy) { values.choice($0, "transmit_hash_policy") },
            primary: fields.read(.primary, interfaceName),
            minLinks: fields.read(.minLinks) { values.integer($0, in: 0...255) },
            updelay: fields.read(.updelay) { values.integer($0, in: 0...600_000) },
            downdelay: fields.read(.downdelay) { values.integer($0, in: 0...600_000) },
            adSelect: fields.read(.adSelect) { values.choice($0, "ad_select") },
            arpInterval: fields.read(.arpInterval) { values.integer($0, in: 1...600_000) },
            arpIPTargets: fields.read(.arpIPTargets) { whole($0, of: "address", values.address) })
    }

    private func vlan(_ node: YAMLNode, at mark: Mark) -> VLANDraft? {
        guard let fields = Fields<VLANKey>(node, "vlan", at: mark, log) else { return nil }
        fields.require(.id, .link)
        return VLANDraft(
            id: fields.read(.id) { values.integer($0, in: 1...4094) }, link: fields.read(.link, interfaceName))
    }

    private func bridge(_ node: YAMLNode, at mark: Mark) -> BridgeDraft? {
        guard let fields = Fields<BridgeKey>(node, "bridge", at: mark, log) else { return nil }
        fields.require(.ports)
        _ = fields.read(.type) {
            values.choice($0, of: BridgeType.self, "type of bridge", others: BridgeType.others)
        }
        return BridgeDraft(
            ports: fields.read(.ports) { whole($0, of: "interface", interfaceName) },
            stp: fields.read(.stp) { values.boolean($0) },
            forwardDelay: fields.read(.forwardDelay) { values.integer($0, in: 0...30) })
    }

    /// `120` or `200-220`.
    private func vlanRange(_ node: YAMLNode) -> ClosedRange<Int>? {
        let expected = "a VLAN from 1 to 4094, or a range such as 200-220"
        guard let text = values.text(node, expected) else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in Int(part).flatMap { String($0) == part ? $0 : nil } }
        guard numbers.count == parts.count, (1...2).contains(parts.count), let first = numbers.first,
            let last = numbers.last, first <= last, (1...4094).contains(first), last <= 4094
        else {
            log.error(node.start, "expected \(expected), found \(quoted(text))")
            return nil
        }
        return first...last
    }
}
