/// The keys of one kind of mapping in a topology.
///
/// `Fields` can only ask for keys that are listed here, and docs/reference/topology.md is tested against
/// these lists, so that reader, messages and manual cannot disagree.
protocol TopologyKey: RawRepresentable<String>, CaseIterable, Sendable {
    /// The heading of the mapping in the reference.
    static var heading: String { get }
    /// Whether keys that begin with `x-` are passed over: places for what anchors share.
    static var allowsExtensions: Bool { get }
    /// Keys that people look for and that are not there yet, each with what to do instead.
    static var notYet: [String: String] { get }
}

extension TopologyKey {
    static var names: [String] { allCases.map(\.rawValue) }
    static var allowsExtensions: Bool { false }
    static var notYet: [String: String] { [:] }
}

/// The keys of every kind of mapping.
let allTopologyKeys: [any TopologyKey.Type] =
    [
        LabKey.self, SettingsKey.self, TrafficKey.self, SSHKey.self, NodeKey.self, VCenterKey.self, SecretKey.self,
        ClusterKey.self,
        ManagementKey.self, NetworkKey.self, PoolKey.self, FlavorKey.self, ImageKey.self, VerifyKey.self,
        NovaNetworkKey.self, SchedulingKey.self, AggregateKey.self, CapacityKey.self,
    ] + interfaceTopologyKeys

enum LabKey: String, TopologyKey {
    case lab, release, provider
    case mechanismDriver = "mechanism_driver"
    case apiAddress = "api_address"
    case sharedInstancesPath = "shared_instances_path"
    case novaNetwork = "nova_network"
    case scheduling, aggregates
    case defaults, groups, nodes, vcenters, networks, flavors, images, verify, overrides
    case pluginSections = "plugin_sections"
    static let heading = "The file"
    static let allowsExtensions = true
}

/// Keys of `defaults` and of each group; a node has them, too.
enum SettingsKey: String, TopologyKey {
    case ssh
    case physicalInterfaces = "physical_interfaces"
    case availabilityZone = "availability_zone"
    case interfaces
    case networkConfig = "network_config"
    case traffic
    static let heading = "defaults and groups"
}

/// Kinds of traffic that may have a network of their own.
enum TrafficKey: String, TopologyKey {
    case overlay, storage
    static let heading = "traffic"
}

enum SSHKey: String, TopologyKey {
    case user, port
    case identityFile = "identity_file"
    case knownHosts = "known_hosts"
    static let heading = "ssh"

    static let notYet: [String: String] = {
        let jump =
            "jump hosts are not supported yet, and ~/.ssh/config is not read: run Polyvisor where the nodes can be"
            + " reached directly, such as on the jump host"
        let sudo =
            "sudo is not supported yet: Polyvisor logs in as root, so root needs your key and sshd has to let root in"
            + " with it (PermitRootLogin prohibit-password)"
        let names = ["proxy_jump", "proxyjump", "ProxyJump", "proxy_command", "proxycommand", "jump_host", "bastion"]
        return Dictionary(
            names.map { ($0, jump) } + ["sudo", "become", "become_user"].map { ($0, sudo) }
        ) { first, _ in first }
    }()
}

enum NodeKey: String, TopologyKey {
    case address, roles, hypervisor, clusters
    case esxiAddress = "esxi_address"
    case esxiUsername = "esxi_username"
    case esxiPassword = "esxi_password"
    case group, ssh
    case physicalInterfaces = "physical_interfaces"
    case availabilityZone = "availability_zone"
    case volumeBackends = "volume_backends"
    case volumeGroup = "volume_group"
    case capacity, interfaces
    case networkConfig = "network_config"
    case traffic
    static let heading = "nodes"
}

enum VCenterKey: String, TopologyKey {
    case address, port, username, password
    case caFile = "ca_file"
    case thumbprint, insecure, datacenter, clusters
    case imageDatastores = "image_datastores"
    static let heading = "vcenters"
}

enum SecretKey: String, TopologyKey {
    case environment = "env"
    case file, command
    static let heading = "password"
}

enum ClusterKey: String, TopologyKey {
    case clusterName = "cluster_name"
    case datastoreRegex = "datastore_regex"
    case availabilityZone = "availability_zone"
    case primeImageCache = "prime_image_cache"
    case capacity, hosts
    static let heading = "clusters"
}

enum ManagementKey: String, TopologyKey {
    case cidr
    static let heading = "networks.management"
}

enum NetworkKey: String, TopologyKey {
    case type
    case physicalNetwork = "physical_network"
    case vlan, cidr, gateway
    case allocationPool = "allocation_pool"
    case dnsServers = "dns_servers"
    case portGroup = "port_group"
    static let heading = "networks: the others"
}

enum PoolKey: String, TopologyKey {
    case first, last
    static let heading = "allocation_pool"
}

enum FlavorKey: String, TopologyKey {
    case vcpus
    case ramMB = "ram_mb"
    case diskGB = "disk_gb"
    case extraSpecs = "extra_specs"
    static let heading = "flavors"
}

enum ImageKey: String, TopologyKey {
    case file, builtin, hypervisors, properties
    static let heading = "images"
}

enum VerifyKey: String, TopologyKey {
    case image, flavor, network
    case timeoutSeconds = "timeout_seconds"
    static let heading = "verify"
}
