import Topology

/// What a step asks of the cloud's APIs.
public enum CloudAction: Sendable, Hashable, Codable {
    case catalogue(WantedCatalogue)
    case awaitComputeServices([String])
    case awaitHypervisors([String])
    case network(WantedNetwork)
    case flavor(WantedFlavor)
    /// By its digest the performer knows the disk.
    case image(name: String, digest: String)
    case aggregate(HostAggregate)
}

/// A network with its subnet.
public struct WantedNetwork: Sendable, Hashable, Codable {
    /// Neutron's name of it.
    public var name: String
    /// As Neutron calls it: `flat`, `vlan` or `vxlan`.
    public var type: String
    /// nil for tunnels.
    public var physicalNetwork: String?
    /// The VLAN's number; nil for others, of which Neutron chooses tunnels' itself.
    public var segment: Int?
    /// Of its one subnet.
    public var cidr: String
    /// nil: the subnet gets none.
    public var gateway: String?
    /// First and last address that DHCP hands out; empty leaves the choice to Neutron.
    public var pool: [String]
    /// What DHCP names to instances.
    public var dnsServers: [String]

    init(_ network: ProviderNetwork) {
        name = network.name
        (type, physicalNetwork, segment) =
            switch network.type {
            case .flat(let physical): ("flat", physical, nil)
            case .vlan(let physical, let id): ("vlan", physical, id)
            case .vxlan: ("vxlan", nil, nil)
            }
        cidr = "\(network.cidr)"
        gateway = network.gateway?.description
        pool = network.allocationPool.map { ["\($0.first)", "\($0.last)"] } ?? []
        dnsServers = network.dnsServers.map(\.description)
    }
}

/// A flavor.
public struct WantedFlavor: Sendable, Hashable, Codable {
    /// Nova's name of it.
    public var name: String
    /// Virtual CPUs.
    public var vcpus: Int
    /// MiB.
    public var ramMB: Int
    /// GiB.
    public var diskGB: Int
    /// At least these; others stay.
    public var extraSpecs: [String: String]

    init(_ flavor: Flavor) {
        (name, vcpus, ramMB, diskGB) = (flavor.name, flavor.vcpus, flavor.ramMB, flavor.diskGB)
        extraSpecs = flavor.extraSpecs.byName
    }
}

/// An image of the lab in the form that one kind of hypervisor takes.
package struct WantedImage: Sendable, Hashable {
    /// As Glance has it.
    package var name: String
    package var properties: [String: String]
    /// What Glance calls it: qcow2, raw or vmdk.
    package var diskFormat: String
    /// Of what the upload consists of.
    package var digest: String

    package init(name: String, properties: [String: String], diskFormat: String, digest: String) {
        (self.name, self.properties) = (name, properties)
        (self.diskFormat, self.digest) = (diskFormat, digest)
    }
}

/// A host aggregate; one that makes an availability zone has its name.
public struct HostAggregate: Sendable, Hashable, Codable {
    /// Nova's name of it.
    public var name: String
    /// The zone that it makes; nil: none.
    public var zone: String?
    /// Nova's `host` names, at least these; others stay.
    public var hosts: [String]
    /// At least these; others stay.
    public var properties: [String: String]
    package var expected: Set<String> { Set(hosts) }
}

extension [Setting] {
    /// The values by their names; of a repeated one the last.
    var byName: [String: String] { Dictionary(map { ($0.name, $0.value) }) { _, last in last } }
}
