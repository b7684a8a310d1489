/// A packet that is too large for an interface on its way is dropped without a word, so sizes are compared here.
extension Rules {
    /// The kernel gives each member the bond's MTU, whatever its own was.
    @Sendable static func bondMembersHaveTheBondsMTU(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap { links in
            links.interfaces.filter { $0.bond.value != nil }.flatMap { bond in
                bond.members.compactMap { member in
                    guard let own = links[member.value]?.mtu.marked,
                        let whole = links.mtu(of: bond.name.value), own.value != whole
                    else { return nil }
                    return .error(
                        own.mark,
                        "MTU \(own.value) of \(quoted(member.value)) differs from \(whole) of its bond \(quoted(bond.name.value))",
                        hint: "a bond gives its MTU to all members: give it to the bond alone")
                }
            }
        }
    }

    @Sendable static func vlansFitTheirLink(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap { links in
            links.interfaces.compactMap { interface in
                guard let own = interface.mtu.marked, let link = interface.vlan.value?.link.value,
                    links[link] != nil, let most = links.mtu(of: link), own.value > most
                else { return nil }
                return .error(
                    own.mark,
                    "MTU \(own.value) of \(quoted(interface.name.value)) is more than \(most) of its link \(quoted(link))",
                    hint: "give \(printable(link)) an mtu of at least \(own.value)")
            }
        }
    }

    @Sendable static func bridgesFitTheirPorts(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap { links in
            links.interfaces.flatMap { bridge -> [Problem] in
                guard let own = bridge.mtu.marked, let ports = bridge.bridge.value?.ports.value else { return [] }
                return ports.compactMap { port in
                    guard links[port.value] != nil, let most = links.mtu(of: port.value), most < own.value else {
                        return nil
                    }
                    return .error(
                        own.mark,
                        "MTU \(own.value) of bridge \(quoted(bridge.name.value)) is more than \(most) of its port"
                            + " \(quoted(port.value))",
                        hint: "larger packets would be dropped there; give \(printable(port.value)) the same mtu")
                }
            }
        }
    }

    /// Every node talks to every other over the management network, and overlays run on top of it.
    @Sendable static func managementMTUsAreEqual(_ draft: Draft) -> [Problem] {
        let nodes = draft.linkedNodes.compactMap { links in
            links.management.flatMap { interface in
                links.mtu(of: interface.name.value).map { (links: links, interface: interface, mtu: $0) }
            }
        }
        guard let first = nodes.first else { return [] }
        return nodes.dropFirst().filter { $0.mtu != first.mtu }.map { node in
            .warning(
                node.interface.mtu.mark ?? node.interface.name.mark,
                "node \(node.links.name) has MTU \(node.mtu) on the management network, and node \(first.links.name)"
                    + " \(first.mtu)",
                hint: "large packets to the one with less get lost where no router says so; make them equal")
        }
    }

    /// Neutron gives a VXLAN network its `global_physnet_mtu` less 50 bytes for outer Ethernet (14), IPv4 (20), UDP (8)
    /// and VXLAN (8) headers (RFC 7348 §5), so 1450 of the usual 1500. What carries it has to take the whole.
    @Sendable static func overlaysFitTheirUnderlay(_ draft: Draft) -> [Problem] {
        guard let overlay = draft.networkList.first(where: { $0.type.value == .vxlan }) else { return [] }
        let needed = draft.physicalMTU
        return draft.linkedNodes.filter { $0.node.hasLayer2Agent }.compactMap { links in
            guard let carrier = links.overlayCarrier, let mtu = links.mtu(of: carrier.name.value),
                mtu < needed
            else { return nil }
            return .error(
                carrier.mtu.mark ?? carrier.name.mark,
                "\(quoted(carrier.name.value)) of node \(links.name) has MTU \(mtu), and network"
                    + " \(quoted(overlay.name.value)) needs \(needed): \(needed - 50) and 50 for VXLAN",
                hint: "raise the MTU, or lower global_physnet_mtu of neutron.conf in overrides")
        }
    }

    /// Instances on flat and VLAN networks get `global_physnet_mtu`, which is 1500 unless an override says otherwise.
    @Sendable static func providerNetworksFitTheirInterface(_ draft: Draft) -> [Problem] {
        let needed = draft.physicalMTU
        return draft.linkedNodes.filter { $0.node.hasLayer2Agent }.flatMap { links -> [Problem] in
            var seen: Set<String> = []
            return draft.providers(on: links.node).compactMap { provider in
                guard let interface = links[provider.interface], seen.insert(provider.interface).inserted else {
                    return nil
                }
                guard let mtu = links.mtu(of: provider.interface), mtu < needed else { return nil }
                return .error(
                    interface.mtu.mark ?? interface.name.mark,
                    "\(quoted(provider.interface)) of node \(links.name) has MTU \(mtu), and network"
                        + " \(quoted(provider.network.name.value)) gives its instances \(needed)",
                    hint: "raise the MTU, or lower global_physnet_mtu of neutron.conf in overrides")
            }
        }
    }
}

extension Draft {
    /// Neutron's `[DEFAULT] global_physnet_mtu`: what an override says, else its default.
    var physicalMTU: Int {
        let set = overrides.map(\.value).filter { $0.file == "neutron.conf" && $0.option == "global_physnet_mtu" }
        return set.compactMap { $0.values.last.flatMap { Int($0) } }.max() ?? InterfaceLinks.usualMTU
    }
}

extension NodeDraft {
    /// Whether instances' frames start or end here.
    var hasLayer2Agent: Bool {
        has(.network) || (has(.compute) && hypervisor.value?.isLibvirt ?? false)
    }
}
