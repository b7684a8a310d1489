/// One step for each node whose files differ: all of them travel in one stream.
enum FilesPhase {
    @Sendable static func steps(_ view: LabView) -> [Step] {
        view.nodes.compactMap(unwantedUnits) + view.nodes.compactMap { files(of: $0, view) }
    }

    /// Units that packages brought and that must not run here, e.g. the distribution's nova-compute on a node that
    /// runs one of its own for each cluster.
    private static func unwantedUnits(_ node: NodeView) -> Step? {
        let unwanted = node.unwanted
        guard let first = unwanted.first else { return nil }
        let masked = unwanted.filter(node.setup.services.mask.contains)
        return Step(
            .files, .noUnwantedUnits(on: node.name), because: "\(first) is there",
            .units(UnitChange(disable: unwanted.filter { !masked.contains($0) }, mask: masked)))
    }

    private static func files(of node: NodeView, _ view: LabView) -> Step? {
        let files = node.differing(node.files)
        let directories = node.missingDirectories
        guard let first = files.first?.path ?? directories.first?.path else { return nil }
        let count = files.count + directories.count
        let others = count == 1 ? "differs" : "and \(count - 1) more differ"
        return Step(
            .files, .files(on: node.name), because: "\(first) \(others)",
            .write(files.map { PlannedFile($0, view.seal) }, directories: directories.map(PlannedDirectory.init)))
    }
}
