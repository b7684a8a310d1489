/// A network of Neutron.
public struct Network: Sendable, Equatable, Decodable {
    /// Neutron's id, a UUID.
    public var id: String
    /// What people call it; several may have the same.
    public var name: String
    /// Whether all projects may use it.
    public var isShared: Bool?
    /// The project whose it is.
    public var project: String?
    /// A way out of the cloud rather than a network for servers.
    public var isExternal: Bool?
    /// ACTIVE, BUILD, DOWN or ERROR.
    public var status: String?
    /// The ids of its subnets.
    public var subnets: [String]?
    /// flat, vlan, vxlan; nil without admin rights.
    public var networkType: String?
    /// The physical network of a flat or VLAN network; nil for tunnels, and without admin rights.
    public var physicalNetwork: String?
    /// The VLAN's number or the tunnel's; nil for flat networks, and without admin rights.
    public var segmentationID: Int?

    enum CodingKeys: String, CodingKey {
        case id, name, status, subnets
        case isShared = "shared"
        case project = "project_id"
        case isExternal = "router:external"
        case networkType = "provider:network_type"
        case physicalNetwork = "provider:physical_network"
        case segmentationID = "provider:segmentation_id"
    }

    /// `flat physnet1`, `vlan physnet1 100`
    public var kind: String {
        [networkType ?? "unknown", physicalNetwork, segmentationID.map(String.init)].compactMap(\.self)
            .joined(separator: " ")
    }
}

/// What is sent to make a network.
struct NetworkBody: Encodable {
    var name: String
    var shared = true
    var type: String
    var physicalNetwork: String?
    var segmentationID: Int?

    enum CodingKeys: String, CodingKey {
        case name, shared
        case type = "provider:network_type"
        case physicalNetwork = "provider:physical_network"
        case segmentationID = "provider:segmentation_id"
    }

    /// What Neutron gives itself, e.g. the number of a vxlan, is not compared.
    func isFound(in network: Network) -> Bool {
        network.networkType == type && network.physicalNetwork == physicalNetwork
            && (segmentationID == nil || network.segmentationID == segmentationID)
    }

    var kind: String {
        [type, physicalNetwork, segmentationID.map(String.init)].compactMap(\.self).joined(separator: " ")
    }
}

/// A port of Neutron, with what only an admin sees of its binding.
public struct Port: Sendable, Equatable, Decodable {
    /// Neutron's id, a UUID.
    public var id: String
    /// Whose port it is: a server's id, a router's, or `dhcp…`; empty: nobody's.
    public var deviceID: String
    /// The id of its network.
    public var networkID: String
    /// ACTIVE, BUILD, DOWN or N/A.
    public var status: String
    /// Its addresses, at most one a subnet unless somebody asked for more.
    public var fixedIPs: [FixedIP]
    /// bridge, ovs, dvs, binding_failed, unbound, …
    public var vifType: String?
    /// What the mechanism driver tells Nova of the way to plug it; nil without admin rights.
    public var vifDetails: VIFDetails?
    /// The host that it is bound to, which is Nova's `[DEFAULT] host` there; nil without admin rights.
    public var host: String?
    /// e.g. `compute:nova` or `network:dhcp`
    public var owner: String?

    /// An address of a port.
    public struct FixedIP: Sendable, Equatable, Decodable {
        /// IPv4 or IPv6.
        public var address: String
        /// Of which it is.
        public var subnetID: String?
        enum CodingKeys: String, CodingKey {
            case address = "ip_address"
            case subnetID = "subnet_id"
        }
    }

    /// What the binding tells Nova.
    public struct VIFDetails: Sendable, Equatable, Decodable {
        /// The port group of vSphere, where a mechanism driver for it names one.
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
        case owner = "device_owner"
    }
}

/// An agent of Neutron.
public struct NetworkAgent: Sendable, Equatable {
    /// The program, e.g. `neutron-dhcp-agent`.
    public var binary: String
    /// Neutron's `[DEFAULT] host` of the agent.
    public var host: String
    /// Whether it has reported within Neutron's `agent_down_time`.
    public var alive: Bool
    /// e.g. `DHCP agent` or `Linux bridge agent`
    public var kind: String?
    /// false: an administrator wants nothing from it.
    public var isEnabled: Bool?
    /// The physical networks that its host is attached to; nil: it does not tell.
    public var physicalNetworks: Set<String>?
}

extension NetworkAgent: Decodable {
    enum CodingKeys: String, CodingKey {
        case binary, host, alive, configurations
        case kind = "agent_type"
        case isEnabled = "admin_state_up"
    }

    /// As the agents for Linux bridges and for Open vSwitch report what they were configured with.
    private struct Configurations: Decodable {
        var interfaces, bridges: [String: String]?
        enum CodingKeys: String, CodingKey {
            case interfaces = "interface_mappings"
            case bridges = "bridge_mappings"
        }
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        binary = try values.decode(String.self, forKey: .binary)
        host = try values.decode(String.self, forKey: .host)
        alive = try values.decode(Bool.self, forKey: .alive)
        kind = try values.decodeIfPresent(String.self, forKey: .kind)
        isEnabled = try values.decodeIfPresent(Bool.self, forKey: .isEnabled)
        // Each kind of agent has a shape of its own there, which is no reason not to read the agent.
        let told = try? values.decodeIfPresent(Configurations.self, forKey: .configurations)
        physicalNetworks = (told?.interfaces ?? told?.bridges).map { Set($0.keys) }
    }
}

/// A router of Neutron.
public struct Router: Sendable, Equatable, Decodable {
    /// Its UUID.
    public var id: String
    /// Not unique, and may be empty.
    public var name: String
    /// false: an administrator wants nothing from it.
    public var isEnabled: Bool?

    enum CodingKeys: String, CodingKey {
        case id, name
        case isEnabled = "admin_state_up"
    }
}
