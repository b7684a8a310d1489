import Topology

/// systemd-networkd: a `.netdev` for each device that is made and a `.network` for each interface
/// (systemd.netdev(5), systemd.network(5)).
extension NodeInterfaces {
    func networkd() -> [Recipe] {
        interfaces.flatMap { interface -> [Recipe] in
            let network = recipe(path(interface, "network"), "networkd.network", network(interface))
            guard interface.kind != .physical else { return links(of: interface) + [network] }
            return [recipe(path(interface, "netdev"), "networkd.netdev", device(interface)), network]
        }
    }

    /// What has udev call a card by the topology's name (systemd.link(5)); whatever sets up the interface finds it then.
    func links(of interface: NodeInterface) -> [Recipe] {
        guard let mac = macAddress(of: interface) else { return [] }
        return [recipe(path(interface, "link"), "networkd.link", ["name": .text(interface.name), "mac": .text(mac)])]
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
            "has_addresses": .flag(interface.isAddressed), "dhcp": .text(interface.dhcp4 ? "ipv4" : "no"),
            "bond": TemplateValue(master?.kindWord == "bond" ? master?.name : nil),
            "bridge": TemplateValue(master?.kindWord == "bridge" ? master?.name : nil),
            "is_primary": .flag(master?.primary == interface.name),
            "vlans": .list(vlans(on: interface).map { .text($0.name) }),
            "addresses": .list(cidrs(of: interface)), "ipv6_addresses": .list(ipv6CIDRs(of: interface)),
            "routes": .list(
                interface.routes.map { route in
                    .map(["destination": .text(route.networkdDestination), "router": .text(route.router)])
                }),
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

    func ipv6CIDRs(of interface: NodeInterface) -> [TemplateValue] {
        ipv6Addresses(of: interface).enumerated().map { index, address in
            .map(["number": .text(String(index + 1)), "cidr": .text("\(address.address)/\(address.prefixLength)")])
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
        case .bridge(_, let stp, let delay):
            values["bridge"] = .map([
                "stp": .text(stp ? "yes" : "no"), "forward_delay": TemplateValue(delay.map(String.init)),
            ])
        }
        return values
    }
}

extension NodeInterface {
    /// The member that a bond prefers.
    var primary: String? { if case .bond(let bond) = kind { bond.primary } else { nil } }
}

extension InterfaceRoute {
    /// networkd of Debian 12 has no word for the default route.
    var networkdDestination: String { destination == "default" ? (isIPv6 ? "::/0" : "0.0.0.0/0") : destination }
}

extension Bond {
    /// A bond's settings in the words that networkd and NetworkManager share with the kernel.
    var values: [String: TemplateValue] {
        [
            "mode": .text(mode.rawValue), "miimon": TemplateValue(miimon.map(String.init)),
            "min_links": TemplateValue(minLinks.map(String.init)),
            "updelay": TemplateValue(updelay.map(String.init)), "downdelay": TemplateValue(downdelay.map(String.init)),
            "ad_select": TemplateValue(adSelect?.rawValue),
            "arp_interval": TemplateValue(arpInterval.map(String.init)),
            "arp_targets": TemplateValue(
                arpIPTargets.isEmpty ? nil : arpIPTargets.map(\.description).joined(separator: " ")),
            "arp_target_list": TemplateValue(
                arpIPTargets.isEmpty ? nil : arpIPTargets.map(\.description).joined(separator: ",")),
            "lacp_rate": TemplateValue(lacpRate?.rawValue),
            "transmit_hash_policy": TemplateValue(transmitHashPolicy?.rawValue), "primary": TemplateValue(primary),
        ]
    }
}
