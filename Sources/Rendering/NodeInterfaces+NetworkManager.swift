import Topology

/// NetworkManager: a keyfile for each connection (nm-settings-keyfile(5)).
///
/// They carry no UUID: NetworkManager makes one of the file's name, the same each time.
extension NodeInterfaces {
    func networkmanager() -> [Recipe] {
        interfaces.flatMap { interface in
            // NetworkManager ignores files that others than root may read.
            links(of: interface) + [
                recipe(
                    "/etc/NetworkManager/system-connections/polyvisor-\(interface.name).nmconnection",
                    "connection.nmconnection", values(interface), mode: 0o600)
            ]
        }
    }

    private func values(_ interface: NodeInterface) -> [String: TemplateValue] {
        let master = master(of: interface)
        let hasAddresses = !interface.addresses.isEmpty
        func routes(_ isIPv6: Bool) -> TemplateValue {
            .list(
                interface.routes.filter { $0.isIPv6 == isIPv6 }.enumerated().map { index, route in
                    .map([
                        "number": .text(String(index + 1)), "destination": .text(route.networkdDestination),
                        "router": .text(route.router),
                    ])
                })
        }
        var values: [String: TemplateValue] = [
            "name": .text(interface.name), "type": .text(interface.kindWord),
            "master": TemplateValue(master?.name), "slave_type": TemplateValue(master?.kindWord),
            "mtu": TemplateValue(mtu(of: interface).map(String.init)), "bond": false, "vlan": false, "bridge": false,
            "method": .text(interface.dhcp4 ? "auto" : hasAddresses ? "manual" : "disabled"),
            "ipv6_method": .text(
                !interface.ipv6Addresses.isEmpty ? "manual" : interface.isAddressed ? "link-local" : "disabled"),
            "addresses": .list(cidrs(of: interface)), "ipv6_addresses": .list(ipv6CIDRs(of: interface)),
            "routes": routes(false), "ipv6_routes": routes(true),
            "gateway": TemplateValue(interface.gateway?.description),
            "dns": TemplateValue(
                interface.dnsServers.isEmpty ? nil : interface.dnsServers.map { "\($0);" }.joined()),
        ]
        switch interface.kind {
        case .physical: break
        case .bond(let bond): values["bond"] = .map(bond.values)
        case .vlan(let id, let link): values["vlan"] = .map(["id": .text(String(id)), "link": .text(link)])
        case .bridge(_, let stp, let delay):
            values["bridge"] = .map([
                "stp": .text(stp ? "true" : "false"), "forward_delay": TemplateValue(delay.map(String.init)),
            ])
        }
        return values
    }
}
