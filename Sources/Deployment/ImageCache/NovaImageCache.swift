import Foundation
import Rendering

/// Where a nova-compute service with the VMware driver keeps images on a datastore, as its configuration says.
///
/// The rules are those of `nova/virt/vmwareapi/vmops.py` (`_get_base_folder`, `cache_image_path`,
/// `_use_disk_image_as_linked_clone`), the same from Kilo to the newest release looked at (34).
struct NovaImageCache: Sendable, Equatable {
    /// The folder of all images, at the datastore's root.
    var folder: String
    /// Instances are linked to a copy of the image that has their flavor's size.
    var usesLinkedClones: Bool
    /// Nova's `datastore_regex`; nil for all datastores.
    var datastoreRegex: String?

    /// - Parameter files: the service's configuration files, in the order in which it reads them.
    init(_ files: [RenderedFile]) {
        let name = files.value("image_cache", "subdirectory_name") ?? "_base"
        let prefix = files.value("vmware", "cache_prefix") ?? ""
        let isAged = Self.isTrue(files.value("image_cache", "remove_unused_base_images") ?? "true")
        // Without a prefix the folder is that of the node, unless nothing in it is ever removed.
        folder = (prefix.isEmpty && isAged ? files.value("DEFAULT", "my_ip") ?? "" : prefix) + name
        usesLinkedClones = Self.isTrue(files.value("vmware", "use_linked_clone") ?? "true")
        datastoreRegex = files.value("vmware", "datastore_regex").flatMap { $0.isEmpty ? nil : $0 }
    }

    /// - Parameter files: of the node, among which the files of the cluster's nova-compute are.
    init(cluster: String, among files: [RenderedFile]) {
        self.init(
            ["/etc/nova/nova.conf", "/etc/nova/nova-compute-\(cluster).conf"].compactMap { path in
                files.first { $0.path == path }
            })
    }

    /// As oslo.config reads a boolean.
    private static func isTrue(_ text: String) -> Bool { ["1", "true", "yes", "on"].contains(text.lowercased()) }

    /// The folder of an image, by its id in Glance.
    func folder(of image: String) -> String { "\(folder)/\(image)" }

    /// The disk whose being there is what Nova looks for before it fetches an image.
    func disk(of image: String) -> String { "\(image).vmdk" }

    /// The copy to which instances of a flavor with a root disk of so many GiB are linked.
    func disk(of image: String, gibibytes: Int) -> String { "\(image).\(gibibytes).vmdk" }
}

/// An image to be put into the cache of one service before Nova asks for it.
public struct CachePriming: Sendable {
    /// The cluster, as the topology names it.
    var cluster: ClusterName
    var cache: NovaImageCache
    var image: GlanceImage
    /// Root disks, in GiB, for which a copy is made as well; none without linked clones.
    var rootDisks: [Int]

    /// A cluster of a vCenter of the topology.
    struct ClusterName: Sendable, Hashable {
        var vcenter: String
        /// Its key in the topology.
        var key: String
        /// Its name in vCenter.
        var name: String
    }

    /// What is primed already is known by this.
    var id: String { "\(cluster.vcenter)/\(cluster.key) \(image.name)" }
}
