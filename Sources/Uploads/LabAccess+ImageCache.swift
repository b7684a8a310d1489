package import Access
import Foundation
package import Topology
import VSphere
import Wording

/// What stands in Nova's image caches of a lab's clusters, and what became of it.
public struct CachedImageReport: Sendable {
    /// An image on one datastore.
    public struct Entry: Sendable, Encodable {
        /// `vc1/cluster_a`.
        public var cluster: String
        /// The folder, `[DATASTORE] PATH`.
        public var path: String
        /// The image's name in Glance; nil for what Nova fetched itself.
        public var image: String?
        /// Of the files in it.
        public var bytes: Int64
        /// The machines whose disks hang on it.
        public var usedBy: [String]
        /// Whether it is gone now.
        public var removed: Bool
        /// Why it could not be removed, though that was wanted.
        public var problem: String?
    }

    /// By vCenter and cluster, in the topology's order.
    public var entries: [Entry]

    /// Whether something stayed that was to be removed.
    public var hasProblems: Bool { entries.contains { $0.problem != nil } }

    /// A line for each.
    public var text: String {
        guard !entries.isEmpty else { return "nothing is in Nova's image caches\n" }
        return entries.map { entry in
            let from = entry.image.map { "\($0), put there by Polyvisor" } ?? "fetched by Nova"
            let users = entry.usedBy.isEmpty ? "" : ", used by \(entry.usedBy.joined(separator: ", "))"
            let end = entry.removed ? ", removed" : entry.problem.map { "\n  not removed: \($0)" } ?? ""
            return "\(entry.cluster)  \(entry.path)  \(ByteCount.wholeMiB(entry.bytes)) MiB, \(from)\(users)\(end)\n"
        }.joined()
    }
}

extension LabAccess {
    /// The images in Nova's caches on the datastores that Nova may choose.
    ///
    /// - Parameters:
    ///   - caches: the cache of each cluster, as its service's configuration has it.
    ///   - limit: names of vCenters and clusters; empty: all.
    ///   - remove: says of each that Polyvisor put there whether it is to be removed.
    package func cachedImages(
        in caches: [(cluster: ClusterReference, cache: NovaImageCache)], limit: [String] = [],
        remove: (CachedImageReport.Entry) async throws -> Bool = { _ in false }
    ) async throws -> CachedImageReport {
        var report = CachedImageReport(entries: [])
        let caches = caches.filter { cluster, _ in
            limit.isEmpty || limit.contains(cluster.vcenter) || limit.contains("\(cluster)")
        }
        for vcenter in lab.vcenters {
            let wanted = caches.filter { $0.cluster.vcenter == vcenter.name }
            guard !wanted.isEmpty else { continue }
            let connection = try await vcenters.session(with: vcenter)
            async let using = connection.diskFiles()
            let inventory = try await connection.inventory()
            let inUse = try await using
            for (cluster, cache) in wanted {
                guard let wanted = vcenter.clusters.first(where: { $0.name == cluster.cluster }),
                    case .one(let found) = inventory.meaning(of: wanted, in: vcenter.datacenter)
                else { continue }
                for datastore in try datastores(of: found, cache, inventory) {
                    let access = try DatastoreAccess(datastore, in: inventory, through: connection)
                    report.entries += try await entries(
                        of: ImageCacheAccess(datastore: access, cache: cache), "\(cluster)", inUse, remove)
                }
            }
        }
        return report
    }

    /// Where images may be in the cache.
    private func datastores(
        of cluster: ClusterComputeResource, _ cache: NovaImageCache, _ inventory: Inventory
    ) throws -> [Datastore] {
        switch inventory.datastoresForNova(of: cluster, matching: cache.datastoreRegex) {
        case .matching(let all): all.filter(\.isUsableByNova)
        case .unreadable(let expression):
            throw UploadFailure(
                cause: DatastoresForNova.unreadableWords(expression), hint: "write it more simply in \(lab.file)")
        }
    }

    private func entries(
        of access: ImageCacheAccess, _ cluster: String, _ inUse: [String: Set<String>],
        _ remove: (CachedImageReport.Entry) async throws -> Bool
    ) async throws -> [CachedImageReport.Entry] {
        var entries: [CachedImageReport.Entry] = []
        for found in try await access.entries() {
            var entry = CachedImageReport.Entry(
                cluster: cluster, path: "\(access.path(of: found.id))", image: found.mark?.image, bytes: found.size,
                usedBy: access.users(of: found.id, inUse), removed: false)
            if found.mark != nil, try await remove(entry) {
                do {
                    try await access.remove(found.id, inUse: inUse)
                    entry.removed = true
                } catch let failure as UploadFailure {
                    entry.problem = "\(failure)"
                }
            }
            entries.append(entry)
        }
        return entries
    }
}
