/// What is asked of properties: each rule looks at one thing and gives the problems that it finds.
enum PropertyRules {
    typealias Rule = @Sendable (ImageMeta) -> [PropertyProblem]

    static let everywhere: [Rule] = [values, spelling, overridden]

    static func rules(for target: ImageTarget) -> [Rule] {
        switch target {
        case .vmware: vmware
        case .kvm: libvirt
        }
    }

    /// nova/objects/fields.py raises ValueError, and the server is not made.
    @Sendable private static func values(_ meta: ImageMeta) -> [PropertyProblem] {
        meta.properties.values.sorted { $0.name < $1.name }.compactMap { property in
            switch PropertyKind.table[property.name] {
            case .words(let words): word(property, words)
            case .integer: integer(property)
            case .boolean: boolean(property)
            case .pageSize: pageSize(property)
            case .text, nil: nil
            }
        }
    }

    private static func word(_ property: ImageMeta.Property, _ words: PropertyKind.Words) -> PropertyProblem? {
        guard words.value(of: property.givenValue) == nil else { return nil }
        if property.givenName == "vmware_adaptertype" { return adapterName(property) }
        let folded = property.givenValue.lowercased()
        let near = words.aliases[folded] ?? words.values.first { $0 == folded }
        return PropertyProblem(
            property, .error, "Nova refuses this value",
            fix: near.map { "set it to \($0): case counts" }
                ?? "set it to one of \(words.values.joined(separator: ", "))")
    }

    static func adapterName(_ property: ImageMeta.Property) -> PropertyProblem {
        let near = VMwareAdapter.allCases.first { $0.rawValue.lowercased() == property.givenValue.lowercased() }
        let all = VMwareAdapter.allCases.map(\.rawValue).joined(separator: ", ")
        return PropertyProblem(
            property, .error, "Nova knows no such adapter",
            fix: near.map { "set it to \($0.rawValue): case counts" } ?? "set it to one of \(all)")
    }

    private static func integer(_ property: ImageMeta.Property) -> PropertyProblem? {
        let digits = property.givenValue.filter { $0 != " " }
        guard Int(digits) == nil else { return nil }
        return PropertyProblem(
            property, .error, "Nova takes a whole number here", fix: "set it to a number, or remove it")
    }

    private static func boolean(_ property: ImageMeta.Property) -> PropertyProblem? {
        let known = ["1", "t", "true", "on", "y", "yes", "0", "f", "false", "off", "n", "no"]
        guard !known.contains(property.givenValue.lowercased()) else { return nil }
        return PropertyProblem(
            property, .warning, "Nova takes yes or no here, and anything else for no", fix: "set it to true or false")
    }

    private static func pageSize(_ property: ImageMeta.Property) -> PropertyProblem? {
        let text = property.givenValue
        let unit = text.drop { $0.isNumber || $0 == "." }.drop { $0 == " " }
        let isSize = text.first?.isNumber == true && (unit.isEmpty || "KMGT".contains(unit.prefix(1).uppercased()))
        guard !["small", "large", "any"].contains(text), !isSize else { return nil }
        return PropertyProblem(
            property, .error, "Nova refuses this page size",
            fix: "set it to small, large, any, or a size as 2048 or 1GB")
    }

    /// Names that differ from a known one by hyphens, underscores and case only: Nova passes them over.
    @Sendable private static func spelling(_ meta: ImageMeta) -> [PropertyProblem] {
        let known = Array(PropertyKind.table.keys) + ImageMeta.legacyNames.keys + ["vmware_adaptertype"]
        return meta.given.keys.sorted().filter { !known.contains($0) }.compactMap { name in
            guard let near = known.first(where: { plain($0) == plain(name) }) else { return nil }
            return PropertyProblem(name, .warning, "Nova does not know \(name)", fix: "call it \(near)")
        }
    }

    private static func plain(_ name: String) -> String { name.lowercased().filter { $0 != "_" && $0 != "-" } }

    @Sendable private static func overridden(_ meta: ImageMeta) -> [PropertyProblem] {
        meta.overridden.map { loser, winner in
            PropertyProblem(
                loser, .warning, "\(winner.text) says otherwise, and wins",
                fix: "remove one of \(loser.givenName) and \(winner.givenName)")
        }
    }
}
