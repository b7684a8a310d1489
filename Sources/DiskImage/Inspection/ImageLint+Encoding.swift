import ImageMeta

extension ImageLint {
    /// What speaks against properties on an image that is written in an encoding.
    ///
    /// For the hypervisors that `img_hv_type` names, or that the encoding is for.
    public static func problems(of properties: [String: String], for encoding: ImageEncoding) -> [Problem] {
        let meta = ImageMeta(properties)
        let written: VMwareDisk? =
            switch encoding {
            case .raw, .qcow2: nil
            case .streamOptimized(_, let adapter): VMwareDisk(type: .streamOptimized, adapter: adapter)
            case .monolithicSparse(let adapter): VMwareDisk(type: .sparse, adapter: adapter)
            }
        // A type that is none of those known here, as of containers, has rules of its own.
        let target = meta["img_hv_type"] == nil ? (written == nil ? ImageTarget.kvm : .vmware) : meta.target
        let contradictions = target == .vmware ? written.map(meta.contradictions) ?? [] : []
        return (meta.problems(for: target) + contradictions).map(LintRules.problem)
    }
}
