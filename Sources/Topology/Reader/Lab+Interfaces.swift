extension NodeInterface {
    /// The interfaces of a node in whose draft no rule found an error.
    static func list(_ draft: NodeDraft, prefixLength: Int) -> [NodeInterface] {
        draft.settings.interfaces.list.compactMap { interface in
            guard let address = draft.address.value, let kind = InterfaceKind(interface) else { return nil }
            return NodeInterface(
                name: interface.name.value, kind: kind,
                addresses: (interface.addresses.value ?? []).compactMap { word in
                    switch word.value {
                    case .management: InterfaceAddress(address: address, prefixLength: prefixLength)
                    case .given(let given): given
                    case .ipv6: nil
                    }
                },
                gateway: interface.gateway.value, dnsServers: (interface.dnsServers.value ?? []).map(\.value),
                mtu: interface.mtu.value, macAddress: interface.macAddress.value,
                dhcp4: interface.dhcp4.value ?? false, ipv6Addresses: interface.ipv6Addresses.map(\.value),
                routes: (interface.routes.value ?? []).map { InterfaceRoute($0.value) }, mark: interface.name.mark)
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
                    mode: mode, members: members.map(\.value),
                    miimon: bond.miimon.value ?? (bond.arpInterval.isAbsent ? 100 : nil),
                    lacpRate: bond.lacpRate.value, transmitHashPolicy: bond.transmitHashPolicy.value,
                    primary: bond.primary.value, minLinks: bond.minLinks.value, updelay: bond.updelay.value,
                    downdelay: bond.downdelay.value, adSelect: bond.adSelect.value,
                    arpInterval: bond.arpInterval.value,
                    arpIPTargets: (bond.arpIPTargets.value ?? []).map(\.value)))
        } else if let vlan = draft.vlan.value {
            guard let id = vlan.id.value, let link = vlan.link.value else { return nil }
            self = .vlan(id: id, link: link)
        } else if let bridge = draft.bridge.value {
            guard let ports = bridge.ports.value else { return nil }
            self = .bridge(
                ports: ports.map(\.value), stp: bridge.stp.value ?? false, forwardDelay: bridge.forwardDelay.value)
        } else {
            self = .physical
        }
    }
}

extension InterfaceRoute {
    fileprivate init(_ draft: RouteDraft) {
        switch draft.router {
        case .ipv4(let address):
            self.init(destination: draft.destination, router: address.description, isIPv6: false)
        case .ipv6(let address):
            self.init(destination: draft.destination, router: address.description, isIPv6: true)
        }
    }
}
