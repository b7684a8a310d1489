package import Access
import DiskImage
import OpenStack
import Topology
import VSphere

/// Puts images into Nova's caches, and looks which are there.
package struct CachePrimer: Sendable {
    private let lab: Lab
    private let cloud: Cloud
    private let vcenters: VCenterSessions
    private let report: @Sendable (ImageUpload.Event, GlanceImage) -> Void

    /// - Parameter report: hears what becomes of an image.
    package init(
        _ access: LabAccess, report: @escaping @Sendable (ImageUpload.Event, GlanceImage) -> Void = { _, _ in }
    ) {
        (lab, cloud, vcenters) = (access.lab, access.cloud, access.vcenters)
        self.report = report
    }

    /// Primes every datastore that Nova may choose: which one it takes depends on their free space at that moment.
    package func prime(_ priming: CachePriming) async throws {
        guard let id = try await cloud.images().first(where: { $0.name == priming.image.name })?.id else {
            throw UploadFailure(cause: "Glance has no image \(priming.image.name)", hint: nil)
        }
        let disk = try ImageFile.open(priming.image.path, as: priming.image.format)
        try await withCaches(of: priming) { caches in
            let places = try caches.map {
                try ImageCacheDestination($0, id: id, capacity: disk.capacity, for: priming)
            }
            let upload = ImageUpload(disk, as: .monolithicSparse())
            let outcome = try await upload.run(to: places, digest: priming.image.digest) { report($0, priming.image) }
            if !outcome.failed.isEmpty {
                let reasons = outcome.failed.map { "\($0.name): \($0.reason)" }
                throw UploadFailure(cause: reasons.joined(separator: "\n"), hint: nil)
            }
        }
    }

    /// Whether Nova would find an image in each of its datastores.
    package func isPrimed(_ priming: CachePriming, id: String) async throws -> Bool {
        var isThere = true
        try await withCaches(of: priming) { caches in
            for cache in caches where isThere { isThere = try await cache.holds(id) }
        }
        return isThere
    }

    private func withCaches(of priming: CachePriming, _ body: ([ImageCacheAccess]) async throws -> Void) async throws {
        guard let vcenter = lab.vcenter(priming.cluster.vcenter) else { return }
        let connection = try await vcenters.session(with: vcenter)
        let inventory = try await connection.inventory()
        let wanted = vcenter.clusters.first { $0.name == priming.cluster.key }
        let meaning = wanted.map { inventory.meaning(of: $0, in: vcenter.datacenter) }
        var datastores: [Datastore] = []
        if case .one(let cluster) = meaning {
            switch inventory.datastoresForNova(of: cluster, matching: priming.cache.datastoreRegex) {
            case .matching(let all): datastores = all.filter(\.isUsableByNova)
            case .unreadable(let expression):
                throw UploadFailure(
                    cause: DatastoresForNova.unreadableWords(expression), hint: "write it more simply in \(lab.file)")
            }
        }
        guard !datastores.isEmpty else {
            throw UploadFailure(
                cause: "cluster “\(priming.cluster.name)” has no datastore that Nova would take",
                hint: "see datastore_regex of the cluster in \(lab.file)")
        }
        try await body(
            try datastores.map { datastore in
                let access = try DatastoreAccess(datastore, in: inventory, through: connection)
                return ImageCacheAccess(datastore: access, cache: priming.cache)
            })
    }
}
