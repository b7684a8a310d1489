import Access
public import Facts
import Topology
public import VSphere
import Wording

/// A vSphere server's inventory as a tree of what Nova cares about.
public struct InventoryTree: Sendable, Equatable, Encodable {
    /// Its key in the topology.
    public let server: String
    /// The server's own name and version, e.g. `VMware vCenter Server 7.0.3 build-…`.
    public let product: String
    /// In order of their names.
    public let datacenters: [Datacenter]

    /// Clusters, hosts, datastores and port groups of one datacenter.
    public struct Datacenter: Sendable, Equatable, Encodable {
        /// As people see it.
        public let name: String
        /// In order of their names.
        public let clusters: [Cluster]
        /// Hosts in no cluster.
        public let hosts: [Host]
        /// In order of their names.
        public let datastores: [Store]
        /// In order of their names.
        public let portGroups: [PortGroup]
    }

    /// A cluster, which one nova-compute service sees as one hypervisor.
    public struct Cluster: Sendable, Equatable, Encodable {
        /// As people see it, and as `cluster_name` has to be.
        public let name: String
        /// vCenter's id, which Nova's name of the hypervisor begins with.
        public let reference: String
        /// `off`, or the default behaviour.
        public let drs: String
        /// Whether machines are restarted when their host fails.
        public let ha: Bool
        /// All of them, usable or not.
        public let hosts: [Host]
    }

    /// An ESXi host.
    public struct Host: Sendable, Equatable, Encodable {
        /// As it was added to vCenter.
        public let name: String
        /// `connected`, `in maintenance`, …
        public let state: String
        /// ESXi's; nil where the host does not tell.
        public let version: String?
        /// MiB.
        public let memoryMiB: Int64
        /// MiB.
        public let usedMemoryMiB: Int64
        /// Of its processors, twice the cores with hyper-threading.
        public let threads: Int64
    }

    /// A datastore.
    public struct Store: Sendable, Equatable, Encodable {
        /// What `datastore_regex` is matched with.
        public let name: String
        /// `VMFS`, `NFS`, `vsan`, …
        public let type: String
        /// `accessible`, `in maintenance`, …
        public let state: String
        /// Bytes.
        public let capacity: Int64
        /// Bytes.
        public let freeSpace: Int64
        /// Names of the hosts that can read and write it.
        public let hosts: [String]
    }

    /// A port group.
    public struct PortGroup: Sendable, Equatable, Encodable {
        /// What `port_group` of a network has to be.
        public let name: String
        /// `distributed`, `standard` or `opaque`.
        public let kind: String
        /// In words; nil where vCenter does not tell.
        public let vlan: String?
        /// Names of the hosts that have it.
        public let hosts: [String]
    }

    /// - Parameter server: its key in the topology.
    public init(_ server: String, _ about: AboutInfo, _ inventory: Inventory) {
        self.server = server
        product = about.fullName
        datacenters = inventory.datacenters.map { Datacenter($0, inventory) }
    }
}

extension InventoryTree.Datacenter {
    fileprivate init(_ datacenter: VSphere.Datacenter, _ inventory: Inventory) {
        func isHere(_ parent: ManagedObjectReference?) -> Bool { inventory.datacenter(above: parent) == datacenter }
        name = datacenter.name
        clusters = inventory.clusters.filter { isHere($0.parent) }.map { InventoryTree.Cluster($0, inventory) }
        let alone = inventory.computeResources.filter { isHere($0.parent) }.map(\.reference)
        hosts = inventory.hosts.filter { $0.parent.map(alone.contains) ?? false }.map(InventoryTree.Host.init)
        datastores = inventory.datastores.filter { isHere($0.parent) }.map { InventoryTree.Store($0, inventory) }
        portGroups = inventory.networks.filter { isHere($0.parent) && !$0.isUplink }
            .map { InventoryTree.PortGroup($0, inventory) }
    }
}

extension InventoryTree.Cluster {
    fileprivate init(_ cluster: ClusterComputeResource, _ inventory: Inventory) {
        name = cluster.name
        reference = cluster.reference.value
        drs = cluster.drs.enabled == true ? cluster.drs.defaultVmBehavior ?? "on" : "off"
        ha = cluster.ha.enabled ?? false
        hosts = inventory.hosts(of: cluster).map(InventoryTree.Host.init)
    }
}

extension InventoryTree.Host {
    fileprivate init(_ host: HostSystem) {
        name = host.name
        state = host.connectionState != "connected" || !host.inMaintenanceMode ? host.connectionState : "in maintenance"
        version = host.version
        memoryMiB = (host.memorySize ?? 0) >> 20
        usedMemoryMiB = host.overallMemoryUsage ?? 0
        threads = host.numCpuThreads ?? 0
    }
}

extension InventoryTree.Store {
    fileprivate init(_ datastore: Datastore, _ inventory: Inventory) {
        name = datastore.name
        type = datastore.type
        state = !datastore.accessible ? "inaccessible" : datastore.isInMaintenance ? "in maintenance" : "accessible"
        capacity = datastore.capacity
        freeSpace = datastore.freeSpace
        let able = datastore.mounts.filter { $0.accessible && $0.accessMode == "readWrite" }.map(\.host)
        hosts = inventory.hosts.filter { able.contains($0.reference) }.map(\.name)
    }
}

extension InventoryTree.PortGroup {
    fileprivate init(_ network: Network, _ inventory: Inventory) {
        name = network.name
        kind = network.kind == .distributed ? "distributed" : network.kind == .standard ? "standard" : "opaque"
        let having = inventory.hosts.filter { $0.networks.contains(network.reference) }
        hosts = having.map(\.name)
        let standard = having.flatMap(\.portGroups).filter { $0.name == storedName(network.name) }.map {
            "\($0.vlanID)"
        }
        switch network.vlan {
        case .id(let id): vlan = "\(id)"
        case .privateVLAN(let id): vlan = "private \(id)"
        case .trunk(let ranges): vlan = ranges.map { "\($0.start)-\($0.end)" }.joined(separator: ",")
        case nil: vlan = standard.isEmpty ? nil : standard.uniqued().joined(separator: ",")
        }
    }
}

extension InventoryTree {
    /// For a terminal.
    public var text: String {
        var lines = ["\(server): \(product)"]
        for datacenter in datacenters {
            lines.append("  datacenter \(datacenter.name)")
            for cluster in datacenter.clusters {
                lines.append(
                    "    cluster \(cluster.name) (\(cluster.reference)): DRS \(cluster.drs), HA \(cluster.ha ? "on" : "off")"
                )
                lines += cluster.hosts.map { "      \($0.line)" }
            }
            lines += datacenter.hosts.map { "    \($0.line)" }
            lines += datacenter.datastores.map { "    \($0.line(among: datacenter))" }
            lines += datacenter.portGroups.map { group in
                let vlan = group.vlan.map { $0 == "0" ? ", untagged" : ", VLAN \($0)" } ?? ""
                return "    port group \(group.name): \(group.kind)\(vlan), on \(group.hosts.count) hosts"
            }
        }
        return VisibleText(lines.joined(separator: "\n")).text
    }
}

extension InventoryTree.Host {
    fileprivate var line: String {
        let free = ByteCount.inGiB((memoryMiB - usedMemoryMiB) << 20)
        return
            "host \(name): \(state), ESXi \(version ?? "unknown"), \(threads) threads, \(free) of \(ByteCount.inGiB(memoryMiB << 20)) free"
    }
}

extension InventoryTree.Store {
    /// Says of each cluster how many of its hosts share it.
    fileprivate func line(among datacenter: InventoryTree.Datacenter) -> String {
        let shares = datacenter.clusters.compactMap { cluster -> String? in
            let count = cluster.hosts.count { hosts.contains($0.name) }
            return count == 0 ? nil : "\(count) of \(cluster.hosts.count) hosts of \(cluster.name)"
        }
        let room = "\(ByteCount.inGiB(freeSpace)) of \(ByteCount.inGiB(capacity)) free"
        return "datastore \(name): \(type), \(state), \(room), "
            + "on \(shares.isEmpty ? "\(hosts.count) hosts" : shares.joined(separator: ", "))"
    }
}

/// What the account may do on a vSphere server.
public struct ServerPrivileges: Sendable, Equatable, Encodable {
    /// Its key in the topology.
    public let server: String
    /// Each object on which Nova needs something.
    public let objects: [PrivilegeReport]

    package init(server: String, objects: [PrivilegeReport]) { (self.server, self.objects) = (server, objects) }

    /// Where the list of what is needed comes from.
    public static let source = "Nova's administrator guide, “VMware vCenter service account”"

    /// Whether the account has all that Nova needs.
    public var isComplete: Bool { objects.allSatisfy(\.missing.isEmpty) }

    /// For a terminal.
    public var text: String {
        let lines = objects.flatMap { object in
            ["  \(object.object): \(object.had.count) of \(object.needed.count)"]
                + object.missing.map { "    missing: \($0)" }
        }
        let head = "\(server): privileges that the account has, of those that Nova needs (\(Self.source))"
        return VisibleText(([head] + lines).joined(separator: "\n")).text
    }
}
