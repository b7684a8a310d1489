enum InterfaceKey: String, TopologyKey {
    case addresses, gateway
    case dnsServers = "dns_servers"
    case mtu, bond, vlan, bridge, trunk
    static let heading = "interfaces"
}

enum BondKey: String, TopologyKey {
    case mode, members, miimon
    case lacpRate = "lacp_rate"
    case transmitHashPolicy = "transmit_hash_policy"
    case primary
    static let heading = "bond"
}

enum VLANKey: String, TopologyKey {
    case id, link
    static let heading = "vlan"
}

enum BridgeKey: String, TopologyKey {
    case ports, stp
    static let heading = "bridge"
}

/// The keys of everything below `interfaces`.
let interfaceTopologyKeys: [any TopologyKey.Type] = [
    InterfaceKey.self, BondKey.self, VLANKey.self, BridgeKey.self,
]
