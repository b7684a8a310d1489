import Planning
import Topology
import Uploads

extension LabView {
    /// A priming with the disk that is put there and the cache as the cluster's service has it; nil: the lab has none such.
    func priming(_ wanted: WantedPriming, with images: [GlanceImage]) -> CachePriming? {
        let service = lab.computeServices.first { $0.driver == .vcenter(wanted.cluster) }
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
