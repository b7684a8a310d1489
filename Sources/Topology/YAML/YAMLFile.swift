internal import Glibc

/// What messages call a file, and what they advise.
package struct YAMLDialect: Sendable {
    /// E.g. `topology`
    var what: String
    /// What an empty file lacks.
    var needs: String
    var missing: String
    /// Whether PyYAML reads the file for others: the last of several values of a key counts, tags of YAML 1.1's own
    /// types are taken, and nothing is refused that it takes.
    var isOfPython = false

    static let topology = YAMLDialect(
        what: "topology",
        needs: "it needs at least the keys lab, release, nodes and networks; see docs/reference/topology.md",
        missing: "topologies to start from are in topologies/")

    /// openstacksdk's clouds.yaml and secure.yaml.
    package static let clouds = YAMLDialect(
        what: "cloud", needs: "it needs the key clouds, with a mapping from names to clouds",
        missing: "see docs/how-to/verification.md", isOfPython: true)
}

/// A YAML file that is no topology, with the places of its values.
package struct YAMLFile {
    package let path: String
    package let root: YAMLNode
    /// Takes the problems that a reader finds in the values.
    package let log: ProblemLog

    /// Reads a file of at most 4 MiB.
    ///
    /// - Throws: every problem of its encoding and syntax, or the one reason why it cannot be read.
    package static func read(
        contentsOf path: String, as dialect: YAMLDialect
    ) throws(TopologyProblems) -> YAMLFile {
        let log = ProblemLog(Source(bytes: try bytes(of: path, as: dialect), file: path))
        log.source.defects.forEach(log.add)
        guard !log.hasErrors, let root = YAMLComposer.compose(log.source, log, as: dialect), !log.hasErrors else {
            throw log.finish()
        }
        return YAMLFile(path: path, root: root, log: log)
    }

    /// A topology for thousands of nodes has less.
    private static let mostBytes = 4 << 20

    static func bytes(of path: String, as dialect: YAMLDialect) throws(TopologyProblems) -> [UInt8] {
        func refuse(_ what: String, hint: String? = nil) -> TopologyProblems {
            TopologyProblems(file: path, problems: [Problem(.error, at: nil, what, hint: hint)])
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let isMissing = errno == ENOENT
            throw refuse(
                isMissing ? "no such file" : "cannot be opened: \(String(cString: strerror(errno)))",
                hint: isMissing ? dialect.missing : nil)
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
        throw refuse("has more than \(mostBytes >> 20) MiB, which no \(dialect.what) has")
    }
}
