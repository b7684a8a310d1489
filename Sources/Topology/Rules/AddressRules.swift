extension Rules {
    @Sendable static func addressesAreUnique(_ draft: Draft) -> [Problem] {
        var owners: [IPv4Address: (what: String, mark: Mark)] = [:]
        return draft.owners.compactMap { owner in
            if let first = owners[owner.address.value] {
                return .error(
                    owner.address.mark,
                    "\(owner.address.value) is the address of \(first.what) at \(first.mark) already",
                    hint: "every node, vcenter and host needs an address of its own")
            }
            owners[owner.address.value] = (owner.what, owner.address.mark)
            return nil
        }
    }

    /// Nodes live in the management network; what a sandbox makes does, too.
    @Sendable static func addressesLieInManagement(_ draft: Draft) -> [Problem] {
        guard let cidr = draft.management.value?.cidr.value else { return [] }
        let inside = draft.owners.filter { $0.isNode || draft.madeBy == .sandbox }
        let named = draft.madeBy == .sandbox ? draft.vcenterList.compactMap(nameInsteadOfAddress) : []
        return named + inside.compactMap { owner in misplaced(owner, in: cidr, draft) }
    }

    private static func misplaced(_ owner: AddressOwner, in cidr: IPv4Network, _ draft: Draft) -> Problem? {
        let (address, mark) = (owner.address.value, owner.address.mark)
        if !cidr.contains(address) {
            return .error(
                mark, "\(address) is not in the management network \(cidr)",
                hint: "change the address of \(owner.what), or networks: management: cidr")
        }
        if address == cidr.base { return .error(mark, "\(address) is the network's own address, not a host's") }
        if address == cidr.broadcast { return .error(mark, "\(address) is the network's broadcast address") }
        guard draft.madeBy == .sandbox, address.bits == cidr.base.bits + 1 else { return nil }
        return .error(
            mark, "\(address) is the sandbox's bridge on this machine",
            hint: "a sandbox takes the first address of its network")
    }

    private static func nameInsteadOfAddress(_ vcenter: VCenterDraft) -> Problem? {
        guard let given = vcenter.address.marked, IPv4Address(given.value) == nil else { return nil }
        return .error(
            given.mark, "a sandbox makes its vCenter at an IPv4 address, not at \(quoted(given.value))",
            hint: "give one of the management network")
    }
}

/// Something that answers at an address.
struct AddressOwner {
    var what: String
    var address: Marked<IPv4Address>
    var isNode = false
}

extension Draft {
    /// Nodes, vCenters and ESXi hosts, in the order in which a reader meets them.
    var owners: [AddressOwner] {
        let nodes = nodeList.compactMap { node in
            node.address.marked.map { AddressOwner(what: "node \(quoted(node.name.value))", address: $0, isNode: true) }
        }
        let esxi = nodeList.compactMap { node in
            node.esxiAddress.marked.flatMap { given in
                IPv4Address(given.value).map {
                    AddressOwner(
                        what: "the ESXi host of \(quoted(node.name.value))", address: Marked($0, at: given.mark))
                }
            }
        }
        return nodes + esxi + vcenterList.flatMap(owners)
    }

    /// A vCenter without clusters is how the ESXi host of a `vmware_esx` node gets its account: the same machine.
    private func owners(of vcenter: VCenterDraft) -> [AddressOwner] {
        let isESXi = vcenter.clusters.value?.isEmpty == true
        let own = vcenter.address.marked.flatMap { given -> AddressOwner? in
            if isESXi, nodeList.contains(where: { $0.esxiAddress.value == given.value }) { return nil }
            return IPv4Address(given.value).map {
                AddressOwner(what: "vcenter \(quoted(vcenter.name.value))", address: Marked($0, at: given.mark))
            }
        }
        let hosts = (vcenter.clusters.value ?? []).flatMap { cluster in
            (cluster.hosts.value ?? []).map {
                AddressOwner(what: "a host of cluster \(quoted(cluster.name.value))", address: $0)
            }
        }
        return [own].compactMap { $0 } + hosts
    }
}
