/// Files of packages with a known defect, as they are without it (or with it again, where the user wants that).
enum DefectsPhase {
    @Sendable static func steps(_ view: LabView) -> [Step] {
        view.nodes.compactMap { node in
            let files = node.differing(node.repairs)
            guard let first = files.first else { return nil }
            let others = files.count == 1 ? "differs" : "and \(files.count - 1) more differ"
            return Step(
                .defects, .repairs(on: node.name), because: "\(first.path) \(others)",
                .write(files.map { PlannedFile($0, view.seal) }, directories: []))
        }
    }
}
