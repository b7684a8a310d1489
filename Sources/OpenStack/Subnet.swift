/// A subnet of Neutron.
public struct Subnet: Sendable, Equatable, Decodable {
    /// Neutron's id, a UUID.
    public var id: String
    /// What people call it; several may have the same.
    public var name: String
    /// E.g. `203.0.113.0/24`.
    public var cidr: String
    /// The id of its network.
    public var networkID: String
    /// nil: it has none.
    public var gateway: String?
    /// Which addresses Neutron gives out.
    public var pools: [Pool]?
    /// What DHCP names to instances as their DNS servers.
    public var dnsServers: [String]?
    /// Whether an agent answers DHCP there.
    public var hasDHCP: Bool?
    /// Routes that DHCP gives to instances.
    public var hostRoutes: [HostRoute]?

    /// A way to a network.
    public struct HostRoute: Sendable, Equatable, Codable {
        /// In CIDR notation.
        public var destination: String
        /// The address that leads there.
        public var nextHop: String
        enum CodingKeys: String, CodingKey {
            case destination
            case nextHop = "nexthop"
        }
    }

    /// The addresses that Neutron gives out.
    public struct Pool: Sendable, Equatable, Codable {
        /// The first address.
        public var start: String
        /// The last address, which is given out too.
        public var end: String
    }

    enum CodingKeys: String, CodingKey {
        case id, name, cidr
        case networkID = "network_id"
        case gateway = "gateway_ip"
        case pools = "allocation_pools"
        case dnsServers = "dns_nameservers"
        case hasDHCP = "enable_dhcp"
        case hostRoutes = "host_routes"
    }
}

/// A subnet to be made.
public struct NewSubnet: Sendable, Equatable {
    /// What people will call it.
    public var name: String
    /// E.g. `203.0.113.0/24`.
    public var cidr: String
    /// nil: the subnet has no gateway.
    public var gateway: String?
    /// nil: all addresses of the subnet but the gateway's.
    public var pool: (first: String, last: String)?
    /// What DHCP names to instances as their DNS servers.
    public var dnsServers: [String]
    /// Whether an agent answers DHCP there.
    public var hasDHCP: Bool

    /// A subnet of IPv4.
    public init(
        name: String, cidr: String, gateway: String?, pool: (first: String, last: String)?, dnsServers: [String],
        hasDHCP: Bool = true
    ) {
        self.name = name
        self.cidr = cidr
        self.gateway = gateway
        self.pool = pool
        self.dnsServers = dnsServers
        self.hasDHCP = hasDHCP
    }

    public static func == (a: NewSubnet, b: NewSubnet) -> Bool {
        a.name == b.name && a.cidr == b.cidr && a.gateway == b.gateway && a.dnsServers == b.dnsServers
            && a.pools == b.pools && a.hasDHCP == b.hasDHCP
    }

    var pools: [Subnet.Pool]? { pool.map { [Subnet.Pool(start: $0.first, end: $0.last)] } }

    /// Whether a subnet is as this one wants it.
    func isFound(in subnet: Subnet) -> Bool {
        subnet.gateway == gateway && (pools == nil || subnet.pools == pools) && subnet.hasDHCP ?? true == hasDHCP
            && subnet.dnsServers ?? [] == dnsServers
    }
}

/// What is sent to make a subnet, or to change what can be changed of it.
struct SubnetBody: Encodable {
    var subnet: NewSubnet
    /// nil: the subnet is there already.
    var network: String?

    enum CodingKeys: String, CodingKey {
        case name, cidr
        case network = "network_id"
        case version = "ip_version"
        case gateway = "gateway_ip"
        case pools = "allocation_pools"
        case dns = "dns_nameservers"
        case dhcp = "enable_dhcp"
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        if let network {
            try fields.encode(subnet.name, forKey: .name)
            try fields.encode(subnet.cidr, forKey: .cidr)
            try fields.encode(network, forKey: .network)
            try fields.encode(4, forKey: .version)
        }
        // An explicit null means no gateway; a missing key would mean the first address.
        try fields.encode(subnet.gateway, forKey: .gateway)
        try fields.encodeIfPresent(subnet.pools, forKey: .pools)
        try fields.encode(subnet.dnsServers, forKey: .dns)
        try fields.encode(subnet.hasDHCP, forKey: .dhcp)
    }
}
