import Rendering
import Topology
import Uploads

extension LabView {
    /// Every image for vSphere and every cluster whose topology says `prime_image_cache: true`.
    var cachePrimings: [CachePriming] {
        let disks = Set(lab.flavors.map(\.diskGB)).filter { $0 > 0 }.sorted()
        return lab.computeServices.flatMap { service -> [CachePriming] in
            guard case .vcenter(let reference) = service.driver, let cluster = lab.cluster(reference),
                cluster.primesImageCache
            else { return [] }
            let cache = NovaImageCache(cluster: reference.cluster, among: node(service.node)?.files ?? [])
            return images.filter { $0.diskFormat == "vmdk" }.map { image in
                CachePriming(
                    cluster: .init(vcenter: reference.vcenter, key: reference.cluster, name: cluster.clusterName),
                    cache: cache, image: image, rootDisks: cache.usesLinkedClones ? disks : [])
            }
        }
    }
}
