import Facts

/// Packages that a node lacks; in a sandbox what they made is kept as a layer for the next time, but never of a node
/// that has been configured: other labs would get its passwords and databases.
enum PackagesPhase {
    @Sendable static func steps(_ view: LabView) -> [Step] {
        view.nodes.flatMap { node -> [Step] in
            let packages = node.setup.packages
            let missing = packages.filter { node.facts.packages[$0] == nil }
            guard !missing.isEmpty else { return [] }
            let install = Step(
                .packages, .packages(on: node.name), because: "\(missing.count) of \(packages.count) are missing",
                .install(
                    PackageInstallation(
                        packages: packages, disable: node.setup.services.start + node.setup.services.disable)))
            return [install] + (mayKeepLayer(of: node, view) ? [keepLayer(of: node)] : [])
        }
    }

    private static func mayKeepLayer(of node: NodeView, _ view: LabView) -> Bool {
        // Below a shared folder, a layer would have a directory that belongs to root.
        view.keepsLayers && node.facts.files[Traces.originals] == nil
            && !view.lab.sharesInstancesPath(of: node.node)
    }

    private static func keepLayer(of node: NodeView) -> Step {
        Step(
            .packages, .layer(of: node.name), because: "the next node need not install them again",
            .keepLayer(packages: node.setup.packages), after: [.packages(on: node.name)])
    }
}
