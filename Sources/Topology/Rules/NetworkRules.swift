extension Rules {
    @Sendable static func networkExists(_ draft: Draft) -> [Problem] {
        guard let networks = draft.networks.marked, networks.value.isEmpty else { return [] }
        return [
            .error(
                networks.mark, "there is no network for instances",
                hint: "add one beside management; see topologies/sandbox.yaml")
        ]
    }

    /// Which of `physical_network`, `vlan` and `port_group` a type needs, and which it cannot have.
    @Sendable static func networkTypesHaveTheirKeys(_ draft: Draft) -> [Problem] {
        draft.networkList.flatMap { network -> [Problem] in
            guard let type = network.type.value else { return [] }
            var problems: [Problem] = []
            let name = "network \(quoted(network.name.value)) of type \(type.rawValue)"
            func needs(_ key: String) { problems.append(.error(network.name.mark, "\(name) has no \"\(key)\"")) }
            func refuses(_ key: String, _ mark: Mark, _ why: String) {
                problems.append(.error(mark, "\(name) cannot have a \"\(key)\"", hint: why))
            }
            if type != .vxlan, network.physicalNetwork.isAbsent { needs("physical_network") }
            if type == .vlan, network.vlan.isAbsent { needs("vlan") }
            if type != .vlan, let mark = network.vlan.mark { refuses("vlan", mark, "only type: vlan tags its frames") }
            guard type == .vxlan else { return problems }
            if let mark = network.physicalNetwork.mark {
                refuses("physical_network", mark, "vxlan runs over the nodes' own addresses")
            }
            if let mark = network.portGroup.mark {
                refuses("port_group", mark, "vSphere port groups carry flat and vlan networks only")
            }
            return problems
        }
    }

    private struct Segment: Hashable {
        var physicalNetwork: String
        var vlan: Int?
    }

    /// Neutron refuses a second network on the same segment.
    @Sendable static func segmentsAreUnique(_ draft: Draft) -> [Problem] {
        var first: [Segment: Marked<String>] = [:]
        return draft.networkList.compactMap { network in
            guard let type = network.type.value, type != .vxlan, let physical = network.physicalNetwork.marked else {
                return nil
            }
            if type == .vlan, network.vlan.value == nil { return nil }
            let segment = Segment(physicalNetwork: physical.value, vlan: type == .vlan ? network.vlan.value : nil)
            guard let owner = first[segment] else {
                first[segment] = network.name
                return nil
            }
            let what =
                segment.vlan.map { "vlan \($0) of \(physical.value)" } ?? "the untagged segment of \(physical.value)"
            return .error(
                network.vlan.mark ?? physical.mark,
                "\(what) belongs to network \(quoted(owner.value)) at \(owner.mark) already")
        }
    }

    private struct NamedNetwork {
        var name: String
        var cidr: IPv4Network
        var mark: Mark
    }

    @Sendable static func networksDoNotOverlap(_ draft: Draft) -> [Problem] {
        func named(_ network: NetworkDraft) -> NamedNetwork? {
            network.cidr.marked.map { NamedNetwork(name: network.name.value, cidr: $0.value, mark: $0.mark) }
        }
        let shared = draft.networkList.filter(draft.sharesManagement).compactMap(named)
        let others = draft.networkList.filter { !draft.sharesManagement($0) }.compactMap(named)
        let management = draft.management.value?.cidr.marked.map {
            NamedNetwork(name: "management", cidr: $0.value, mark: $0.mark)
        }
        return overlaps(among: others + [management].compactMap(\.self))
            + (shared.isEmpty ? [] : overlaps(among: others + shared))
    }

    private static func overlaps(among networks: [NamedNetwork]) -> [Problem] {
        // By base and then the widest first, one pass finds everything that lies in something before it.
        let sorted = networks.sorted { a, b in
            (a.cidr.base.bits, a.cidr.prefixLength, a.mark) < (b.cidr.base.bits, b.cidr.prefixLength, b.mark)
        }
        var problems: [Problem] = []
        var widest: NamedNetwork?
        for network in sorted {
            if let other = widest, other.cidr.contains(network.cidr.base) {
                problems.append(overlap(of: network, other))
            } else {
                widest = network
            }
        }
        return problems
    }

    /// Points at the one that stands later in the file.
    private static func overlap(of a: NamedNetwork, _ b: NamedNetwork) -> Problem {
        let (early, late) = a.mark < b.mark ? (a, b) : (b, a)
        return .error(
            late.mark, "\(late.cidr) overlaps \(early.cidr), which is network \(quoted(early.name)) at \(early.mark)",
            hint: "give it addresses of its own")
    }

    @Sendable static func gatewayLiesInNetwork(_ draft: Draft) -> [Problem] {
        draft.networkList.compactMap { network in
            guard let gateway = network.gateway.marked, let cidr = network.cidr.value else { return nil }
            return outside(gateway, cidr, "gateway")
        }
    }

    private static func outside(_ address: Marked<IPv4Address>, _ cidr: IPv4Network, _ what: String) -> Problem? {
        let value = address.value
        if !cidr.contains(value) { return .error(address.mark, "\(what) \(value) is not in the network \(cidr)") }
        if value == cidr.base {
            return .error(address.mark, "\(what) \(value) is the network's own address, not a host's")
        }
        return value == cidr.broadcast
            ? .error(address.mark, "\(what) \(value) is the network's broadcast address") : nil
    }

    @Sendable static func poolLiesInNetwork(_ draft: Draft) -> [Problem] {
        draft.networkList.flatMap { network -> [Problem] in
            guard let first = network.poolFirst.marked, let last = network.poolLast.marked else { return [] }
            var problems = [(first, "first address"), (last, "last address")].compactMap { address, what in
                network.cidr.value.flatMap { outside(address, $0, what) }
            }
            if first.value > last.value {
                problems.append(
                    .error(last.mark, "the pool's last address \(last.value) comes before its first, \(first.value)"))
            } else if let gateway = network.gateway.marked, (first.value...last.value).contains(gateway.value) {
                problems.append(
                    .error(
                        gateway.mark, "gateway \(gateway.value) lies in the allocation_pool",
                        hint: "an instance could get it; Neutron refuses that"))
            }
            return problems
        }
    }

    @Sendable static func dnsServersAreReachable(_ draft: Draft) -> [Problem] {
        draft.networkList.flatMap { network in
            network.dnsServers.compactMap { server in
                guard let cidr = network.cidr.value else { return nil }
                if cidr.contains(server.value) { return outside(server, cidr, "name server") }
                guard network.gateway.isAbsent else { return nil }
                return .warning(
                    server.mark, "name server \(server.value) is not in the network \(cidr), which has no gateway",
                    hint: "give the network a gateway, or a name server of its own")
            }
        }
    }

    /// Neutron's agents on these nodes bridge the physical network to an interface.
    @Sendable static func physicalNetworksHaveInterfaces(_ draft: Draft) -> [Problem] {
        var seen: Set<String> = []
        let physical = draft.networkList.compactMap { $0.type.value == .vxlan ? nil : $0.physicalNetwork.value }
            .filter { seen.insert($0).inserted }
        let users = draft.nodeList.filter { node in
            node.has(.network) || (node.has(.compute) && node.hypervisor.value?.isLibvirt ?? false)
        }
        return users.filter { !$0.settings.interfacesAreUnreadable }.flatMap { node -> [Problem] in
            let names = node.settings.physicalInterfaces.map(\.value.physicalNetwork)
            return physical.filter { !names.contains($0) }.map { missing in
                .error(
                    node.name.mark,
                    "node \(quoted(node.name.value)) has no interface for physical network \(quoted(missing))",
                    hint: "for all nodes: defaults: { physical_interfaces: { \(printable(missing)): eth1 } }")
            }
        }
    }

    @Sendable static func vmwareHasPortGroup(_ draft: Draft) -> [Problem] {
        guard let node = draft.vsphereNodes.first, let mark = node.hypervisor.mark,
            let networks = draft.networks.value, !networks.isEmpty, networks.allSatisfy(\.portGroup.isAbsent)
        else { return [] }
        return [
            .error(
                mark,
                "no network has a \"port_group\", so instances of node \(quoted(node.name.value)) would have no network",
                hint: "give a flat or vlan network the vSphere port group that carries the same segment")
        ]
    }

    /// Nova takes the first port group whose name *contains* the wanted one (nova/virt/vmwareapi/network_util.py).
    @Sendable static func portGroupNamesAreNoPartsOfOthers(_ draft: Draft) -> [Problem] {
        let groups = draft.networkList.compactMap(\.portGroup.marked)
        guard groups.count <= 500 else { return [] }
        return groups.compactMap { group in
            guard let longer = groups.first(where: { $0.value != group.value && $0.value.contains(group.value) }) else {
                return nil
            }
            return .warning(
                group.mark,
                "port group \(quoted(group.value)) is part of the name \(quoted(longer.value)) at \(longer.mark)",
                hint:
                    "Nova takes the first distributed port group whose name contains the wanted one; rename one in vSphere"
            )
        }
    }
}
