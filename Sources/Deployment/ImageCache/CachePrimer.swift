import Access
import DiskImage
import OpenStack
import Planning
import Rendering
import Topology
import Uploads
import VSphere

/// Puts images into Nova's caches, and looks which are there.
struct CachePrimer: Sendable {
    var lab: Lab
    var cloud: Cloud
    /// How a vCenter of the topology is reached.
    var endpoint: @Sendable (VCenter) -> VCenterEndpoint
    var report: @Sendable (DeploymentEvent) -> Void

    /// Primes every datastore that Nova may choose: which one it takes depends on their free space at that moment.
    func prime(_ priming: CachePriming) async throws {
        guard let id = try await cloud.images().first(where: { $0.name == priming.image.name })?.id else {
            throw ActionFailure(cause: "Glance has no image \(priming.image.name)", hint: nil)
        }
        let disk = try ImageFile.open(priming.image.path, as: priming.image.format)
        try await withCaches(of: priming) { caches in
            let places = try caches.map {
                try ImageCacheDestination($0, id: id, capacity: disk.capacity, for: priming)
            }
            let upload = ImageUpload(disk, as: .monolithicSparse())
            let outcome = try await upload.run(to: places, digest: priming.image.digest) { tell($0, of: priming.image) }
            if !outcome.failed.isEmpty {
                let reasons = outcome.failed.map { "\($0.name): \($0.reason)" }
                throw ActionFailure(cause: reasons.joined(separator: "\n"), hint: nil)
            }
        }
    }

    private func tell(_ event: ImageUpload.Event, of image: GlanceImage) {
        switch event {
        case .present(let place): report(.progress(node: nil, "\(place) was there already"))
        case .verified(let place, _): report(.progress(node: nil, "\(image.name) is in \(place)"))
        case .retrying(let place, let reason):
            report(.warning(node: nil, "the priming of \(place) is begun anew: \(reason)"))
        case .reading, .sent: break
        }
    }

    /// Whether Nova would find an image in each of its datastores.
    func isPrimed(_ priming: CachePriming, id: String) async throws -> Bool {
        var isThere = true
        try await withCaches(of: priming) { caches in
            for cache in caches where isThere { isThere = try await cache.holds(id) }
        }
        return isThere
    }

    private func withCaches(of priming: CachePriming, _ body: ([ImageCacheAccess]) async throws -> Void) async throws {
        guard let vcenter = lab.vcenter(priming.cluster.vcenter) else { return }
        let connection = try await VCenterConnection.open(endpoint(vcenter))
        let inventory = try await connection.inventory()
        let wanted = vcenter.clusters.first { $0.name == priming.cluster.key }
        let meaning = wanted.map { inventory.meaning(of: $0, in: vcenter.datacenter) }
        let datastores: [Datastore] =
            if case .one(let cluster) = meaning {
                inventory.datastoresForNova(of: cluster, matching: priming.cache.datastoreRegex)
            } else {
                []
            }
        guard !datastores.isEmpty else {
            throw ActionFailure(
                cause: "cluster “\(priming.cluster.name)” has no datastore that Nova would take",
                hint: "see datastore_regex of the cluster in \(lab.file)")
        }
        try await body(
            try datastores.map { datastore in
                let access = try DatastoreAccess(datastore, in: inventory, through: connection)
                return ImageCacheAccess(datastore: access, cache: priming.cache)
            })
        try await connection.logout()
    }
}

extension Deployment {
    /// Which of a view's primings are done. A cloud that does not answer yet has no image that could be.
    func primed(
        _ view: LabView, with images: [GlanceImage], _ primer: CachePrimer
    ) async throws -> Set<WantedPriming> {
        var done: Set<WantedPriming> = []
        for wanted in view.cachePrimings {
            guard let id = view.cloud?.imageIDs[wanted.image], let priming = view.priming(wanted, with: images)
            else { continue }
            if try await primer.isPrimed(priming, id: id) { done.insert(wanted) }
        }
        return done
    }

    func primer(_ secrets: [SecretName: Secret]) -> CachePrimer {
        CachePrimer(
            lab: lab, cloud: cloud(secrets), endpoint: { endpoint(of: $0, secrets) }, report: report)
    }
}
