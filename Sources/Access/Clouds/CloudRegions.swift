import Topology

/// The regions that a cloud of clouds.yaml names, each with what it sets differently.
///
/// As openstacksdk has it (`config/loader.py` of 4.22, `_get_known_regions` and `_expand_regions`).
struct CloudRegions {
    struct Region {
        var name: String
        var values: [String: CloudValue] = [:]
    }

    private let regions: [Region]

    /// - Throws: `TopologyProblems` for an entry that is neither a name nor `{ name, values }`.
    init(_ cloud: [String: CloudValue]) throws {
        if let given = cloud["regions"], !given.isNull {
            guard case .list(let items) = given.content else {
                try Self.refuse(given, "\"regions\" has to be a list")
            }
            regions = try items.map(Self.region)
        } else if let given = cloud["region_name"], case .list(let items) = given.content {
            regions = try items.map(Self.region)
        } else {
            // Several names with commas between them are an old way to write a list.
            let names = cloud["region_name"]?.text?.split(separator: ",", omittingEmptySubsequences: false)
            regions = (names ?? []).map { Region(name: String($0)) }
        }
    }

    /// The region of this name, or the first; nil where the cloud names none.
    ///
    /// - Parameter cloud: the cloud's name, for the message.
    /// - Throws: `CloudConfig.Problem` for a region that the cloud does not have.
    func region(named name: String?, of cloud: String) throws -> Region? {
        guard !regions.isEmpty else { return name.map { Region(name: $0) } }
        guard let name else { return regions.first }
        if let region = regions.first(where: { $0.name == name }) { return region }
        let names = regions.map(\.name).joined(separator: ", ")
        throw CloudConfig.Problem(
            what: "cloud “\(cloud)” has no region “\(name)”",
            hint: "\(cloud) has the \(regions.count == 1 ? "region" : "regions") \(names)")
    }

    private static func region(_ item: CloudValue) throws -> Region {
        if let name = item.text { return Region(name: name) }
        guard let members = item.members, let name = members["name"]?.text,
            Set(members.keys).isSubset(of: ["name", "values"])
        else { try refuse(item, "a region is a name, or a mapping with name and values") }
        guard let values = members["values"], !values.isNull else { return Region(name: name) }
        guard let settings = values.members else { try refuse(values, "the values of a region are a mapping") }
        return Region(name: name, values: settings)
    }

    private static func refuse(_ value: CloudValue, _ what: String) throws -> Never {
        guard let place = value.place else { throw CloudConfig.Problem(what: what, hint: "see clouds.yaml") }
        place.log.error(place.mark, what, hint: "regions: [ONE, { name: TWO, values: { … } }]")
        throw place.log.finish()
    }
}
