public import VSphere

extension Inventory {
    /// The datastores of a cluster that Nova's driver may choose (`ds_util._select_datastore`).
    public func datastoresForNova(of cluster: ClusterComputeResource, matching expression: String?) -> [Datastore] {
        let usable = datastores(of: cluster).filter { datastore in
            ["VMFS", "NFS", "NFS41", "vsan"].contains(datastore.type) && datastore.accessible
                && (datastore.maintenanceMode ?? "normal") == "normal"
        }
        guard let expression else { return usable }
        // Python's `re.match` is anchored at the start only, as `prefixMatch` is.
        guard let regex = try? Regex(expression) else { return [] }
        return usable.filter { (try? regex.prefixMatch(in: $0.name)) != nil }
    }
}
