extension LabView {
    /// One step for each node whose files differ: all of them travel in one stream.
    func fileSteps() -> [Step] {
        nodes.compactMap { view in
            let files = view.differing
            let directories = view.missingDirectories
            guard let first = files.first?.path ?? directories.first?.path else { return nil }
            let others =
                files.count + directories.count == 1
                ? "differs" : "and \(files.count + directories.count - 1) more differ"
            return Step(
                .files, on: view.name, "write files", because: "\(first) \(others)",
                .write(files, directories: directories))
        }
    }
}
