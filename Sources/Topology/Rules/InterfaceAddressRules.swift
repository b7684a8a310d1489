extension Rules {
    @Sendable static func interfaceAddressesAreHosts(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap(\.interfaces).flatMap(\.givenAddresses).compactMap { given in
            let address = given.value
            guard address.prefixLength < 31, let network = address.network else { return nil }
            if address.address == network.base {
                return .error(given.mark, "\(address) is the network's own address, not a host's")
            }
            return address.address == network.broadcast
                ? .error(given.mark, "\(address) is the network's broadcast address") : nil
        }
    }

    /// An address belongs to one interface of one machine; a node's own may stand at its interface once more.
    @Sendable static func interfaceAddressesAreUnique(_ draft: Draft) -> [Problem] {
        let nodes = draft.linkedNodes
        guard !nodes.isEmpty else { return [] }
        var owners: [IPv4Address: (what: String, node: String?, mark: Mark)] = [:]
        for owner in draft.owners where owners[owner.address.value] == nil {
            owners[owner.address.value] = (owner.what, owner.isNode ? owner.what : nil, owner.address.mark)
        }
        if let shared = draft.apiAddress.marked, owners[shared.value] == nil {
            owners[shared.value] = ("api_address", nil, shared.mark)
        }
        var problems: [Problem] = []
        var used: Set<String> = []
        for links in nodes {
            let node = "node \(links.name)"
            for interface in links.interfaces {
                for given in interface.allAddresses(of: links.node) {
                    let here = "\(node), interface \(quoted(interface.name.value))"
                    let owner = owners[given.value]
                    let isOwn = owner?.node == node && used.insert("\(node) \(given.value)").inserted
                    if owner == nil || isOwn {
                        owners[given.value] = (here, nil, given.mark)
                    } else if let owner {
                        problems.append(
                            .error(
                                given.mark, "\(given.value) is the address of \(owner.what) at \(owner.mark) already"))
                    }
                }
            }
        }
        return problems
    }

    /// Files that do not have the address by which the node is reached would cut it off.
    @Sendable static func nodesKeepTheirAddress(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.filter(\.isComplete).compactMap { links in
            guard let address = links.node.address.value,
                links.management != nil || !links.interfaces.contains(where: \.hasUnknownAddresses)
            else { return nil }
            guard links.management != nil else {
                return .error(
                    links.node.name.mark,
                    "no interface of node \(links.name) has its address \(address), so the node would not be reached",
                    hint: "give it to one: addresses: [management]")
            }
            return prefixProblem(links, address, draft)
        }
    }

    private static func prefixProblem(_ links: InterfaceLinks, _ address: IPv4Address, _ draft: Draft) -> Problem? {
        guard let cidr = draft.management.value?.cidr.value,
            let given = links.management?.givenAddresses.first(where: { $0.value.address == address }),
            given.value.prefixLength != cidr.prefixLength
        else { return nil }
        return .error(
            given.mark, "\(given.value) has not the prefix of the management network \(cidr)",
            hint: "write management, which takes the prefix from there")
    }

    @Sendable static func nodesHaveOneGateway(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap { links -> [Problem] in
            let gateways = links.interfaces.compactMap { interface in
                interface.gateway.marked.map { (name: interface.name.value, mark: $0.mark) }
            }
            return gateways.dropFirst().map { gateway in
                .error(
                    gateway.mark,
                    "node \(links.name) has a gateway on \(quoted(gateways[0].name)) at \(gateways[0].mark) already",
                    hint: "a node has one default route; keep one gateway")
            }
        }
    }

    @Sendable static func interfaceGatewaysAreOnTheLink(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap { links in
            links.interfaces.compactMap { interface in
                guard let gateway = interface.gateway.marked, !interface.hasUnknownAddresses,
                    links.master(of: interface.name.value) == nil
                else { return nil }
                var networks = interface.givenAddresses.compactMap(\.value.network)
                if interface.hasManagement, let cidr = draft.management.value?.cidr.value { networks.append(cidr) }
                guard !networks.contains(where: { $0.contains(gateway.value) }) else { return nil }
                let list = networks.map(\.description).joined(separator: ", ")
                return .error(
                    gateway.mark,
                    "gateway \(gateway.value) is on no network of interface \(quoted(interface.name.value))",
                    hint: networks.isEmpty ? "give the interface an address" : "its networks: \(list)")
            }
        }
    }
}

extension Given {
    /// There is something, and it could not be read.
    var isUnreadable: Bool { if case .unreadable = self { true } else { false } }
}

extension InterfaceDraft {
    /// Whether it has the node's own address by the word `management`.
    var hasManagement: Bool { (addresses.value ?? []).contains { $0.value == .management } }

    /// The addresses that are written out.
    var givenAddresses: [Marked<InterfaceAddress>] {
        (addresses.value ?? []).compactMap { word in
            if case .given(let given) = word.value { Marked(given, at: word.mark) } else { nil }
        }
    }

    var ipv6Addresses: [Marked<IPv6InterfaceAddress>] {
        (addresses.value ?? []).compactMap { word in
            if case .ipv6(let given) = word.value { Marked(given, at: word.mark) } else { nil }
        }
    }

    /// Whether a DHCP server gives it addresses that the topology does not know.
    var hasUnknownAddresses: Bool { addresses.isUnreadable || dhcp4.isUnreadable || dhcp4.value == true }

    /// All IPv4 addresses, `management` replaced by what it means on a node.
    func allAddresses(of node: NodeDraft) -> [Marked<IPv4Address>] {
        (addresses.value ?? []).compactMap { word in
            switch word.value {
            case .given(let given): Marked(given.address, at: word.mark)
            case .management: node.address.value.map { Marked($0, at: word.mark) }
            case .ipv6: nil
            }
        }
    }
}
