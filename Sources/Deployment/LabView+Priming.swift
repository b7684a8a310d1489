import Access
import Planning
import Topology
import Uploads

extension LabView {
    /// A priming with the disk that is put there and the cache as the cluster's service has it; nil: the lab has none such.
    func priming(_ wanted: WantedPriming, with images: [GlanceImage]) -> CachePriming? {
        let service = lab.computeServices.first { $0.driver == .cluster(wanted.cluster) }
        guard let service, let cluster = lab.cluster(wanted.cluster),
            let image = images.first(where: { $0.name == wanted.image })
        else { return nil }
        let cache = NovaImageCache(cluster: wanted.cluster.cluster, among: node(service.node)?.files ?? [])
        let disks = Set(lab.flavors.map(\.diskGB)).filter { $0 > 0 }.sorted()
        return CachePriming(
            cluster: .init(
                vcenter: wanted.cluster.vcenter, key: wanted.cluster.cluster, name: cluster.clusterName),
            cache: cache, image: image, rootDisks: cache.usesLinkedClones ? disks : [])
    }
}

extension WantedImage {
    /// What a plan has to know of an image.
    init(_ image: GlanceImage) {
        self.init(
            name: image.name, properties: image.properties, diskFormat: image.diskFormat, digest: image.digest)
    }
}

extension Deployment {
    /// Which of a view's primings are done. A cloud that does not answer yet has no image that could be.
    func primed(_ view: LabView, with images: [GlanceImage], _ access: LabAccess) async throws -> Set<WantedPriming> {
        let primer = CachePrimer(access)
        var done: Set<WantedPriming> = []
        for wanted in view.cachePrimings {
            guard let id = view.cloud?.imageIDs[wanted.image], let priming = view.priming(wanted, with: images)
            else { continue }
            if try await primer.isPrimed(priming, id: id) { done.insert(wanted) }
        }
        return done
    }
}

extension ImageUpload.Event {
    /// What a priming reports of it.
    func progress(of image: GlanceImage) -> DeploymentEvent? {
        switch self {
        case .present(let place): .progress(node: nil, "\(place) was there already")
        case .verified(let place, _): .progress(node: nil, "\(image.name) is in \(place)")
        case .retrying(let place, let reason): .warning(node: nil, "the priming of \(place) starts again: \(reason)")
        case .reading, .sent: nil
        }
    }
}
