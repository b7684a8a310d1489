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
        ] + interfaces.flatMap(links)
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
        var own: [String] = []
        if let gateway = interface.gateway { own.append("gateway \(gateway)") }
        if !interface.dnsServers.isEmpty {
            own.append("dns-nameservers " + interface.dnsServers.map(\.description).joined(separator: " "))
        }
        own += device(interface)
        let routes = interface.routes.map { route in
            "post-up ip \(route.isIPv6 ? "-6 " : "")route add \(route.destination) via \(route.router) dev \(interface.name)"
        }
        let ipv6 = ipv6Addresses(of: interface).map {
            stanza("static", ["address \($0.address)", "netmask \($0.prefixLength)"], family: "inet6")
        }
        var all = addresses(of: interface).map { ["address \($0.address)", "netmask \($0.on.netmask)"] }
        let method = interface.dhcp4 ? "dhcp" : all.isEmpty ? "manual" : "static"
        let first = interface.dhcp4 || all.isEmpty ? [] : all.removeFirst()
        var stanzas = [stanza(method, first + own)] + all.map { stanza("static", $0) } + ipv6
        // When the last of its stanzas is up, every router can be reached.
        if !routes.isEmpty, let last = stanzas.popLast() { stanzas.append(adding(routes, to: last)) }
        return .list(stanzas)
    }

    private func stanza(_ method: String, _ lines: [String], family: String = "inet") -> TemplateValue {
        .map([
            "family": .text(family), "method": .text(method), "lines": .list(lines.map { .text($0) }),
        ])
    }

    private func adding(_ lines: [String], to stanza: TemplateValue) -> TemplateValue {
        guard case .map(var values) = stanza, case .list(let before)? = values["lines"] else { return stanza }
        values["lines"] = .list(before + lines.map { .text($0) })
        return .map(values)
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
        case .bridge(let ports, let stp, let delay):
            // Without spanning tree nothing has to be learnt before frames may pass.
            lines += ["bridge_ports \(ports.isEmpty ? "none" : ports.joined(separator: " "))"]
            lines.append(stp ? "bridge_stp on" : "bridge_stp off")
            if let delay = delay ?? (stp ? nil : 0) { lines.append("bridge_fd \(delay)") }
        }
        if let mtu = mtu(of: interface) { lines.append("post-up ip link set dev \(interface.name) mtu \(mtu)") }
        return lines
    }

    /// Members join by their own `bond-master`, which both Debian and Ubuntu know.
    private func bonding(_ bond: Bond) -> [String] {
        ["bond-slaves none", "bond-mode \(bond.mode.rawValue)"]
            + [
                bond.miimon.map { "bond-miimon \($0)" }, bond.updelay.map { "bond-updelay \($0)" },
                bond.downdelay.map { "bond-downdelay \($0)" },
                bond.arpInterval.map { "bond-arp-interval \($0)" },
                bond.arpIPTargets.isEmpty
                    ? nil : "bond-arp-ip-target " + bond.arpIPTargets.map(\.description).joined(separator: " "),
                bond.minLinks.map { "bond-min-links \($0)" }, bond.adSelect.map { "bond-ad-select \($0.rawValue)" },
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
