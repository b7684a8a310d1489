extension Rules {
    /// A MAC address belongs to one card of one machine, and only cards have one of their own.
    @Sendable static func cardsAreMatchedOnce(_ draft: Draft) -> [Problem] {
        var owners: [String: String] = [:]
        return draft.linkedNodes.flatMap { links in
            links.interfaces.compactMap { interface -> Problem? in
                guard let mac = interface.macAddress.marked else { return nil }
                let here = "interface \(quoted(interface.name.value)) of node \(links.name)"
                guard interface.isPhysical else {
                    return .error(
                        mac.mark, "\(here) is \(interface.word), and only network cards are found by their address",
                        hint: "give match to the card")
                }
                guard let first = owners.updateValue(here, forKey: mac.value) else { return nil }
                return .error(
                    mac.mark, "\(mac.value) is the address of \(first) already; \(here) cannot have it, too",
                    hint: "give match to each node's own interfaces: nodes: { NAME: { interfaces: { … } } }")
            }
        }
    }

    @Sendable static func ipv6AddressesAreUnique(_ draft: Draft) -> [Problem] {
        var owners: [IPv6Address: String] = [:]
        return draft.linkedNodes.flatMap { links in
            links.interfaces.flatMap { interface in
                interface.ipv6Addresses.compactMap { given -> Problem? in
                    let here = "interface \(quoted(interface.name.value)) of node \(links.name)"
                    guard let first = owners.updateValue(here, forKey: given.value.address) else { return nil }
                    return .error(
                        given.mark, "\(given.value.address) is the address of \(first) already; \(here) has it, too",
                        hint: "give each node its own: nodes: { NAME: { interfaces: { … } } }")
                }
            }
        }
    }

    @Sendable static func routersAreOnTheLink(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap { links in
            links.interfaces.flatMap { interface -> [Problem] in
                guard !interface.hasUnknownAddresses, links.master(of: interface.name.value) == nil else { return [] }
                let management = interface.hasManagement ? draft.management.value?.cidr.value : nil
                return (interface.routes.value ?? []).compactMap { route in
                    let name: String
                    switch route.value.router {
                    case .ipv4(let router):
                        let networks =
                            interface.givenAddresses.compactMap(\.value.network) + [management].compactMap(\.self)
                        if networks.contains(where: { $0.contains(router) }) { return nil }
                        name = router.description
                    case .ipv6(let router):
                        // Every link has fe80::/10, and nobody writes it down.
                        let isLocal = router.octets[0] == 0xFE && router.octets[1] & 0xC0 == 0x80
                        let networks = interface.ipv6Addresses.map(\.value)
                        if isLocal || networks.contains(where: { router.shares($0.prefixLength, with: $0.address) }) {
                            return nil
                        }
                        name = router.description
                    }
                    return .error(
                        route.mark,
                        "router \(name) is on no network of interface \(quoted(interface.name.value))",
                        hint: "give the interface an address of the router's network")
                }
            }
        }
    }

    /// `miimon` and `arp_interval` exclude each other, and ARP needs somebody to ask (bonding.rst of the kernel).
    @Sendable static func bondsWatchTheirLinksInOneWay(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap(\.interfaces).compactMap(\.bond.value).flatMap { bond -> [Problem] in
            var problems: [Problem] = []
            if let arp = bond.arpInterval.mark, let miimon = bond.miimon.mark {
                problems.append(
                    .error(
                        max(arp, miimon), "a bond watches its links by miimon or by arp_interval", hint: "delete one"))
            }
            if let arp = bond.arpInterval.mark, bond.arpIPTargets.isAbsent {
                problems.append(.error(arp, "arp_interval needs arp_ip_targets", hint: "addresses that always answer"))
            }
            if let targets = bond.arpIPTargets.marked {
                if bond.arpInterval.isAbsent {
                    problems.append(.error(targets.mark, "arp_ip_targets needs arp_interval"))
                } else if !(1...16).contains(targets.value.count) {
                    problems.append(.error(targets.mark, "a bond asks 1 to 16 addresses"))
                }
            }
            if let delay = [bond.updelay.mark, bond.downdelay.mark].compactMap({ $0 }).first,
                bond.arpInterval.mark != nil
            {
                problems.append(
                    .error(delay, "updelay and downdelay need miimon, and this bond has arp_interval"))
            }
            return problems
        }
    }
}
