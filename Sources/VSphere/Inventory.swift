/// What a vCenter has, read at one moment: everything but virtual machines, each kind in order of names.
public struct Inventory: Sendable, Equatable {
    public let datacenters: [Datacenter]
    public let folders: [Folder]
    public let clusters: [ClusterComputeResource]
    public let hosts: [HostSystem]
    public let datastores: [Datastore]
    public let networks: [Network]
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
        var next = parent
        for _ in 0...folders.count {  // no more steps than there are folders, whatever the server says
            guard let here = next else { return nil }
            if let datacenter = datacenters.first(where: { $0.reference == here }) { return datacenter }
            next = folders.first { $0.reference == here }?.parent
        }
        return nil
    }
}

/// A datacenter.
public struct Datacenter: Sendable, Equatable {
    public let reference: ManagedObjectReference
    public let name: String
    /// The folder it is in.
    public let parent: ManagedObjectReference?
}

/// A folder, of whatever it holds.
public struct Folder: Sendable, Equatable {
    public let reference: ManagedObjectReference
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
