/// What a vCenter has, read at one moment: everything but virtual machines, each kind in order of names.
public struct Inventory: Sendable, Equatable {
    /// Wherever in folders they are.
    public let datacenters: [Datacenter]
    /// Of datacenters, virtual machines, hosts, datastores and networks.
    public let folders: [Folder]
    /// Of all datacenters.
    public let clusters: [ClusterComputeResource]
    /// Those that are no cluster: each holds one host.
    public let computeResources: [ComputeResource]
    /// Those in clusters and those alone.
    public let hosts: [HostSystem]
    /// Of all datacenters.
    public let datastores: [Datastore]
    /// Standard, distributed and foreign port groups.
    public let networks: [Network]
    /// Of all datacenters.
    public let distributedSwitches: [DistributedVirtualSwitch]
}

extension Inventory {
    /// All clusters of a name: Nova takes the first that it meets, so there should be one.
    public func clusters(named name: String) -> [ClusterComputeResource] {
        clusters.filter { $0.name == name }
    }

    /// The ESXi hosts of a cluster.
    public func hosts(of cluster: ClusterComputeResource) -> [HostSystem] {
        hosts.filter { cluster.hosts.contains($0.reference) }
    }

    /// The datastores that at least one host of a cluster mounts.
    public func datastores(of cluster: ClusterComputeResource) -> [Datastore] {
        datastores.filter { cluster.datastores.contains($0.reference) }
    }

    /// The networks that at least one host of a cluster has.
    public func networks(of cluster: ClusterComputeResource) -> [Network] {
        networks.filter { cluster.networks.contains($0.reference) }
    }

    /// The hosts of a cluster that lack a network.
    public func hosts(of cluster: ClusterComputeResource, without network: Network) -> [HostSystem] {
        hosts(of: cluster).filter { !$0.networks.contains(network.reference) }
    }

    /// The hosts of a cluster that cannot read and write a datastore.
    public func hosts(of cluster: ClusterComputeResource, without datastore: Datastore) -> [HostSystem] {
        let usable = datastore.mounts.filter { $0.accessible && $0.accessMode == "readWrite" }.map(\.host)
        return hosts(of: cluster).filter { !usable.contains($0.reference) }
    }

    /// The datacenter that an object with this parent is in.
    public func datacenter(above parent: ManagedObjectReference?) -> Datacenter? {
        var found: Datacenter?
        climb(from: parent) { reference, _ in
            found = found ?? datacenters.first { $0.reference == reference }
        }
        return found
    }

    /// Where an object stands, as vCenter's inventory paths are written: `/dc1/host/cluster_a`. The root folder is
    /// left out, and names have `/`, `\` and `%` as vCenter writes them, so that the path means one object.
    public func path(of name: String, below parent: ManagedObjectReference?) -> String {
        var names = [name]
        climb(from: parent) { _, name in names.append(name) }
        return "/" + names.reversed().map(ObjectContent.escapedName).joined(separator: "/")
    }

    /// From a parent upwards, without the root folder; no more steps than there are objects, whatever the server says.
    private func climb(from parent: ManagedObjectReference?, _ body: (ManagedObjectReference, String) -> Void) {
        var next = parent
        for _ in 0...(folders.count + datacenters.count + clusters.count + computeResources.count) {
            guard let here = next, let (name, above) = place(of: here) else { return }
            if above == nil, here.type == "Folder" { return }
            body(here, name)
            next = above
        }
    }

    private func place(of reference: ManagedObjectReference) -> (name: String, parent: ManagedObjectReference?)? {
        if let folder = folders.first(where: { $0.reference == reference }) { return (folder.name, folder.parent) }
        if let datacenter = datacenters.first(where: { $0.reference == reference }) {
            return (datacenter.name, datacenter.parent)
        }
        if let cluster = clusters.first(where: { $0.reference == reference }) { return (cluster.name, cluster.parent) }
        return computeResources.first { $0.reference == reference }.map { ($0.name, $0.parent) }
    }
}

/// A datacenter.
public struct Datacenter: Sendable, Equatable {
    /// vCenter's id of it, e.g. `Datacenter:datacenter-3`.
    public let reference: ManagedObjectReference
    /// As people see it, unique in its folder.
    public let name: String
    /// The folder it is in.
    public let parent: ManagedObjectReference?
}

/// What holds one host that is in no cluster, and is named like it.
public struct ComputeResource: Sendable, Equatable {
    /// vCenter's id of it, e.g. `ComputeResource:domain-s8`.
    public let reference: ManagedObjectReference
    /// The host's name.
    public let name: String
    /// The folder it is in.
    public let parent: ManagedObjectReference?
}

/// A folder, of whatever it holds.
public struct Folder: Sendable, Equatable {
    /// vCenter's id of it, e.g. `Folder:group-v4`.
    public let reference: ManagedObjectReference
    /// As people see it; vCenter's own are called `vm`, `host`, `datastore` and `network`.
    public let name: String
    /// A folder or a datacenter; nil for the root folder.
    public let parent: ManagedObjectReference?
}

extension Datacenter {
    static let properties = (type: "Datacenter", paths: ["name", "parent"])

    init(_ content: ObjectContent) throws(Trouble) {
        reference = content.reference
        name = try content.name()
        parent = content.reference("parent")
    }
}

extension Folder {
    static let properties = (type: "Folder", paths: ["name", "parent"])

    init(_ content: ObjectContent) throws(Trouble) {
        reference = content.reference
        name = try content.name()
        parent = content.reference("parent")
    }
}

extension ComputeResource {
    /// Includes ClusterComputeResource.
    static let properties = (type: "ComputeResource", paths: ["name", "parent"])

    init(_ content: ObjectContent) throws(Trouble) {
        reference = content.reference
        name = try content.name()
        parent = content.reference("parent")
    }
}
