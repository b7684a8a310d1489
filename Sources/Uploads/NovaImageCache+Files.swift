package import Rendering

extension NovaImageCache {
    /// - Parameter files: the service's configuration files, in the order in which it reads them.
    package init(_ files: [RenderedFile]) { self.init { files.value($0, $1) } }

    /// - Parameter files: of the node, among which the files of the cluster's nova-compute are.
    package init(cluster: String, among files: [RenderedFile]) {
        self.init(
            ["/etc/nova/nova.conf", "/etc/nova/nova-compute-\(cluster).conf"].compactMap { path in
                files.first { $0.path == path }
            })
    }
}
