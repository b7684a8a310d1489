/// What Neutron, or nova-network, does with an interface, against what the node itself makes of it.
extension Rules {
    @Sendable static func physicalInterfacesAreThere(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap { links in
            links.node.settings.providerInterfaces.compactMap { physical -> Problem? in
                let (name, wire) = (physical.value.interface, physical.value.physicalNetwork)
                guard let interface = links[name] else {
                    guard links.isComplete else { return nil }
                    return .error(
                        physical.mark, "node \(links.name) has no interface \(quoted(name)) for \(quoted(wire))",
                        hint: suggestion(
                            for: name, among: links.interfaces.map(\.name.value), called: "its interfaces"))
                }
                if let master = links.master(of: name) {
                    return .error(
                        physical.mark,
                        "interface \(quoted(name)) of \(quoted(wire)) belongs to \(quoted(master.name.value))",
                        hint: "\(printable(wire)): \(printable(master.name.value))")
                }
                guard let mark = interface.addresses.mark, interface.addresses.value?.isEmpty == false else {
                    return nil
                }
                return .warning(
                    mark,
                    "interface \(quoted(name)) carries physical network \(quoted(wire)) and has an address of its own",
                    hint: "Neutron moves the address to a bridge when the agent starts; give it an interface without")
            }
        }
    }

    /// Neutron's agents end at start when two physical networks name one interface (`parse_mappings`).
    @Sendable static func physicalInterfacesAreUnique(_ draft: Draft) -> [Problem] {
        draft.nodeList.flatMap { node -> [Problem] in
            var owners: [String: String] = [:]
            return node.settings.providerInterfaces.compactMap { physical in
                let (name, wire) = (physical.value.interface, physical.value.physicalNetwork)
                guard let first = owners.updateValue(wire, forKey: name) else { return nil }
                return .error(
                    physical.mark, "interface \(quoted(name)) carries physical network \(quoted(first)) already",
                    hint: "networks of one wire share one physical network, each with a vlan of its own")
            }
        }
    }

    /// A provider VLAN's own sub-interface is made by Neutron.
    @Sendable static func providerVLANsAreNeutrons(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap { links in
            draft.providers(on: links.node).compactMap { provider -> Problem? in
                guard let id = provider.network.vlan.value, provider.network.type.value == .vlan else { return nil }
                if let link = links[provider.interface]?.vlan.value, let outer = link.id.value {
                    return .error(
                        provider.network.vlan.mark ?? provider.network.name.mark,
                        "VLAN \(id) of network \(quoted(provider.network.name.value)) would travel inside VLAN \(outer):"
                            + " \(quoted(provider.interface)) of node \(links.name) is a VLAN itself",
                        hint: "physical_interfaces should name \(printable(link.link.value ?? "its link"))")
                }
                let own = links.vlans(on: provider.interface).first { $0.vlan.value?.id.value == id }
                return own.map { interface in
                    .error(
                        interface.vlan.value?.id.mark ?? interface.name.mark,
                        "VLAN \(id) of \(quoted(provider.interface)) is network \(quoted(provider.network.name.value)) at"
                            + " \(provider.network.name.mark), and Neutron makes its interface",
                        hint: "delete \(printable(interface.name.value)), or take another VLAN")
                }
            }
        }
    }

    /// What a switch does not let through arrives nowhere: the node's own VLANs and those of provider networks.
    @Sendable static func trunksCarryTheVLANs(_ draft: Draft) -> [Problem] {
        draft.linkedNodes.flatMap { links in
            links.interfaces.flatMap { interface -> [Problem] in
                guard let trunk = interface.trunk.marked else { return [] }
                let carried = trunk.value.map(\.value)
                func missing(_ id: Marked<Int>, _ what: String) -> Problem? {
                    guard !carried.contains(where: { $0.contains(id.value) }) else { return nil }
                    return .error(
                        id.mark,
                        "VLAN \(id.value) of \(what) is not in the trunk of \(quoted(interface.name.value)) on node \(links.name)",
                        hint: "let the switch carry it, and add it to trunk at \(trunk.mark)")
                }
                let own = links.vlans(on: interface.name.value).compactMap { vlan in
                    vlan.vlan.value?.id.marked.flatMap { missing($0, "interface \(quoted(vlan.name.value))") }
                }
                let providers = draft.providers(on: links.node).filter { $0.interface == interface.name.value }
                return own
                    + providers.compactMap { provider in
                        guard provider.network.type.value == .vlan else { return nil }
                        return provider.network.vlan.marked.flatMap {
                            missing($0, "network \(quoted(provider.network.name.value))")
                        }
                    }
            }
        }
    }
}

extension SettingsDraft {
    /// Without `management`, which names the interface of the node's own address.
    var providerInterfaces: [Marked<PhysicalInterface>] {
        physicalInterfaces.filter { $0.value.physicalNetwork != "management" }
    }
}

extension Draft {
    /// The flat and VLAN networks that arrive at a node, each with the interface that carries it.
    func providers(on node: NodeDraft) -> [(network: NetworkDraft, interface: String)] {
        networkList.compactMap { network in
            guard let type = network.type.value, type != .vxlan, let wire = network.physicalNetwork.value,
                let physical = node.settings.physicalInterfaces.first(where: { $0.value.physicalNetwork == wire })
            else { return nil }
            return (network, physical.value.interface)
        }
    }
}
