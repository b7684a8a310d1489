import Topology

/// systemd-networkd: a `.netdev` for each device that is made and a `.network` for each interface
/// (systemd.netdev(5), systemd.network(5)).
extension NodeInterfaces {
    func networkd() -> [Recipe] {
        interfaces.flatMap { interface -> [Recipe] in
            let network = recipe(path(interface, "network"), "networkd.network", network(interface))
            guard interface.kind != .physical else { return [network] }
            return [recipe(path(interface, "netdev"), "networkd.netdev", device(interface)), network]
        }
    }

    /// Before netplan's `10-netplan-…`, should both be there: networkd takes the first file that matches.
    private func path(_ interface: NodeInterface, _ suffix: String) -> String {
        "/etc/systemd/network/05-polyvisor-\(interface.name).\(suffix)"
    }

    private func network(_ interface: NodeInterface) -> [String: TemplateValue] {
        let master = master(of: interface)
        return [
            "name": .text(interface.name), "mtu": TemplateValue(mtu(of: interface).map(String.init)),
            "required": .text(isAwaited(interface) ? "yes" : "no"),
            "has_addresses": .flag(!interface.addresses.isEmpty),
            "bond": TemplateValue(master?.kindWord == "bond" ? master?.name : nil),
            "bridge": TemplateValue(master?.kindWord == "bridge" ? master?.name : nil),
            "is_primary": .flag(master?.primary == interface.name),
            "vlans": .list(vlans(on: interface).map { .text($0.name) }),
            "addresses": .list(cidrs(of: interface)),
            "gateway": TemplateValue(interface.gateway?.description),
            "dns_servers": .list(interface.dnsServers.map { .text($0.description) }),
        ]
    }

    func cidrs(of interface: NodeInterface) -> [TemplateValue] {
        addresses(of: interface).enumerated().map { index, address in
            .map([
                "number": .text(String(index + 1)), "cidr": .text("\(address.address)/\(address.on.prefixLength)"),
            ])
        }
    }

    private func device(_ interface: NodeInterface) -> [String: TemplateValue] {
        var values: [String: TemplateValue] = [
            "name": .text(interface.name), "kind": .text(interface.kindWord), "bond": false, "vlan": false,
            "bridge": false,
        ]
        switch interface.kind {
        case .physical: break
        case .bond(let bond): values["bond"] = .map(bond.values)
        case .vlan(let id, _): values["vlan"] = .map(["id": .text(String(id))])
        case .bridge(_, let stp): values["bridge"] = .map(["stp": .text(stp ? "yes" : "no")])
        }
        return values
    }
}

extension NodeInterface {
    /// The member that a bond prefers.
    var primary: String? { if case .bond(let bond) = kind { bond.primary } else { nil } }
}

extension Bond {
    /// A bond's settings in the words that networkd and NetworkManager share with the kernel.
    var values: [String: TemplateValue] {
        [
            "mode": .text(mode.rawValue), "miimon": .text(String(miimon)),
            "lacp_rate": TemplateValue(lacpRate?.rawValue),
            "transmit_hash_policy": TemplateValue(transmitHashPolicy?.rawValue), "primary": TemplateValue(primary),
        ]
    }
}
