/// A validated lab: what a topology file asks for, in types that cannot be wrong.
///
/// Everything later in the line (rendering, planning, applying, verifying) takes this value and
/// never looks at YAML again. Collections keep the order of the file, so that what is made from
/// them is the same bytes each time.
public struct Lab: Sendable, Equatable {
    /// Lower-case letters, digits and hyphens, at most 12 characters: it becomes part of the names of
    /// network interfaces (15 characters in Linux), namespaces and cgroups.
    public var name: String
    /// The topology file as it was given, for messages.
    public var file: String
    /// An OpenStack release by its name in the catalogue, e.g. `zed`. Checked by `Release`.
    public var release: String
    /// Where the release stands, for a name that is in no catalogue.
    public var releaseMark: Mark
    /// Who makes the nodes.
    public var provider: Provider
    /// Neutron's layer-2 driver; nil takes the release's own choice.
    public var mechanismDriver: MechanismDriver?
    /// Where clients reach the APIs: an address that moves among several controllers; nil: the first controller's.
    public var apiAddress: IPv4Address?
    /// Whether the sandbox's nodes with KVM or QEMU have one folder as Nova's `instances_path`.
    public var sharesInstancesPath = false
    /// How nova-network works, in the releases that have it; nil when the topology says nothing of it.
    public var novaNetwork: NovaNetwork?
    /// What of Nova's scheduler the topology decides.
    public var scheduling = Scheduling()
    /// Host aggregates beside those that make availability zones.
    public var aggregates: [Aggregate] = []
    /// The machines; each address is one node's alone.
    public var nodes: [Node]
    /// The vCenters whose clusters nodes drive, and perhaps others.
    public var vcenters: [VCenter]
    /// The network on which nodes and vCenters have their addresses.
    public var management: ManagementNetwork
    /// The networks that instances are attached to.
    public var networks: [ProviderNetwork]
    /// The flavors that the cloud gets; at least one.
    public var flavors: [Flavor]
    /// The images that the cloud gets; at least one.
    public var images: [Image]
    /// What verification boots.
    public var verify: VerifySettings
    /// What is set on top of the rendered files, in the file's order.
    public var overrides: [Override]
    /// File → sections that belong to plugins from outside of OpenStack's packages, whose options nobody here knows.
    public var pluginSections: [String: [String]] = [:]
}

/// Who makes the nodes.
public enum Provider: String, Sendable, CaseIterable {
    /// Machines that exist, reached over SSH.
    case ssh
    /// Containers and a simulated vCenter on this machine.
    case sandbox
}

/// The ML2 mechanism driver of nodes that plug ports into bridges of their own.
public enum MechanismDriver: String, Sendable, CaseIterable {
    case linuxbridge, openvswitch
}

/// One machine of the lab.
public struct Node: Sendable, Equatable {
    /// Its host name: lower-case letters, digits and hyphens.
    public var name: String
    /// Its address on the management network.
    public var address: IPv4Address
    /// Without `allInOne`, which stands for the others.
    public var roles: [Role]
    /// What its nova-compute drives; nil unless the node has the compute role.
    public var hypervisor: Hypervisor?
    /// The zone of its nova-compute; nil: none, which Nova calls `nova`. Clusters have their own.
    public var availabilityZone: String?
    /// How it is reached.
    public var ssh: SSHAccess
    /// Physical network → network interface of this node, e.g. `physnet1` → `eth1`.
    public var physicalInterfaces: [PhysicalInterface]
    /// The group from which the node inherits settings, and by whose name overrides reach it.
    public var group: String?
    /// What cinder-volume serves here; nil leaves the choice to `Lab.volumeBackends(of:)`.
    public var volumeBackends: [VolumeBackend]?
    /// The LVM volume group of the `lvm` backend; nil: the one that Cinder takes by itself.
    public var volumeGroup: String?
    /// How nova-compute logs in to the single ESXi host that it drives.
    public var esxiLogin = ESXiLogin(username: "root")
    /// What its hypervisor has; empty when the topology does not say. Clusters have their own.
    public var capacity = HypervisorCapacity()
    /// How the node itself sets up its interfaces; empty when the topology leaves that alone.
    public var interfaces: [NodeInterface] = []
    /// With what; nil is what the node's distribution has.
    public var networkConfig: NetworkConfig?
    /// The node's addresses for traffic that does not use `address`.
    public var traffic = Traffic()
    /// Where its name stands.
    public var mark: Mark
}

/// A node's addresses for the kinds of traffic that have a network of their own; nil: the node's `address`.
public struct Traffic: Sendable, Equatable {
    /// Where the tunnels of overlay networks end: Neutron's `local_ip`.
    public var overlay: IPv4Address?
    /// Between hypervisors and volumes: Nova's `my_block_storage_ip`, Cinder's `target_ip_address`.
    public var storage: IPv4Address?
}

/// Where a storage node keeps volumes.
public enum VolumeBackend: Sendable, Hashable, CustomStringConvertible {
    /// A volume group of the node, served by iSCSI.
    case lvm
    /// Datastores of a vCenter of the lab, by its name.
    case vcenter(String)

    public var description: String {
        switch self {
        case .lvm: "lvm"
        case .vcenter(let name): name
        }
    }
}

/// The part a node plays in the cloud.
public enum Role: String, Sendable, CaseIterable {
    case controller, network, storage, compute
    /// Short for all of the others on one machine; `Node.roles` holds those instead.
    case allInOne = "all_in_one"
}

/// What a node's nova-compute drives, with what it cannot do without.
public enum Hypervisor: Sendable, Equatable {
    /// The machine's own, of which there is nothing more to say.
    case host(HypervisorKind)
    /// One nova-compute service for each cluster, as Nova wants it since Liberty.
    case vmware(clusters: [ClusterReference])
    /// A single ESXi host (Havana to Icehouse).
    case vmwareESX(address: String)
}

/// `vc1/cluster_a`: a cluster of a vCenter of this topology.
public struct ClusterReference: Sendable, Hashable, CustomStringConvertible {
    /// The vCenter's key in the topology.
    public var vcenter: String
    /// The cluster's key below that vCenter, which need not be its name there.
    public var cluster: String

    /// A cluster by its key in the topology.
    public init(vcenter: String, cluster: String) {
        self.vcenter = vcenter
        self.cluster = cluster
    }

    public var description: String { "\(vcenter)/\(cluster)" }
}

/// Which interface of a node carries a physical network.
public struct PhysicalInterface: Sendable, Hashable {
    /// Neutron's name of it, e.g. `physnet1`.
    public var physicalNetwork: String
    /// Linux' name of it, e.g. `eth1`.
    public var interface: String
}

/// How a node is reached.
public struct SSHAccess: Sendable, Equatable {
    /// The account that logs in: root, or one with sudo.
    public var user: String
    /// sshd's TCP port.
    public var port: Int
    /// nil in a sandbox, whose key Polyvisor makes.
    public var identityFile: String?
    /// Further known_hosts files; the user's own is always read.
    public var knownHostsFile: String?
}

/// A vCenter server.
public struct VCenter: Sendable, Equatable {
    /// The key in the topology.
    public var name: String
    /// IP address or host name.
    public var address: String
    /// Of HTTPS, 443 unless the topology says otherwise.
    public var port: Int
    /// With its domain, e.g. `nova@vsphere.local`.
    public var username: String
    /// Where its password is.
    public var password: SecretReference
    /// How its certificate is judged.
    public var trust: TLSTrust
    /// The datacenter, by its name, in which the clusters are.
    public var datacenter: String
    /// Those of its clusters that Nova may drive.
    public var clusters: [Cluster]
    /// Datastores in which Glance keeps images; empty: this vCenter is no image store.
    public var imageDatastores: [String] = []
    /// Where its key stands.
    public var mark: Mark
}

/// How a server's certificate is judged.
public enum TLSTrust: Sendable, Equatable {
    case system
    case caFile(String)
    /// SHA-256 of the certificate, 64 lower-case hexadecimal digits.
    case thumbprint(String)
    /// Not verified at all; said loudly at every run.
    case insecure
    /// The sandbox makes the certificate and knows it.
    case sandbox
}

/// A vSphere cluster (ClusterComputeResource) that Nova sees as one hypervisor.
public struct Cluster: Sendable, Equatable {
    /// The key in the topology.
    public var name: String
    /// The cluster's name in vCenter; the key unless `cluster_name` says otherwise.
    public var clusterName: String
    /// Python regular expression, matched at the start of a datastore's name.
    public var datastoreRegex: String?
    /// The zone of the service that drives it; nil: its node's.
    public var availabilityZone: String?
    /// Whether images are put into Nova's cache on its datastores before the first boot asks for them.
    public var primesImageCache = false
    /// What its largest host has; empty when the topology does not say.
    public var capacity = HypervisorCapacity()
    /// Addresses of the ESXi hosts that a sandbox makes; empty for a real vCenter, which knows its own.
    public var hosts: [IPv4Address]
    /// Where its key stands.
    public var mark: Mark
}

/// Where a secret comes from. The topology never holds the secret itself.
public enum SecretReference: Sendable, Equatable {
    case environment(String)
    case file(String)
    case command(String)
    /// Made by Polyvisor and kept in the lab's 0600 store (sandbox only).
    case generated
}

/// The network of the nodes themselves.
public struct ManagementNetwork: Sendable, Equatable {
    /// Every node's address is in it.
    public var cidr: IPv4Network
    /// Where the network stands.
    public var mark: Mark
}

/// A Neutron network.
public struct ProviderNetwork: Sendable, Equatable {
    /// Neutron's name of it; the key in the topology.
    public var name: String
    /// How its frames travel.
    public var type: NetworkType
    /// The one subnet that it gets.
    public var cidr: IPv4Network
    /// The router that instances are told of; nil: none.
    public var gateway: IPv4Address?
    /// First and last address that DHCP hands out; nil leaves the choice to Neutron.
    public var allocationPool: AddressRange?
    /// What DHCP names to instances as their DNS servers.
    public var dnsServers: [IPv4Address]
    /// vSphere port group that carries the same segment; nil: no instance of a vCenter can use the network.
    public var portGroup: String?
    /// Where its key stands.
    public var mark: Mark
}

/// An inclusive range of addresses.
public struct AddressRange: Sendable, Equatable {
    /// The lowest.
    public var first: IPv4Address
    /// The highest, which is in the range.
    public var last: IPv4Address
}

/// How a network's frames travel.
public enum NetworkType: Sendable, Equatable {
    case flat(physicalNetwork: String)
    case vlan(physicalNetwork: String, id: Int)
    case vxlan
}

/// A Nova flavor.
public struct Flavor: Sendable, Equatable {
    /// Nova's name of it; the key in the topology.
    public var name: String
    /// Virtual CPUs.
    public var vcpus: Int
    /// MiB, which Nova calls MB.
    public var ramMB: Int
    /// GiB of the root disk; 0: as large as the image.
    public var diskGB: Int
    /// Further demands, e.g. `aggregate_instance_extra_specs:ssd`.
    public var extraSpecs: [Setting] = []
    /// Where its key stands.
    public var mark: Mark
}

/// An image for some hypervisors; converted, tagged and uploaded for each of their types.
public struct Image: Sendable, Equatable {
    /// The key in the topology; in Glance each form has the format behind it, e.g. `tiny-qcow2`.
    public var name: String
    /// Where its disk comes from.
    public var source: ImageSource
    /// The kinds that are to boot it.
    public var hypervisors: [HypervisorKind]
    /// Further Glance properties, by name.
    public var properties: [ImageProperty]
    /// Where its key stands.
    public var mark: Mark
}

/// Where an image's disk comes from.
public enum ImageSource: Sendable, Equatable {
    /// A path; relative ones are relative to the topology file.
    case file(String)
    /// The tiny guest that Polyvisor builds itself.
    case tinyGuest
}

/// One Glance property.
public struct ImageProperty: Sendable, Equatable {
    /// As Glance gets it; an older name stays as it is.
    public var name: String
    /// As Glance gets it: text, also of numbers and booleans.
    public var value: String
    /// Where its value stands.
    public var mark: Mark?

    /// - Parameter mark: where its value stands; nil for one that no file holds.
    public init(name: String, value: String, mark: Mark? = nil) {
        (self.name, self.value, self.mark) = (name, value, mark)
    }
}

/// What verification boots.
public struct VerifySettings: Sendable, Equatable {
    /// Name of an image of this lab.
    public var image: String
    /// Name of a flavor of this lab.
    public var flavor: String
    /// Name of a network of this lab.
    public var network: String
    /// How long an instance may take to become ACTIVE, and again to prove itself.
    public var timeoutSeconds: Int
}

/// What the user sets on top of ours: `nova.conf: { compute: { DEFAULT: { a: b } } }`.
///
/// Overrides apply in layers, whatever their order in the file: all nodes, then roles, groups and single nodes.
public struct Override: Sendable, Hashable {
    /// What an override does.
    public enum Effect: Sendable, Hashable {
        /// Gives the option these values and no others.
        case set
        /// Adds values to those that the option has.
        case append
        /// Empties the section; `option` is empty, and what the section is to hold follows.
        case clear
        /// Puts a file of the user in place of the whole; `values` has its path, `section` and `option` are empty.
        case file
    }

    /// File name as OpenStack has it, e.g. `nova.conf`.
    public var file: String
    /// A role's, group's or node's name, or `all`.
    public var scope: String
    /// Without its brackets; `DEFAULT` where the file has no sections.
    public var section: String
    /// As oslo.config spells it, with underscores.
    public var option: String
    /// One value, or several for an option that may be repeated.
    public var values: [String]
    /// What becomes of the values that are there.
    public var effect = Effect.set
    /// Where the option stands, or the section or file that is replaced.
    public var mark: Mark

    /// An override; without an effect it sets its option.
    public init(
        file: String, scope: String, section: String, option: String, values: [String], effect: Effect = .set,
        mark: Mark
    ) {
        self.file = file
        self.scope = scope
        self.section = section
        self.option = option
        self.values = values
        self.effect = effect
        self.mark = mark
    }
}
