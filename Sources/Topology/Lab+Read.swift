extension Lab {
    /// A lab, and what is doubtful about it.
    public typealias Reading = (lab: Lab, warnings: TopologyProblems)

    /// Reads a topology from its text, which has to be UTF-8.
    ///
    /// - Parameters:
    ///   - file: The name that problems give, and relative to which the lab's paths are.
    ///   - releases: What `release` may be; nil takes any text.
    /// - Returns: The lab with its warnings. Print them as you print the problems of a failure.
    /// - Throws: Every error and warning of the text, sorted by place.
    public static func read(
        text: some Sequence<UInt8>, file: String, releases: ReleaseNames? = nil
    ) throws(TopologyProblems) -> Reading {
        let log = ProblemLog(Source(bytes: text, file: file))
        log.source.defects.forEach(log.add)
        guard !log.hasErrors, let root = YAMLComposer.compose(log.source, log) else { throw log.finish() }
        var draft = DraftReader(log).draft(of: root)
        if let releases { draft.settleRelease(by: releases, log) }
        for rule in Rules.all { rule(draft).forEach(log.add) }
        guard !log.hasErrors else { throw log.finish() }
        guard let lab = Lab(draft, file: file) else {
            // Every way to get here should have a rule of its own.
            log.error(draft.mark, "the lab is not complete, and no rule says why", hint: "please report it as a bug")
            throw log.finish()
        }
        return (lab, log.finish())
    }

    /// Reads a topology file of at most 4 MiB.
    ///
    /// - Throws: Every problem of the file, or the one reason why it cannot be read.
    public static func read(
        contentsOf path: String, releases: ReleaseNames? = nil
    ) throws(TopologyProblems) -> Reading {
        try read(text: YAMLFile.bytes(of: path, as: .topology), file: path, releases: releases)
    }
}
