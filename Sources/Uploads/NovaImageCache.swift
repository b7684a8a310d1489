import Foundation

/// Where a nova-compute service with the VMware driver keeps images on a datastore, as its configuration says.
///
/// The rules are those of `nova/virt/vmwareapi/vmops.py` (`_get_base_folder`, `cache_image_path`,
/// `_use_disk_image_as_linked_clone`), the same from Kilo to the newest release looked at (34).
package struct NovaImageCache: Sendable, Equatable {
    /// The folder of all images, at the datastore's root.
    package var folder: String
    /// Instances are linked to a copy of the image that has their flavor's size.
    package var usesLinkedClones: Bool
    /// Nova's `datastore_regex`; nil for all datastores.
    package var datastoreRegex: String?

    /// - Parameter value: of an option, by section and name, in the configuration of the service.
    package init(reading value: (_ section: String, _ name: String) -> String?) {
        let name = value("image_cache", "subdirectory_name") ?? "_base"
        let prefix = value("vmware", "cache_prefix") ?? ""
        let isAged = Self.isTrue(value("image_cache", "remove_unused_base_images") ?? "true")
        // Without a prefix the folder is that of the node, unless nothing in it is ever removed.
        folder = (prefix.isEmpty && isAged ? value("DEFAULT", "my_ip") ?? "" : prefix) + name
        usesLinkedClones = Self.isTrue(value("vmware", "use_linked_clone") ?? "true")
        datastoreRegex = value("vmware", "datastore_regex").flatMap { $0.isEmpty ? nil : $0 }
    }

    /// As oslo.config reads a boolean.
    private static func isTrue(_ text: String) -> Bool { ["1", "true", "yes", "on"].contains(text.lowercased()) }

    /// The folder of an image, by its id in Glance.
    package func folder(of image: String) -> String { "\(folder)/\(image)" }

    /// The disk whose being there is what Nova looks for before it fetches an image.
    package func disk(of image: String) -> String { "\(image).vmdk" }

    /// The copy to which instances of a flavor with a root disk of so many GiB are linked.
    package func disk(of image: String, gibibytes: Int) -> String { "\(image).\(gibibytes).vmdk" }
}

/// An image to be put into the cache of one service before Nova asks for it.
public struct CachePriming: Sendable {
    /// The cluster, as the topology names it.
    package var cluster: ClusterName
    package var cache: NovaImageCache
    package var image: GlanceImage
    /// Root disks, in GiB, for which a copy is made as well; none without linked clones.
    package var rootDisks: [Int]

    /// A cluster of a vCenter of the topology.
    package struct ClusterName: Sendable, Hashable {
        package var vcenter: String
        /// Its key in the topology.
        package var key: String
        /// Its name in vCenter.
        package var name: String

        package init(vcenter: String, key: String, name: String) {
            (self.vcenter, self.key, self.name) = (vcenter, key, name)
        }
    }

    package init(cluster: ClusterName, cache: NovaImageCache, image: GlanceImage, rootDisks: [Int]) {
        (self.cluster, self.cache, self.image, self.rootDisks) = (cluster, cache, image, rootDisks)
    }

    /// What is primed already is known by this.
    package var id: String { "\(place) \(image.name)" }

    /// The cluster as a person reads it.
    package var place: String { "\(cluster.vcenter)/\(cluster.key)" }
}
