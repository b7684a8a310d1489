extension Rules {
    /// All that has to be true of the nodes' own interfaces.
    static let interfaces: [Rule] = [
        interfacesAreOfOneKind, interfaceLinksExist, interfacesHaveOneMaster, membersHaveNoAddresses,
        membersAreOfTheRightKind, interfacesDoNotRunInCircles, bondOptionsFitTheMode, vlansOfALinkAreUnique,
        interfaceAddressesAreHosts, interfaceAddressesAreUnique, nodesKeepTheirAddress, nodesHaveOneGateway,
        interfaceGatewaysAreOnTheLink, physicalInterfacesAreThere, physicalInterfacesAreUnique,
        providerVLANsAreNeutrons, trunksCarryTheVLANs,
        bondMembersHaveTheBondsMTU, vlansFitTheirLink, bridgesFitTheirPorts, managementMTUsAreEqual,
        overlaysFitTheirUnderlay, providerNetworksFitTheirInterface,
        cardsAreMatchedOnce, ipv6AddressesAreUnique, routersAreOnTheLink, bondsWatchTheirLinksInOneWay,
    ]

    @Sendable static func interfacesAreOfOneKind(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap(\.interfaces).flatMap { interface -> [Problem] in
            let kinds = [
                ("bond", interface.bond.mark), ("vlan", interface.vlan.mark), ("bridge", interface.bridge.mark),
            ]
            let given = kinds.compactMap { kind in kind.1.map { (name: kind.0, mark: $0) } }
            return given.dropFirst().map { kind in
                .error(
                    kind.mark, "interface \(quoted(interface.name.value)) is a \(given[0].name) and a \(kind.name)",
                    hint: "give each an interface of its own, e.g. a vlan whose link is the bond")
            }
        }
    }

    @Sendable static func interfaceLinksExist(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.filter(\.isComplete).flatMap { links in
            links.interfaces.flatMap { interface in
                (interface.links + [interface.bond.value?.primary.marked].compactMap { $0 }).compactMap { link in
                    guard links[link.value] == nil else { return nil }
                    return .error(
                        link.mark, "node \(links.name) has no interface \(quoted(link.value))",
                        hint: suggestion(
                            for: link.value, among: links.interfaces.map(\.name.value), called: "its interfaces")
                            + "; a card with no settings of its own: \(printable(link.value)): {}")
                }
            }
        }
    }

    @Sendable static func interfacesHaveOneMaster(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap { links -> [Problem] in
            var masters: [String: String] = [:]
            return links.interfaces.flatMap { interface in
                interface.members.compactMap { member -> Problem? in
                    let master = interface.name.value
                    guard let first = masters.updateValue(master, forKey: member.value) else { return nil }
                    let what = first == master ? "stands here twice" : "belongs to \(quoted(first)) already"
                    return .error(member.mark, "interface \(quoted(member.value)) \(what)")
                }
            }
        }
    }

    /// An address on a member of a bond or bridge is never reached: its frames go to the master.
    @Sendable static func membersHaveNoAddresses(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap { links in
            links.interfaces.compactMap { interface in
                guard let master = links.master(of: interface.name.value),
                    let mark = [
                        interface.addresses.mark, interface.gateway.mark,
                        interface.dhcp4.marked.flatMap { $0.value ? $0.mark : nil }, interface.routes.mark,
                    ].compactMap({ $0 }).first
                else { return nil }
                return .error(
                    mark,
                    "interface \(quoted(interface.name.value)) belongs to \(quoted(master.name.value)) and can have no address",
                    hint: "give the address to \(printable(master.name.value))")
            }
        }
    }

    @Sendable static func membersAreOfTheRightKind(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap { links in
            links.interfaces.flatMap { interface in
                interface.members.compactMap { member -> Problem? in
                    guard let other = links[member.value] else { return nil }
                    if !interface.bond.isAbsent, !other.isPhysical {
                        return .error(
                            member.mark,
                            "\(quoted(member.value)) is \(other.word), and a bond's members are network cards")
                    }
                    guard interface.bridge.value != nil, other.bridge.value != nil else { return nil }
                    return .error(member.mark, "\(quoted(member.value)) is a bridge, which no bridge can take in")
                }
            }
        }
    }

    @Sendable static func interfacesDoNotRunInCircles(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap { links in
            links.interfaces.compactMap { interface in
                let start = interface.name.value
                guard let link = interface.links.first(where: { leads(from: $0.value, to: start, links) }) else {
                    return nil
                }
                return .error(
                    link.mark, "interface \(quoted(start)) is made of itself, by way of \(quoted(link.value))")
            }
        }
    }

    private static func leads(from name: String, to target: String, _ links: InterfaceLinks) -> Bool {
        var pending = [name]
        var seen: Set<String> = []
        while let next = pending.popLast() {
            if next == target { return true }
            guard seen.insert(next).inserted else { continue }
            pending += links[next]?.links.map(\.value) ?? []
        }
        return false
    }

    /// Which modes know which option: bonding.rst of the kernel.
    @Sendable static func bondOptionsFitTheMode(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap(\.interfaces).compactMap(\.bond.value).flatMap { bond -> [Problem] in
            guard let mode = bond.mode.value else { return [] }
            func unfit(_ option: String, _ mark: Mark?, _ modes: [BondMode]) -> Problem? {
                guard let mark, !modes.contains(mode) else { return nil }
                return .error(
                    mark, "a bond of mode \(mode.rawValue) has no \(option)",
                    hint: "modes that have: \(modes.map(\.rawValue).joined(separator: ", "))")
            }
            var problems = [
                unfit("lacp_rate", bond.lacpRate.mark, [.lacp]),
                unfit(
                    "transmit_hash_policy", bond.transmitHashPolicy.mark, [.balanceXOR, .lacp, .balanceTLB]),
                unfit("min_links", bond.minLinks.mark, [.lacp]), unfit("ad_select", bond.adSelect.mark, [.lacp]),
                unfit(
                    "arp_interval", bond.arpInterval.mark, [.balanceRR, .activeBackup, .balanceXOR, .broadcast]),
                unfit("primary", bond.primary.mark, [.activeBackup, .balanceTLB, .balanceALB]),
            ].compactMap { $0 }
            if let members = bond.members.marked, members.value.isEmpty {
                problems.append(.error(members.mark, "a bond needs at least one member"))
            }
            if let primary = bond.primary.marked, let members = bond.members.value,
                !members.contains(where: { $0.value == primary.value })
            {
                problems.append(.error(primary.mark, "\(quoted(primary.value)) is no member of the bond"))
            }
            return problems
        }
    }

    @Sendable static func vlansOfALinkAreUnique(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap { links -> [Problem] in
            var owners: [String: String] = [:]
            return links.interfaces.compactMap { interface in
                guard let vlan = interface.vlan.value, let id = vlan.id.marked, let link = vlan.link.value,
                    let first = owners.updateValue(interface.name.value, forKey: "\(id.value)@\(link)")
                else { return nil }
                return .error(
                    id.mark, "VLAN \(id.value) of \(quoted(link)) is interface \(quoted(first)) already")
            }
        }
    }
}
