internal import Glibc

extension Lab {
    /// A lab, and what is doubtful about it.
    public typealias Reading = (lab: Lab, warnings: TopologyProblems)

    /// Reads a topology from its text, which has to be UTF-8.
    ///
    /// - Parameter file: The name that problems give, and relative to which the lab's paths are.
    /// - Returns: The lab with its warnings. Print them as you print the problems of a failure.
    /// - Throws: Every error and warning of the text, sorted by place.
    public static func read(text: some Sequence<UInt8>, file: String) throws(TopologyProblems) -> Reading {
        let log = ProblemLog(Source(bytes: text, file: file))
        log.source.defects.forEach(log.add)
        guard !log.hasErrors, let root = YAMLComposer.compose(log.source, log) else { throw log.finish() }
        let draft = DraftReader(log).draft(of: root)
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
    public static func read(contentsOf path: String) throws(TopologyProblems) -> Reading {
        try read(text: bytes(of: path), file: path)
    }

    /// A topology for thousands of nodes has less.
    private static let mostBytes = 4 << 20

    private static func bytes(of path: String) throws(TopologyProblems) -> [UInt8] {
        func refuse(_ what: String, hint: String? = nil) -> TopologyProblems {
            TopologyProblems(file: path, problems: [Problem(.error, at: nil, what, hint: hint)])
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let isMissing = errno == ENOENT
            throw refuse(
                isMissing ? "no such file" : "cannot be opened: \(String(cString: strerror(errno)))",
                hint: isMissing ? "topologies to start from are in topologies/" : nil)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= mostBytes {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EISDIR { throw refuse("is a directory", hint: "give a YAML file in it") }
            guard count >= 0 else { throw refuse("cannot be read: \(String(cString: strerror(errno)))") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
        throw refuse("has more than \(mostBytes >> 20) MiB, which no topology has")
    }
}
