extension NodeInterface {
    /// The interfaces of a node in whose draft no rule found an error.
    static func list(_ draft: NodeDraft, prefixLength: Int) -> [NodeInterface] {
        draft.settings.interfaces.list.compactMap { interface in
            guard let address = draft.address.value, let kind = InterfaceKind(interface) else { return nil }
            return NodeInterface(
                name: interface.name.value, kind: kind,
                addresses: (interface.addresses.value ?? []).map { word in
                    switch word.value {
                    case .management: InterfaceAddress(address: address, prefixLength: prefixLength)
                    case .given(let given): given
                    }
                },
                gateway: interface.gateway.value, dnsServers: (interface.dnsServers.value ?? []).map(\.value),
                mtu: interface.mtu.value, mark: interface.name.mark)
        }
    }
}

extension InterfaceKind {
    /// nil for an interface of which something could not be read.
    fileprivate init?(_ draft: InterfaceDraft) {
        if let bond = draft.bond.value {
            guard let mode = bond.mode.value, let members = bond.members.value else { return nil }
            self = .bond(
                Bond(
                    mode: mode, members: members.map(\.value), miimon: bond.miimon.value ?? 100,
                    lacpRate: bond.lacpRate.value, transmitHashPolicy: bond.transmitHashPolicy.value,
                    primary: bond.primary.value))
        } else if let vlan = draft.vlan.value {
            guard let id = vlan.id.value, let link = vlan.link.value else { return nil }
            self = .vlan(id: id, link: link)
        } else if let bridge = draft.bridge.value {
            guard let ports = bridge.ports.value else { return nil }
            self = .bridge(ports: ports.map(\.value), stp: bridge.stp.value ?? false)
        } else {
            self = .physical
        }
    }
}
