/// A topology as far as it could be read: every value with its place, for the rules to point at.
struct Draft: Sendable {
    var mark = Mark.start
    var name: Given<String> = .absent
    var release: Given<String> = .absent
    var provider: Given<Provider> = .absent
    var mechanismDriver: Given<MechanismDriver> = .absent
    var apiAddress: Given<IPv4Address> = .absent
    var sharedInstancesPath: Given<Bool> = .absent
    var novaNetwork: Given<NovaNetwork> = .absent
    var scheduling: Given<Scheduling> = .absent
    var aggregates: Given<[AggregateDraft]> = .absent
    var defaults = SettingsDraft()
    var groups: Given<[GroupDraft]> = .absent
    var nodes: Given<[NodeDraft]> = .absent
    var vcenters: Given<[VCenterDraft]> = .absent
    var management: Given<ManagementDraft> = .absent
    var networks: Given<[NetworkDraft]> = .absent
    var flavors: Given<[FlavorDraft]> = .absent
    var images: Given<[ImageDraft]> = .absent
    var verify: Given<VerifyDraft> = .absent
    var overrides: [Marked<Override>] = []
    var pluginSections: [String: [String]] = [:]
    /// Where the scope of each override stands.
    var overrideScopes: [Marked<String>] = []
}

/// What `defaults`, groups and nodes have in common.
struct SettingsDraft: Sendable {
    var user: Given<String> = .absent
    var port: Given<Int> = .absent
    var identityFile: Given<String> = .absent
    var knownHosts: Given<String> = .absent
    var physicalInterfaces: [Marked<PhysicalInterface>] = []
    /// Set when `physical_interfaces` was there but could not be read.
    var interfacesAreUnreadable = false
    var availabilityZone: Given<String> = .absent
    var interfaces = InterfacesDraft()
    var traffic = TrafficDraft()

    /// These settings, and the others where these say nothing.
    func over(_ other: SettingsDraft) -> SettingsDraft {
        var merged = self
        merged.user = user.or(other.user)
        merged.port = port.or(other.port)
        merged.identityFile = identityFile.or(other.identityFile)
        merged.knownHosts = knownHosts.or(other.knownHosts)
        merged.availabilityZone = availabilityZone.or(other.availabilityZone)
        merged.interfaces = interfaces.over(other.interfaces)
        merged.traffic = traffic.over(other.traffic)
        merged.interfacesAreUnreadable = interfacesAreUnreadable || other.interfacesAreUnreadable
        merged.physicalInterfaces = other.physicalInterfaces.map { inherited in
            physicalInterfaces.first { $0.value.physicalNetwork == inherited.value.physicalNetwork } ?? inherited
        }
        let inherited = Set(other.physicalInterfaces.map(\.value.physicalNetwork))
        merged.physicalInterfaces += physicalInterfaces.filter { !inherited.contains($0.value.physicalNetwork) }
        return merged
    }
}

struct GroupDraft: Sendable {
    var name: Marked<String>
    var settings: SettingsDraft
}

struct NodeDraft: Sendable {
    var name: Marked<String>
    var address: Given<IPv4Address> = .absent
    /// `all_in_one` is here what it stands for.
    var roles: Given<[Marked<Role>]> = .absent
    var hypervisor: Given<HypervisorKind> = .absent
    var clusters: Given<[Marked<ClusterReference>]> = .absent
    var esxiAddress: Given<String> = .absent
    var esxiUsername: Given<String> = .absent
    var esxiPassword: Given<SecretReference> = .absent
    var group: Given<String> = .absent
    var volumeBackends: Given<[Marked<VolumeBackend>]> = .absent
    var volumeGroup: Given<String> = .absent
    var capacity: Given<HypervisorCapacity> = .absent
    /// With what the group and the defaults add.
    var settings = SettingsDraft()

    func has(_ role: Role) -> Bool { roles.value?.contains { $0.value == role } ?? false }

    /// The clusters that could be read.
    var clusterReferences: [Marked<ClusterReference>] { clusters.value ?? [] }
}

struct VCenterDraft: Sendable {
    var name: Marked<String>
    var address: Given<String> = .absent
    var port: Given<Int> = .absent
    var username: Given<String> = .absent
    var password: Given<SecretReference> = .absent
    var caFile: Given<String> = .absent
    var thumbprint: Given<String> = .absent
    var insecure: Given<Bool> = .absent
    var datacenter: Given<String> = .absent
    var clusters: Given<[ClusterDraft]> = .absent
    var imageDatastores: [Marked<String>] = []
}

struct ClusterDraft: Sendable {
    var name: Marked<String>
    var clusterName: Given<String> = .absent
    var datastoreRegex: Given<String> = .absent
    var availabilityZone: Given<String> = .absent
    var primeImageCache: Given<Bool> = .absent
    var capacity: Given<HypervisorCapacity> = .absent
    var hosts: Given<[Marked<IPv4Address>]> = .absent
}

struct ManagementDraft: Sendable {
    var key: Mark
    var cidr: Given<IPv4Network> = .absent
}

struct NetworkDraft: Sendable {
    var name: Marked<String>
    var type: Given<NetworkWord> = .absent
    var physicalNetwork: Given<String> = .absent
    var vlan: Given<Int> = .absent
    var cidr: Given<IPv4Network> = .absent
    var gateway: Given<IPv4Address> = .absent
    var poolFirst: Given<IPv4Address> = .absent
    var poolLast: Given<IPv4Address> = .absent
    var dnsServers: [Marked<IPv4Address>] = []
    var portGroup: Given<String> = .absent
}

/// The values of a network's `type`.
enum NetworkWord: String, CaseIterable, Sendable {
    case flat, vlan, vxlan

    /// Neutron's types that no file is rendered for.
    static let otherTypes = [
        "geneve": "Polyvisor does not render Geneve yet: it comes with OVN, and vxlan is the overlay until then",
        "gre": "Polyvisor does not render GRE networks: vxlan is its overlay",
        "local": "Polyvisor does not render local networks, which end at one node",
    ]

    /// Neutron's mechanism drivers that no file is rendered for.
    static let otherDrivers = [
        "ovn": "Polyvisor does not render OVN yet: openvswitch, with Neutron's own agents, is the nearest",
        "sriovnicswitch": "Polyvisor does not render SR-IOV",
        "macvtap": "Polyvisor does not render macvtap",
    ]
}

struct FlavorDraft: Sendable {
    var name: Marked<String>
    var vcpus: Given<Int> = .absent
    var ramMB: Given<Int> = .absent
    var diskGB: Given<Int> = .absent
    var extraSpecs: [Setting] = []
}

struct ImageDraft: Sendable {
    var name: Marked<String>
    var source: Given<ImageSource> = .absent
    var hypervisors: Given<[Marked<HypervisorKind>]> = .absent
    var properties: [ImageProperty] = []
}

struct VerifyDraft: Sendable {
    var image: Given<String> = .absent
    var flavor: Given<String> = .absent
    var network: Given<String> = .absent
    var timeoutSeconds: Given<Int> = .absent
}

extension Draft {
    /// The value of a list that may be missing.
    var nodeList: [NodeDraft] { nodes.value ?? [] }
    var vcenterList: [VCenterDraft] { vcenters.value ?? [] }
    var networkList: [NetworkDraft] { networks.value ?? [] }
    var imageList: [ImageDraft] { images.value ?? [] }
    var flavorList: [FlavorDraft] { flavors.value ?? [] }
    /// What images and flavors may be called; nil when they could not be read.
    var imageNames: [String]? { names(images.value.map { $0.map(\.name.value) }, images.isAbsent) }
    var flavorNames: [String]? { names(flavors.value.map { $0.map(\.name.value) }, flavors.isAbsent) }

    /// A lab without images or flavors gets the standard ones.
    private func names(_ given: [String]?, _ isAbsent: Bool) -> [String]? {
        isAbsent || given?.isEmpty == true ? [Draft.standardName] : given
    }

    /// The name of the image and of the flavor that a lab gets when it has none.
    static let standardName = "tiny"

    /// Whether a reference names a cluster of the file.
    func hasCluster(_ reference: ClusterReference) -> Bool {
        let vcenter = vcenterList.first { $0.name.value == reference.vcenter }
        return vcenter?.clusters.value?.contains { $0.name.value == reference.cluster } ?? false
    }

    /// nil when the file gives a provider that does not exist.
    var madeBy: Provider? {
        switch provider {
        case .absent: .ssh
        case .unreadable: nil
        case .value(let given): given.value
        }
    }
}
