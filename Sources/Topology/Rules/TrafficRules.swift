/// Traffic with a network of its own needs an address there, on every node that has such traffic.
extension Rules {
    static let traffic: [Rule] = [trafficHasAnAddress, trafficAddressesAreUnique, overlaysHaveANetworkOfTheirOwn]

    @Sendable static func trafficHasAnAddress(_ draft: Draft) -> [Problem] {
        draft.nodeList.flatMap { node in
            draft.trafficOf(node).compactMap { kind, word -> Problem? in
                guard case .interface(let name) = word.value, !node.settings.interfaces.isUnreadable else { return nil }
                let interfaces = node.settings.interfaces.list
                guard let interface = interfaces.first(where: { $0.name.value == name }) else {
                    let known = interfaces.map(\.name.value)
                    return .error(
                        word.mark,
                        "node \(quoted(node.name.value)) has no interface \(quoted(name)) for its \(kind) traffic",
                        hint: known.isEmpty
                            ? "describe it in interfaces, or give the node's address: traffic: { \(kind): ADDRESS }"
                            : suggestion(for: name, among: known, called: "its interfaces"))
                }
                guard !interface.addresses.isUnreadable, interface.allAddresses(of: node).isEmpty else { return nil }
                return .error(
                    interface.name.mark,
                    "interface \(quoted(name)) of node \(quoted(node.name.value)) has no address for the \(kind) traffic"
                        + " of \(word.mark)",
                    hint: "nodes: { \(printable(node.name.value)): { interfaces: { \(printable(name)):"
                        + " { addresses: [ADDRESS/PREFIX] } } } }")
            }
        }
    }

    /// An address that is written out belongs to one node, and is on one of its interfaces where those are described.
    @Sendable static func trafficAddressesAreUnique(_ draft: Draft) -> [Problem] {
        var owners: [IPv4Address: (what: String, node: String?)] = [:]
        for owner in draft.owners {
            owners[owner.address.value] = (owner.what, owner.isNode ? owner.what : nil)
        }
        return draft.nodeList.flatMap { node in
            let name = "node \(quoted(node.name.value))"
            return draft.trafficOf(node).compactMap { _, word -> Problem? in
                guard case .address(let address) = word.value else { return nil }
                if let owner = owners[address], owner.node != name {
                    return .error(
                        word.mark, "\(address) is the address of \(owner.what), and \(name) would use it, too",
                        hint: "give each node its own: nodes: { NAME: { traffic: { … } } }")
                }
                owners[address] = (name, name)
                let interfaces = node.settings.interfaces
                guard !interfaces.list.isEmpty, !interfaces.isUnreadable,
                    !interfaces.list.contains(where: { $0.addresses.isUnreadable }),
                    !interfaces.list.contains(where: { $0.allAddresses(of: node).contains { $0.value == address } })
                else { return nil }
                return .error(
                    word.mark, "no interface of \(name) has the address \(address)",
                    hint: "name the interface instead of its address")
            }
        }
    }

    /// Tunnels between a network of their own and the management network work only where something routes.
    @Sendable static func overlaysHaveANetworkOfTheirOwn(_ draft: Draft) -> [Problem] {
        guard draft.networkList.contains(where: { $0.type.value == .vxlan }) else { return [] }
        let ends = draft.nodeList.filter(\.hasLayer2Agent)
        guard let own = ends.first(where: { !$0.settings.traffic.overlay.isAbsent }) else { return [] }
        return ends.filter { $0.settings.traffic.overlay.isAbsent }.map { node in
            .warning(
                node.name.mark,
                "overlays of node \(quoted(node.name.value)) use the management network, and those of node"
                    + " \(quoted(own.name.value)) a network of their own",
                hint: "give all nodes traffic: { overlay: … }, unless a router joins the two networks")
        }
    }
}

extension Draft {
    /// The kinds of traffic that a node has and that go their own way, by the topology's words.
    func trafficOf(_ node: NodeDraft) -> [(kind: String, word: Marked<TrafficWord>)] {
        let traffic = node.settings.traffic
        let storage = node.has(.storage) || node.has(.compute) ? traffic.storage.marked : nil
        let overlay = node.hasLayer2Agent ? traffic.overlay.marked : nil
        return [("overlay", overlay), ("storage", storage)].compactMap { kind, word in word.map { (kind, $0) } }
    }
}

extension InterfaceLinks {
    /// The interface whose addresses the tunnels of overlays use.
    var overlayCarrier: InterfaceDraft? {
        guard let word = node.settings.traffic.overlay.value else { return management }
        switch word {
        case .interface(let name): return self[name]
        case .address(let address):
            return interfaces.first { $0.allAddresses(of: node).contains { $0.value == address } }
        }
    }
}
