import Topology

/// netplan, version 2 of its YAML (netplan(5)).
extension NodeInterfaces {
    func netplan() -> [Recipe] {
        let kinds = [("ethernets", "ethernet"), ("bonds", "bond"), ("vlans", "vlan"), ("bridges", "bridge")]
        let sections = kinds.compactMap { section, word -> TemplateValue? in
            let members = interfaces.filter { $0.kindWord == word }
            guard !members.isEmpty else { return nil }
            return .map([
                "kind": .text(section),
                "interfaces": .list(
                    members.map {
                        .map(["name": .text(Quoting.yaml($0.name)), "lines": .list(lines($0).map { .text($0) })])
                    }),
            ])
        }
        // netplan complains of files that others may read.
        return [recipe("/etc/netplan/60-polyvisor.yaml", "netplan.yaml", ["kinds": .list(sections)], mode: 0o600)]
    }

    private func lines(_ interface: NodeInterface) -> [String] {
        var lines = device(interface)
        if let mac = macAddress(of: interface) {
            lines += ["match: { macaddress: \"\(mac)\" }", "set-name: \(Quoting.yaml(interface.name))"]
        }
        lines.append("dhcp4: \(interface.dhcp4)")
        if !interface.isAddressed { lines.append("link-local: []") }
        if !isAwaited(interface) { lines.append("optional: true") }
        if let mtu = mtu(of: interface) { lines.append("mtu: \(mtu)") }
        let cidrs =
            addresses(of: interface).map { "\"\($0.address)/\($0.on.prefixLength)\"" }
            + ipv6Addresses(of: interface).map { "\"\($0.address)/\($0.prefixLength)\"" }
        if !cidrs.isEmpty { lines.append("addresses: [\(cidrs.joined(separator: ", "))]") }
        let routes =
            (interface.gateway.map { ["{ to: \"default\", via: \"\($0)\" }"] } ?? [])
            + interface.routes.map { "{ to: \(Quoting.yaml($0.destination)), via: \(Quoting.yaml($0.router)) }" }
        if !routes.isEmpty { lines.append("routes: [\(routes.joined(separator: ", "))]") }
        if !interface.dnsServers.isEmpty {
            lines.append("nameservers: { addresses: \(list(interface.dnsServers.map(\.description))) }")
        }
        return lines
    }

    private func device(_ interface: NodeInterface) -> [String] {
        switch interface.kind {
        case .physical: []
        case .bond(let bond): ["interfaces: \(list(bond.members))", "parameters: { \(parameters(bond)) }"]
        case .vlan(let id, let link): ["id: \(id)", "link: \(Quoting.yaml(link))"]
        case .bridge(let ports, let stp, let given):
            [
                "interfaces: \(list(ports))",
                "parameters: { stp: \(stp)\((given ?? (stp ? nil : 0)).map { ", forward-delay: \($0)" } ?? "") }",
            ]
        }
    }

    private func parameters(_ bond: Bond) -> String {
        let all = [
            "mode: \"\(bond.mode.rawValue)\"", bond.miimon.map { "mii-monitor-interval: \($0)" },
            bond.updelay.map { "up-delay: \($0)" }, bond.downdelay.map { "down-delay: \($0)" },
            bond.arpInterval.map { "arp-interval: \($0)" },
            bond.arpIPTargets.isEmpty ? nil : "arp-ip-targets: \(list(bond.arpIPTargets.map(\.description)))",
            bond.minLinks.map { "min-links: \($0)" }, bond.adSelect.map { "ad-select: \($0.rawValue)" },
            bond.lacpRate.map { "lacp-rate: \($0.rawValue)" },
            bond.transmitHashPolicy.map { "transmit-hash-policy: \"\($0.rawValue)\"" },
            bond.primary.map { "primary: \(Quoting.yaml($0))" },
        ]
        return all.compactMap { $0 }.joined(separator: ", ")
    }

    private func list(_ texts: [String]) -> String { "[\(texts.map(Quoting.yaml).joined(separator: ", "))]" }
}
