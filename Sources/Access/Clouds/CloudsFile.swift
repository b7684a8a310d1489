import Topology

/// clouds.yaml or secure.yaml.
struct CloudsFile {
    let path: String
    private let file: YAMLFile
    private let clouds: [YAMLNode.Pair]

    /// - Throws: `TopologyProblems` with what is wrong with the file and where.
    init(_ path: String, section: String = "clouds") throws {
        self.path = path
        file = try YAMLFile.read(contentsOf: path, as: .clouds)
        let root = try Self.mapping(file.root, "the file", file)
        guard let entry = root.first(where: { $0.key == section }) else {
            file.log.error(file.root.start, "the file has no \"\(section)\"", hint: "a mapping from names to clouds")
            throw file.log.finish()
        }
        clouds = entry.value.isNull ? [] : try Self.mapping(entry.value, "\"\(section)\"", file)
    }

    var names: [String] { clouds.map(\.key) }

    /// What the file says of a cloud, placed at the cloud's name; nil if it has none of this name.
    ///
    /// - Throws: `TopologyProblems` when the cloud, or its `auth`, is no mapping.
    func cloud(_ name: String) throws -> CloudValue? {
        guard let pair = clouds.first(where: { $0.key == name }) else { return nil }
        let members = try Self.mapping(pair.value, "cloud \"\(name)\"", file)
        if let auth = members.first(where: { $0.key == "auth" })?.value, !auth.isNull {
            for inner in try Self.mapping(auth, "\"auth\"", file) {
                guard case .scalar = inner.value.content else {
                    file.log.error(
                        inner.value.start, "\"auth.\(inner.key)\" has to be text, not \(inner.value.kind)")
                    throw file.log.finish()
                }
            }
        }
        let value = CloudValue(pair.value, file.log)
        return CloudValue(value.content, at: .init(mark: pair.keyMark, log: file.log))
    }

    private static func mapping(_ node: YAMLNode, _ what: String, _ file: YAMLFile) throws -> [YAMLNode.Pair] {
        if case .mapping(let pairs) = node.content { return pairs }
        file.log.error(node.start, "\(what) has to be a mapping, not \(node.kind)")
        throw file.log.finish()
    }
}
