package import Topology

/// An image that Nova's VMware driver is to find in its cache before it asks for it.
package struct WantedPriming: Sendable, Hashable {
    package var cluster: ClusterReference
    /// Its name in Glance.
    package var image: String

    /// `VCENTER/CLUSTER`.
    package var place: String { "\(cluster)" }
}

extension LabView {
    /// Every image for vSphere and every cluster whose topology says `prime_image_cache: true`.
    package var cachePrimings: [WantedPriming] {
        lab.computeServices.flatMap { service -> [WantedPriming] in
            guard case .cluster(let reference) = service.driver, lab.cluster(reference)?.primesImageCache == true
            else { return [] }
            return images.filter { $0.diskFormat == "vmdk" }.map {
                WantedPriming(cluster: reference, image: $0.name)
            }
        }
    }
}
