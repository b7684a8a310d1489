import Topology

/// ifupdown: one file that `/etc/network/interfaces` takes in (interfaces(5), and the manuals of ifenslave and
/// bridge-utils).
///
/// Only words that ifupdown has had since 2012 are used, so that the file serves the legacy releases' nodes, too:
/// netmasks instead of prefixes, and commands where later versions have options.
extension NodeInterfaces {
    func ifupdown() -> [Recipe] {
        let packages = Set(interfaces.compactMap(package)).sorted().joined(separator: " and ")
        return [
            recipe(
                "/etc/network/interfaces.d/polyvisor", "interfaces",
                [
                    "packages": TemplateValue(packages.isEmpty ? nil : packages),
                    "interfaces": .list(interfaces.map { .map(["name": .text($0.name), "stanzas": stanzas($0)]) }),
                ])
        ]
    }

    private func package(_ interface: NodeInterface) -> String? {
        switch interface.kind {
        case .physical: nil
        case .bond: "ifenslave"
        case .vlan: hasUsualName(interface) ? "vlan" : nil
        case .bridge: "bridge-utils"
        }
    }

    /// `bond0.40`: the form of a VLAN's name from which ifupdown knows link and tag.
    private func hasUsualName(_ interface: NodeInterface) -> Bool {
        if case .vlan(let id, let link) = interface.kind { interface.name == "\(link).\(id)" } else { false }
    }

    /// One for each address; what is no address stands in the first.
    private func stanzas(_ interface: NodeInterface) -> TemplateValue {
        let addresses = addresses(of: interface).map { ["address \($0.address)", "netmask \($0.on.netmask)"] }
        guard let first = addresses.first else {
            return .list([stanza("manual", device(interface))])
        }
        var lines = first
        if let gateway = interface.gateway { lines.append("gateway \(gateway)") }
        if !interface.dnsServers.isEmpty {
            lines.append("dns-nameservers " + interface.dnsServers.map(\.description).joined(separator: " "))
        }
        return .list(
            [stanza("static", lines + device(interface))]
                + addresses.dropFirst().map { stanza("static", $0) })
    }

    private func stanza(_ method: String, _ lines: [String]) -> TemplateValue {
        .map(["method": .text(method), "lines": .list(lines.map { .text($0) })])
    }

    private func device(_ interface: NodeInterface) -> [String] {
        var lines: [String] = []
        switch interface.kind {
        case .physical:
            if let master = master(of: interface), case .bond(let bond) = master.kind {
                lines.append("bond-master \(master.name)")
                if bond.primary == interface.name { lines.append("bond-primary \(interface.name)") }
            }
        case .bond(let bond): lines += bonding(bond)
        case .vlan(let id, let link):
            lines += vlan(interface, id: id, link: link)
        case .bridge(let ports, let stp):
            // Without spanning tree nothing has to be learnt before frames may pass.
            lines += ["bridge_ports \(ports.isEmpty ? "none" : ports.joined(separator: " "))"]
            lines += stp ? ["bridge_stp on"] : ["bridge_stp off", "bridge_fd 0"]
        }
        if let mtu = mtu(of: interface) { lines.append("post-up ip link set dev \(interface.name) mtu \(mtu)") }
        return lines
    }

    /// Members join by their own `bond-master`, which both Debian and Ubuntu know.
    private func bonding(_ bond: Bond) -> [String] {
        ["bond-slaves none", "bond-mode \(bond.mode.rawValue)", "bond-miimon \(bond.miimon)"]
            + [
                bond.lacpRate.map { "bond-lacp-rate \($0 == .fast ? 1 : 0)" },
                bond.transmitHashPolicy.map { "bond-xmit-hash-policy \($0.rawValue)" },
                bond.primary.map { "bond-primary \($0)" },
            ].compactMap { $0 }
    }

    private func vlan(_ interface: NodeInterface, id: Int, link: String) -> [String] {
        if hasUsualName(interface) { return ["vlan-raw-device \(link)"] }
        return [
            "pre-up ip link add link \(link) name \(interface.name) type vlan id \(id)",
            "post-down ip link delete \(interface.name)",
        ]
    }
}
