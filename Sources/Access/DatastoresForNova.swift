package import VSphere

extension Inventory {
    /// The datastores of a cluster that Nova's driver may choose (`ds_util._select_datastore`), as preflight judges them.
    package func datastoresForNova(of cluster: ClusterComputeResource, matching expression: String?) -> [Datastore] {
        datastores(of: cluster).filter {
            $0.isUsableByNova && DatastoreExpression.matches(expression, $0.name) == true
        }
    }
}
