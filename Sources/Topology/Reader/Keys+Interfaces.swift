enum InterfaceKey: String, TopologyKey {
    case addresses, dhcp4, gateway
    case dnsServers = "dns_servers"
    case routes, match, mtu, bond, vlan, bridge, trunk
    static let heading = "interfaces"
}

enum BondKey: String, TopologyKey {
    case mode, members, miimon
    case lacpRate = "lacp_rate"
    case transmitHashPolicy = "transmit_hash_policy"
    case primary
    case minLinks = "min_links"
    case updelay, downdelay
    case adSelect = "ad_select"
    case arpInterval = "arp_interval"
    case arpIPTargets = "arp_ip_targets"
    static let heading = "bond"
}

enum MatchKey: String, TopologyKey {
    case macaddress
    static let heading = "match"
}

enum RouteKey: String, TopologyKey {
    case to, via
    static let heading = "routes"
}

enum VLANKey: String, TopologyKey {
    case id, link
    static let heading = "vlan"
}

enum BridgeKey: String, TopologyKey {
    case ports, stp
    case forwardDelay = "forward_delay"
    case type
    static let heading = "bridge"
}

/// The keys of everything below `interfaces`.
let interfaceTopologyKeys: [any TopologyKey.Type] = [
    InterfaceKey.self, MatchKey.self, RouteKey.self, BondKey.self, VLANKey.self, BridgeKey.self,
]
