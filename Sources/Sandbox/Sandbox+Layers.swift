import Foundation
public import Topology

extension Sandbox {
    /// The key of the layer that a list of packages makes; the order of the list does not matter.
    public func layerKey(packages: [String]) -> String { layers.key(packages: packages) }

    /// Whether a layer has been kept.
    public func hasLayer(_ key: String) -> Bool { layers.has(key) }

    /// Keeps what a node changed so far as a layer, unless there is one; false if there was.
    ///
    /// For the moment after the packages were installed: services must not have begun to write their own data
    /// (databases), and nothing may be configured yet. Names, keys, logs and downloads are left out.
    ///
    /// - Parameter restarting: Shut the node down, take its own directory as the layer and start the node on it: two
    ///   seconds instead of many for a copy, but connections to the node are cut, and the caller waits for it again.
    @discardableResult
    public func keepLayer(from node: Node, as key: String, restarting: Bool = false) async throws -> Bool {
        let paths = labPaths.node(node.name)
        try downloads.harvest(paths.archives)
        return try await reporter.activity("keep its packages as a layer", subject: node.name) {
            if layers.has(key) { return false }
            guard restarting else { return try await layers.keep(paths, as: key, moving: false, reporter: reporter) }
            return try await moveIntoLayer(node, as: key)
        }
    }

    private func moveIntoLayer(_ node: Node, as key: String) async throws -> Bool {
        let process = try process(of: node)
        let network = try await network()
        try await process.stop(patience: .seconds(25))
        _ = try MountTable.unmount(below: process.paths.root)
        try await Files.removeTree(process.paths.work)
        let kept: Result<Bool, any Error>
        do {
            kept = .success(try await layers.keep(process.paths, as: key, moving: true, reporter: reporter))
        } catch { kept = .failure(error) }
        // The node runs again, whatever became of the layer.
        _ = try await start(node, in: network, layer: key)
        return try kept.get()
    }

    /// Gives every node the Debian packages that any node has downloaded.
    ///
    /// Nodes that install at the same time download a package each; to have it downloaded once, let one node download
    /// (`apt-get install --download-only`) what all will install, and call this before the others begin.
    public func shareDownloads() throws {
        let archives = lab.nodes.map { labPaths.node($0.name).archives }
        for directory in archives { try downloads.harvest(directory) }
        for directory in archives where Files.isDirectory(directory) { try downloads.stock(directory) }
    }

    /// Removes base, layers, downloads and simulator, which the next lab would have used again.
    ///
    /// Refused while there is a lab: its nodes stand on them.
    public func purgeCaches() async throws {
        let labs = Files.names(in: paths.labs).filter { Files.exists(paths.lab($0).record) }
        guard labs.isEmpty else {
            throw SandboxError(
                .inUse, doing: "purge the caches in \(paths.root)",
                reason: "the labs \(labs.joined(separator: ", ")) stand on them", hint: "end them first: polyvisor down"
            )
        }
        for directory in [paths.bases, paths.layers, paths.downloads, paths.simulators] {
            try await Files.removeTree(directory)
        }
    }
}
