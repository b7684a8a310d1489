import ImageMeta

extension Rules {
    /// Nova would refuse the server, or take the disk for what it is not.
    @Sendable static func imagePropertiesAreTaken(_ draft: Draft) -> [Problem] {
        draft.imageList.flatMap { image -> [Problem] in
            let given = Dictionary(image.properties.map { ($0.name, $0) }) { $1 }
            let values = given.mapValues(\.value)
            let targets = Set((image.hypervisors.value ?? []).compactMap { $0.value.image.target })
            let found =
                targets.isEmpty
                ? ImageMeta(values).problems(for: nil)
                : ImageTarget.allCases.filter(targets.contains).flatMap { problems(values, for: $0) }
            var told: Set<String> = []
            return found.compactMap { problem in
                guard let mark = given[problem.name]?.mark, told.insert(problem.name).inserted else { return nil }
                // From Liberty on only: before, os_distro was a note for people.
                let isError = problem.severity == .error && problem.name != "os_distro"
                return Problem(isError ? .error : .warning, at: mark, problem.what, hint: problem.fix)
            }
        }
    }

    /// Together with what Polyvisor tags the image with by itself: a streamOptimized VMDK for vSphere, a qcow2 for libvirt.
    private static func problems(_ given: [String: String], for target: ImageTarget) -> [PropertyProblem] {
        guard target == .vmware else { return ImageMeta(given).problems(for: target) }
        let adapter = ImageMeta(given).vmwareAdapter ?? .lsiLogic
        let meta = ImageMeta(ImageTags.vmware(.streamOptimized, adapter).merging(given) { $1 })
        return meta.problems(for: target)
            + meta.contradictions(to: VMwareDisk(type: .streamOptimized, adapter: adapter))
    }
}
