public import Topology
public import VSphere

extension Inventory {
    /// The cluster that the topology means: of its name, and in its datacenter.
    public func cluster(_ wanted: Cluster, of server: VSphereServer) -> ClusterComputeResource? {
        clusters(meant: wanted).first { datacenter(above: $0.parent)?.name == server.datacenter }
    }

    /// Clusters of a name, as it is or as vCenter writes it.
    public func clusters(meant wanted: Cluster) -> [ClusterComputeResource] {
        clusters.filter { $0.name == wanted.clusterName || storedName($0.name) == wanted.clusterName }
    }
}

/// A name as vCenter keeps it, and as Nova compares it: with `%2f`, `%5c` and `%25` for `/`, `\` and `%`.
public func storedName(_ name: String) -> String {
    name.replacing("%", with: "%25").replacing("/", with: "%2f").replacing("\\", with: "%5c")
}

extension Cluster {
    /// Whether `datastore_regex` lets Nova use a datastore of this name.
    ///
    /// Python's `re.match` is anchored at the start only, as `prefixMatch` is.
    public func takes(_ datastore: String) -> Bool {
        guard let datastoreRegex else { return true }
        guard let regex = try? Regex(datastoreRegex) else { return false }
        return (try? regex.prefixMatch(in: datastore)) != nil
    }
}

extension Datastore {
    /// As `nova.virt.vmwareapi.ds_util` judges it.
    public var isUsableByNova: Bool { hasKnownType && accessible && !isInMaintenance }

    public var hasKnownType: Bool { ["VMFS", "NFS", "NFS41", "vsan"].contains(type) }
    public var isInMaintenance: Bool { (maintenanceMode ?? "normal") != "normal" }
}
