/// A network of Neutron.
public struct Network: Sendable, Equatable, Decodable {
    public var id: String
    public var name: String
    /// flat, vlan, vxlan; nil without admin rights.
    public var networkType: String?
    public var physicalNetwork: String?
    public var segmentationID: Int?

    enum CodingKeys: String, CodingKey {
        case id, name
        case networkType = "provider:network_type"
        case physicalNetwork = "provider:physical_network"
        case segmentationID = "provider:segmentation_id"
    }
}

/// A subnet of Neutron.
public struct Subnet: Sendable, Equatable, Decodable {
    public var id: String
    public var name: String
    public var cidr: String
    public var networkID: String

    enum CodingKeys: String, CodingKey {
        case id, name, cidr
        case networkID = "network_id"
    }
}

/// A subnet to be made.
public struct NewSubnet: Sendable, Equatable {
    public var name: String
    public var cidr: String
    /// nil: the subnet has no gateway.
    public var gateway: String?
    public var pool: (first: String, last: String)?
    public var dnsServers: [String]

    public init(name: String, cidr: String, gateway: String?, pool: (first: String, last: String)?, dnsServers: [String]) {
        self.name = name
        self.cidr = cidr
        self.gateway = gateway
        self.pool = pool
        self.dnsServers = dnsServers
    }

    public static func == (a: NewSubnet, b: NewSubnet) -> Bool {
        a.name == b.name && a.cidr == b.cidr && a.gateway == b.gateway && a.dnsServers == b.dnsServers
            && a.pool?.first == b.pool?.first && a.pool?.last == b.pool?.last
    }
}

/// A port of Neutron, with what only an admin sees of its binding.
public struct Port: Sendable, Equatable, Decodable {
    public var id: String
    public var deviceID: String
    public var networkID: String
    public var status: String
    public var fixedIPs: [FixedIP]
    /// bridge, ovs, dvs, binding_failed, unbound, …
    public var vifType: String?
    public var vifDetails: VIFDetails?
    public var host: String?

    /// An address of a port.
    public struct FixedIP: Sendable, Equatable, Decodable {
        public var address: String
        enum CodingKeys: String, CodingKey { case address = "ip_address" }
    }

    /// What the binding tells Nova.
    public struct VIFDetails: Sendable, Equatable, Decodable {
        public var portGroup: String?
        enum CodingKeys: String, CodingKey { case portGroup = "dvs_port_group_name" }
    }

    enum CodingKeys: String, CodingKey {
        case id, status
        case deviceID = "device_id"
        case networkID = "network_id"
        case fixedIPs = "fixed_ips"
        case vifType = "binding:vif_type"
        case vifDetails = "binding:vif_details"
        case host = "binding:host_id"
    }
}

/// An agent of Neutron.
public struct NetworkAgent: Sendable, Equatable, Decodable {
    public var binary: String
    public var host: String
    public var alive: Bool
}

extension Cloud {
    /// All networks.
    public func networks() async throws -> [Network] {
        try await get(.network, "/networks", as: [String: [Network]].self, doing: "list networks")["networks"] ?? []
    }

    /// All subnets.
    public func subnets() async throws -> [Subnet] {
        try await get(.network, "/subnets", as: [String: [Subnet]].self, doing: "list subnets")["subnets"] ?? []
    }

    /// A shared network; made if it is missing. Returns its id.
    public func ensureNetwork(
        _ name: String, type: String, physicalNetwork: String?, segmentationID: Int?
    ) async throws -> String {
        if let found = try await networks().first(where: { $0.name == name }) {
            guard found.networkType == type, found.physicalNetwork == physicalNetwork,
                segmentationID == nil || found.segmentationID == segmentationID
            else {
                throw OpenStackError(
                    .conflict, doing: "create network \(name)",
                    reason: "there is one of another kind: \(found.networkType ?? "?") \(found.physicalNetwork ?? "")")
            }
            return found.id
        }
        let body = ["network": NetworkBody(name, type, physicalNetwork, segmentationID)]
        let made = try await call(
            "POST", .network, "/networks", body, as: [String: Network].self, doing: "create network \(name)")
        guard let network = made["network"] else {
            throw OpenStackError(.unexpectedAnswer, doing: "create network \(name)", reason: "no network in the answer")
        }
        return network.id
    }

    /// A subnet of a network; made if the network has none of this name.
    public func ensureSubnet(_ subnet: NewSubnet, ofNetwork network: String) async throws {
        let there = try await subnets().filter { $0.networkID == network }
        if let found = there.first(where: { $0.name == subnet.name }) {
            guard found.cidr == subnet.cidr else {
                throw OpenStackError(
                    .conflict, doing: "create subnet \(subnet.name)", reason: "there is one with \(found.cidr)")
            }
            return
        }
        try await call(
            "POST", .network, "/subnets", ["subnet": SubnetBody(subnet, network)], doing: "create subnet \(subnet.name)")
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

    /// Agents of Neutron with their state.
    public func networkAgents() async throws -> [NetworkAgent] {
        try await get(.network, "/agents", as: [String: [NetworkAgent]].self, doing: "list network agents")["agents"] ?? []
    }
}

private struct NetworkBody: Encodable {
    var name: String
    var shared = true
    var type: String
    var physicalNetwork: String?
    var segmentationID: Int?

    init(_ name: String, _ type: String, _ physicalNetwork: String?, _ segmentationID: Int?) {
        self.name = name
        self.type = type
        self.physicalNetwork = physicalNetwork
        self.segmentationID = segmentationID
    }

    enum CodingKeys: String, CodingKey {
        case name, shared
        case type = "provider:network_type"
        case physicalNetwork = "provider:physical_network"
        case segmentationID = "provider:segmentation_id"
    }
}

private struct SubnetBody: Encodable {
    var subnet: NewSubnet
    var network: String

    init(_ subnet: NewSubnet, _ network: String) {
        self.subnet = subnet
        self.network = network
    }

    enum CodingKeys: String, CodingKey {
        case name, cidr
        case network = "network_id"
        case version = "ip_version"
        case gateway = "gateway_ip"
        case pools = "allocation_pools"
        case dns = "dns_nameservers"
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(subnet.name, forKey: .name)
        try fields.encode(subnet.cidr, forKey: .cidr)
        try fields.encode(network, forKey: .network)
        try fields.encode(4, forKey: .version)
        // An explicit null means no gateway; a missing key would mean the first address.
        try fields.encode(subnet.gateway, forKey: .gateway)
        if let pool = subnet.pool { try fields.encode([["start": pool.first, "end": pool.last]], forKey: .pools) }
        if !subnet.dnsServers.isEmpty { try fields.encode(subnet.dnsServers, forKey: .dns) }
    }
}
