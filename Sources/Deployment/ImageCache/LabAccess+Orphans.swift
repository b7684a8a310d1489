import Foundation
public import Topology
import VSphere

extension LabAccess {
    /// What failed imports of Nova, and interrupted primings, left on the datastores of a vCenter's clusters.
    ///
    /// - Parameter remove: removes each of them after this says yes to it.
    /// - Returns: all that were found, removed or not.
    public func orphans(
        of vcenter: VCenter, remove: (DatastoreOrphan) async throws -> Bool = { _ in false }
    ) async throws -> [DatastoreOrphan] {
        let connection = try await VCenterConnection.open(endpoint(of: vcenter))
        let inventory = try await connection.inventory()
        let clusters = vcenter.clusters.flatMap { inventory.clusters(named: $0.clusterName) }
        var machines: Set<String> = []
        for cluster in clusters {
            machines.formUnion(try await connection.virtualMachines(inCluster: cluster.reference).map(\.name))
        }
        let wanted = Set(clusters.flatMap(\.datastores))
        let now = try await connection.currentTime()
        var all: [DatastoreOrphan] = []
        for datastore in inventory.datastores where wanted.contains(datastore.reference) && datastore.accessible {
            let access = try DatastoreAccess(datastore, in: inventory, through: connection)
            let search = OrphanSearch(datastore: access, virtualMachines: machines, now: now)
            for orphan in try await search.find() {
                all.append(orphan)
                if try await remove(orphan) { try await search.remove(orphan) }
            }
        }
        try await connection.logout()
        return all
    }
}
