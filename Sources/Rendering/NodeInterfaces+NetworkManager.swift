import Topology

/// NetworkManager: a keyfile for each connection (nm-settings-keyfile(5)).
///
/// They carry no UUID: NetworkManager makes one of the file's name, the same each time.
extension NodeInterfaces {
    func networkmanager() -> [Recipe] {
        interfaces.map { interface in
            // NetworkManager ignores files that others than root may read.
            recipe(
                "/etc/NetworkManager/system-connections/polyvisor-\(interface.name).nmconnection",
                "connection.nmconnection", values(interface), mode: 0o600)
        }
    }

    private func values(_ interface: NodeInterface) -> [String: TemplateValue] {
        let master = master(of: interface)
        let hasAddresses = !interface.addresses.isEmpty
        var values: [String: TemplateValue] = [
            "name": .text(interface.name), "type": .text(interface.kindWord),
            "master": TemplateValue(master?.name), "slave_type": TemplateValue(master?.kindWord),
            "mtu": TemplateValue(mtu(of: interface).map(String.init)), "bond": false, "vlan": false, "bridge": false,
            "method": .text(hasAddresses ? "manual" : "disabled"),
            "ipv6_method": .text(hasAddresses ? "link-local" : "disabled"),
            "addresses": .list(cidrs(of: interface)),
            "gateway": TemplateValue(interface.gateway?.description),
            "dns": TemplateValue(
                interface.dnsServers.isEmpty ? nil : interface.dnsServers.map { "\($0);" }.joined()),
        ]
        switch interface.kind {
        case .physical: break
        case .bond(let bond): values["bond"] = .map(bond.values)
        case .vlan(let id, let link): values["vlan"] = .map(["id": .text(String(id)), "link": .text(link)])
        case .bridge(_, let stp): values["bridge"] = .map(["stp": .text(stp ? "true" : "false")])
        }
        return values
    }
}
