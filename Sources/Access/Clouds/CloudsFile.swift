import Topology

/// clouds.yaml or secure.yaml.
struct CloudsFile {
    private let file: YAMLFile
    private let clouds: [YAMLNode.Pair]

    /// - Throws: `TopologyProblems` with what is wrong with the file and where.
    init(_ path: String) throws {
        file = try YAMLFile.read(contentsOf: path, as: .clouds)
        let root = try Self.mapping(file.root, "the file", file)
        guard let entry = root.first(where: { $0.key == "clouds" }) else {
            file.log.error(file.root.start, "the file has no \"clouds\"", hint: "a mapping from names to clouds")
            throw file.log.finish()
        }
        clouds = entry.value.isNull ? [] : try Self.mapping(entry.value, "\"clouds\"", file)
    }

    var names: [String] { clouds.map(\.key) }

    /// What the file says of a cloud; nil if it has none of this name.
    ///
    /// Keys that openstacksdk has for other purposes are passed by.
    func settings(of name: String) throws -> CloudSettings? {
        guard let cloud = clouds.first(where: { $0.key == name }) else { return nil }
        var settings = CloudSettings(place: .init(mark: cloud.keyMark, log: file.log))
        for pair in try Self.mapping(cloud.value, "cloud \"\(name)\"", file) {
            switch (pair.key, pair.value.content) {
            case (_, .scalar(let scalar)): add(scalar, pair, to: &settings, prefix: "")
            case ("auth", .mapping(let auth)):
                for inner in auth {
                    guard case .scalar(let scalar) = inner.value.content else {
                        try refuse(inner, "\"auth.\(inner.key)\" has to be text, not \(inner.value.kind)")
                    }
                    add(scalar, inner, to: &settings, prefix: "auth.")
                }
            case ("auth", _): try refuse(pair, "\"auth\" has to be a mapping, not \(pair.value.kind)")
            case ("regions", .sequence(let regions)): addRegion(regions.first, to: &settings)
            default: break
            }
        }
        return settings
    }

    private func add(
        _ scalar: YAMLScalar, _ pair: YAMLNode.Pair, to settings: inout CloudSettings, prefix: String
    ) {
        // An empty value is openstacksdk's None.
        guard scalar.value != .null else { return }
        settings.set(prefix + pair.key, scalar.text, .init(mark: pair.value.start, log: file.log))
    }

    /// Of several regions the first counts; each is a name, or a mapping with one.
    private func addRegion(_ region: YAMLNode?, to settings: inout CloudSettings) {
        guard let region, settings["region_name"] == nil else { return }
        let place = CloudSettings.Place(mark: region.start, log: file.log)
        switch region.content {
        case .scalar(let scalar): settings.set("region_name", scalar.text, place)
        case .mapping(let pairs):
            if case .scalar(let name)? = pairs.first(where: { $0.key == "name" })?.value.content {
                settings.set("region_name", name.text, place)
            }
        case .sequence: break
        }
    }

    private func refuse(_ pair: YAMLNode.Pair, _ what: String) throws -> Never {
        file.log.error(pair.value.start, what)
        throw file.log.finish()
    }

    private static func mapping(_ node: YAMLNode, _ what: String, _ file: YAMLFile) throws -> [YAMLNode.Pair] {
        if case .mapping(let pairs) = node.content { return pairs }
        file.log.error(node.start, "\(what) has to be a mapping, not \(node.kind)")
        throw file.log.finish()
    }
}
