public import Access
public import Foundation
import Topology
public import VSphere
import Wording

/// What was found on the datastores of a lab's vCenters, and what became of it.
public struct OrphanReport: Sendable {
    /// One folder, and what became of it.
    public struct Orphan: Sendable, Encodable {
        /// The vCenter's key in the topology.
        public var vcenter: String
        /// Why it is there.
        public var kind: DatastoreOrphan.Kind
        /// `[DATASTORE] FOLDER`.
        public var path: String
        /// Of all files in it.
        public var bytes: Int64
        /// When something in it last changed; nil where the server does not tell.
        public var modified: Date?
        /// Whether it is gone now.
        public var removed: Bool
    }

    /// By vCenter, in the topology's order.
    public var orphans: [Orphan]

    /// Whether nothing is left.
    public var isClean: Bool { orphans.allSatisfy(\.removed) }

    /// A line for each.
    public var text: String {
        guard !orphans.isEmpty else { return "nothing is left on the datastores\n" }
        return orphans.map { orphan in
            let size = "\(ByteCount.wholeMiB(orphan.bytes)) MiB"
            return "\(orphan.vcenter)  \(orphan.path)  \(size), \(orphan.kind.rawValue)"
                + (orphan.removed ? ", removed" : "") + "\n"
        }.joined()
    }
}

extension LabAccess {
    /// What failed imports of Nova, and interrupted primings, left on the datastores of each vCenter's clusters.
    ///
    /// - Parameter remove: says of each whether it is to be removed.
    public func orphans(
        limit: [String] = [], remove: (DatastoreOrphan) async throws -> Bool = { _ in false }
    ) async throws -> OrphanReport {
        var report = OrphanReport(orphans: [])
        for vcenter in lab.vcenters where limit.isEmpty || limit.contains(vcenter.name) {
            let connection = try await vcenters.session(with: vcenter)
            for search in try await searches(of: vcenter, connection) {
                for found in try await search.find() {
                    let isRemoved = try await remove(found)
                    if isRemoved { try await search.remove(found) }
                    report.orphans.append(
                        .init(
                            vcenter: vcenter.name, kind: found.kind, path: found.path, bytes: found.size,
                            modified: found.modified, removed: isRemoved))
                }
            }
        }
        return report
    }

    private func searches(of vcenter: VCenter, _ connection: VCenterConnection) async throws -> [OrphanSearch] {
        async let reading = connection.virtualMachines()
        let inventory = try await connection.inventory()
        // All of a name: Nova takes the first of them, wherever it is.
        let clusters = vcenter.clusters.flatMap { inventory.clusters(meant: $0) }
        let machines = Set(try await reading.map(\.name))
        let wanted = Set(clusters.flatMap(\.datastores))
        let now = try await connection.currentTime()
        return try inventory.datastores.filter { wanted.contains($0.reference) && $0.accessible }.map { datastore in
            OrphanSearch(
                try DatastoreAccess(datastore, in: inventory, through: connection), virtualMachines: machines, now: now)
        }
    }
}
