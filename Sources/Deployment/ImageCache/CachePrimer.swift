import Foundation
import OpenStack
import Rendering
import Topology
import VSphere

/// Puts images into Nova's caches, and looks which are there.
struct CachePrimer: Sendable {
    var lab: Lab
    var cloud: Cloud
    /// How a vCenter of the topology is reached.
    var endpoint: @Sendable (VCenter) -> VCenterEndpoint
    var disks: SparseDisks
    var report: @Sendable (DeploymentEvent) -> Void

    /// Primes every datastore that Nova may choose: which one it takes depends on their free space at that moment.
    func prime(_ priming: CachePriming) async throws {
        guard let id = try await cloud.images().first(where: { $0.name == priming.image.name })?.id else {
            throw ActionFailure(cause: "Glance has no image \(priming.image.name)", hint: nil)
        }
        let disk = try await disks.disk(of: priming.image)
        try await withCaches(of: priming) { cache in
            let isNew = try await cache.prime(id, with: disk, for: priming)
            let place = "[\(cache.datastore.datastore.name)] \(priming.cache.folder(of: id))"
            report(.progress(node: nil, isNew ? "\(priming.image.name) is in \(place)" : "\(place) was there already"))
        }
    }

    /// Whether Nova would find an image in each of its datastores.
    func isPrimed(_ priming: CachePriming, id: String) async throws -> Bool {
        var isThere = true
        try await withCaches(of: priming) { cache in
            if isThere { isThere = try await cache.holds(id) }
        }
        return isThere
    }

    private func withCaches(of priming: CachePriming, _ body: (ImageCacheAccess) async throws -> Void) async throws {
        guard let vcenter = lab.vcenter(priming.cluster.vcenter) else { return }
        let connection = try await VCenterConnection.open(endpoint(vcenter))
        let inventory = try await connection.inventory()
        let datastores = inventory.clusters(named: priming.cluster.name).first.map { cluster in
            inventory.datastoresForNova(of: cluster, matching: priming.cache.datastoreRegex)
        }
        guard let datastores, !datastores.isEmpty else {
            throw ActionFailure(
                cause: "cluster “\(priming.cluster.name)” has no datastore that Nova would take",
                hint: "see datastore_regex of the cluster in \(lab.file)")
        }
        for datastore in datastores {
            let access = try DatastoreAccess(datastore, in: inventory, through: connection)
            try await body(ImageCacheAccess(datastore: access, cache: priming.cache))
        }
        try await connection.logout()
    }
}

extension Deployment {
    /// Which of a view's primings are done. A cloud that does not answer yet has no image that could be.
    func primed(_ view: LabView, _ primer: CachePrimer) async throws -> Set<String> {
        var done: Set<String> = []
        for priming in view.cachePrimings {
            guard let id = view.cloud?.imageIDs[priming.image.name] else { continue }
            if try await primer.isPrimed(priming, id: id) { done.insert(priming.id) }
        }
        return done
    }

    func primer(_ secrets: [SecretName: Secret]) -> CachePrimer {
        CachePrimer(
            lab: lab, cloud: cloud(secrets), endpoint: { endpoint(of: $0, secrets) },
            disks: SparseDisks(in: state.directory), report: report)
    }
}
