extension Cloud {
    /// All networks.
    public func networks() async throws -> [Network] {
        try await get(.network, "/networks", as: [String: [Network]].self, doing: "list networks")["networks"] ?? []
    }

    /// All subnets.
    public func subnets() async throws -> [Subnet] {
        try await get(.network, "/subnets", as: [String: [Subnet]].self, doing: "list subnets")["subnets"] ?? []
    }

    /// A shared network; made, or shared, if need be.
    ///
    /// - Throws: a conflict if there is one of another kind, which Neutron cannot change, or several of this name.
    @discardableResult
    public func ensureNetwork(
        _ name: String, type: String, physicalNetwork: String?, segmentationID: Int?
    ) async throws -> Ensured {
        let doing = "create network \(name)"
        let wanted = NetworkBody(
            name: name, type: type, physicalNetwork: physicalNetwork, segmentationID: segmentationID)
        let there = try await networks().filter { $0.name == name }
        guard there.count < 2 else {
            let ids = there.map(\.id).joined(separator: ", ")
            throw OpenStackError(
                .conflict, doing: doing, reason: "there are several: \(ids); remove those that are not meant")
        }
        guard let found = there.first else {
            let made = try await post(.network, "/networks", ["network": wanted], as: OneNetwork.self, doing: doing)
            return Ensured(id: made.network.id, changed: true)
        }
        guard wanted.isFound(in: found) else {
            let both = "it should be \(wanted.kind), but there is one that is \(found.kind)"
            throw OpenStackError(.conflict, doing: doing, reason: "\(both); remove it, or give yours another name")
        }
        guard found.isShared == false else { return Ensured(id: found.id, changed: false) }
        let share = ["network": ["shared": true]]
        try await tell("PUT", .network, "/networks/\(found.id)", share, doing: "share network \(name)")
        return Ensured(id: found.id, changed: true)
    }

    /// A subnet of a network; made if the network has none of this name, changed if it differs.
    ///
    /// - Throws: a conflict if there is one with another CIDR, which Neutron cannot change.
    @discardableResult
    public func ensureSubnet(_ subnet: NewSubnet, ofNetwork network: Ensured) async throws -> Ensured {
        let doing = "create subnet \(subnet.name)"
        let there = try await subnets().first { $0.networkID == network.id && $0.name == subnet.name }
        guard let found = there else {
            let body = ["subnet": SubnetBody(subnet: subnet, network: network.id)]
            let made = try await post(.network, "/subnets", body, as: OneSubnet.self, doing: doing)
            return Ensured(id: made.subnet.id, changed: true)
        }
        guard found.cidr == subnet.cidr else {
            throw OpenStackError(
                .conflict, doing: doing,
                reason: "it should have \(subnet.cidr), but there is one with \(found.cidr); remove it, or give yours "
                    + "another name")
        }
        if subnet.isFound(in: found) { return Ensured(id: found.id, changed: false) }
        let body = ["subnet": SubnetBody(subnet: subnet)]
        try await tell("PUT", .network, "/subnets/\(found.id)", body, doing: "change subnet \(subnet.name)")
        return Ensured(id: found.id, changed: true)
    }

    /// The ports of a server, or of whatever device has this id.
    public func ports(ofDevice id: String) async throws -> [Port] {
        try await get(
            .network, "/ports?device_id=\(escaped(id))", as: [String: [Port]].self, doing: "list the ports of \(id)")[
                "ports"] ?? []
    }

    /// The ports of a network that belong to such a device, e.g. `network:dhcp`.
    public func ports(ofNetwork id: String, deviceOwner: String) async throws -> [Port] {
        let query = "network_id=\(escaped(id))&device_owner=\(escaped(deviceOwner))"
        return try await get(.network, "/ports?\(query)", as: [String: [Port]].self, doing: "list ports")["ports"] ?? []
    }

    /// The ports of a network that have an address; those of other projects only for administrators.
    public func ports(ofNetwork id: String, address: String) async throws -> [Port] {
        let query = "network_id=\(escaped(id))&fixed_ips=\(escaped("ip_address=\(address)"))"
        return try await get(.network, "/ports?\(query)", as: [String: [Port]].self, doing: "list ports")["ports"] ?? []
    }

    /// A router as it is now; nil where there is none, also where Neutron has no routers at all.
    public func router(_ id: String) async throws -> Router? {
        try await find(.network, "/routers/\(escaped(id))", as: [String: Router].self, doing: "look at router \(id)")?[
            "router"]
    }

    /// The DHCP agents that serve a network. Needs admin rights.
    public func dhcpAgents(ofNetwork id: String) async throws -> [NetworkAgent] {
        try await get(
            .network, "/networks/\(id)/dhcp-agents", as: [String: [NetworkAgent]].self,
            doing: "list the DHCP agents of network \(id)")["agents"] ?? []
    }

    /// Agents of Neutron with their state.
    public func networkAgents() async throws -> [NetworkAgent] {
        try await get(.network, "/agents", as: [String: [NetworkAgent]].self, doing: "list network agents")["agents"]
            ?? []
    }
}

private struct OneNetwork: Decodable {
    var network: Made
    struct Made: Decodable { var id: String }
}

private struct OneSubnet: Decodable {
    var subnet: Made
    struct Made: Decodable { var id: String }
}
