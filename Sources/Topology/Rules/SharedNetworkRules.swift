/// A provider network on the LAN of the nodes, as a small lab has it: Neutron may give away only what no machine has.
extension Rules {
    @Sendable static func poolsLeaveMachinesAlone(_ draft: Draft) -> [Problem] {
        draft.networkList.filter(draft.sharesManagement).compactMap { network in
            guard let cidr = network.cidr.marked, let pool = network.pool(in: cidr.value) else { return nil }
            let taken = draft.takenAddresses.filter { pool.contains($0.address.value) }
            guard let first = taken.first else { return nil }
            let more = taken.count > 1 ? ", and \(taken.count - 1) more" : ""
            let what = "\(first.address.value), the address of \(first.what) at \(first.address.mark)\(more)"
            guard let mark = network.poolFirst.mark else {
                return .error(
                    cidr.mark,
                    "network \(quoted(network.name.value)) has no allocation_pool, so an instance could get \(what)",
                    hint: "allocation_pool: { first: …, last: … }, of addresses that no machine there has")
            }
            return .error(
                mark, "the allocation_pool of network \(quoted(network.name.value)) holds \(what)",
                hint: "an instance could get it: leave it out of the pool")
        }
    }
}

extension Draft {
    /// Whether a network lies on the LAN of the nodes and takes a part of its addresses.
    ///
    /// An overlay cannot: its routers would not know which of the two an address belongs to. Nor can a network of a
    /// sandbox, which makes both.
    func sharesManagement(_ network: NetworkDraft) -> Bool {
        guard madeBy == .ssh, let type = network.type.value, type != .vxlan, let cidr = network.cidr.value,
            let own = management.value?.cidr.value
        else { return false }
        return own.contains(cidr.base) || cidr.contains(own.base)
    }

    /// Every address of the file that a machine has.
    fileprivate var takenAddresses: [AddressOwner] {
        let shared = apiAddress.marked.map { AddressOwner(what: "the APIs", address: $0) }
        let interfaces = linkedNodes.flatMap { links in
            links.interfaces.flatMap { interface in
                interface.givenAddresses.map { given in
                    AddressOwner(
                        what: "interface \(quoted(interface.name.value)) of node \(links.name)",
                        address: Marked(given.value.address, at: given.mark))
                }
            }
        }
        var seen: Set<IPv4Address> = []
        return (owners + [shared].compactMap(\.self) + interfaces).filter { seen.insert($0.address.value).inserted }
    }
}

extension NetworkDraft {
    /// What Neutron hands out; nil where that could not be read.
    fileprivate func pool(in cidr: IPv4Network) -> ClosedRange<IPv4Address>? {
        switch (poolFirst, poolLast) {
        case (.value(let first), .value(let last)): first.value <= last.value ? first.value...last.value : nil
        case (.absent, .absent):
            IPv4Address(bits: cidr.base.bits + 1)...IPv4Address(bits: cidr.broadcast.bits - 1)
        default: nil
        }
    }
}
