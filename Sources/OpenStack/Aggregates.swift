/// A host aggregate.
public struct Aggregate: Sendable, Equatable, Decodable {
    /// Nova's number of it, which its URL ends with.
    public var id: Int
    /// Unique in the cloud.
    public var name: String
    /// The zone that its hosts are in because of it; nil: it makes none.
    public var availabilityZone: String?
    /// A new aggregate's answer has no list of hosts yet.
    public var hosts: [String]
    /// What flavors' extra specs are compared with (AggregateInstanceExtraSpecsFilter).
    public var metadata: [String: String]

    enum CodingKeys: String, CodingKey {
        case id, name, hosts, metadata
        case availabilityZone = "availability_zone"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(Int.self, forKey: .id)
        name = try fields.decode(String.self, forKey: .name)
        availabilityZone = try fields.decodeIfPresent(String.self, forKey: .availabilityZone)
        hosts = try fields.decodeIfPresent([String].self, forKey: .hosts) ?? []
        metadata = try fields.decodeIfPresent([String: String].self, forKey: .metadata) ?? [:]
    }
}

extension Cloud {
    /// All host aggregates.
    public func aggregates() async throws -> [Aggregate] {
        try await get(.compute, "/os-aggregates", as: Aggregates.self, doing: "list aggregates").aggregates
    }

    /// An aggregate with at least these hosts and this metadata; made, or mended. With a zone it is that one.
    /// Returns whether anything changed.
    ///
    /// - Throws: Nova's own error if a host is in another zone already.
    @discardableResult
    public func ensureAggregate(
        _ name: String, zone: String?, hosts: [String], metadata: [String: String] = [:]
    ) async throws -> Bool {
        let found = try await aggregates().first { $0.name == name }
        var changed = found == nil
        var aggregate: Aggregate
        if let found {
            aggregate = found
        } else {
            // Without a zone the key is left out.
            let body = ["aggregate": ["name": name].merging(zone.map { ["availability_zone": $0] } ?? [:]) { $1 }]
            aggregate = try await post(
                .compute, "/os-aggregates", body, as: OneAggregate.self, doing: "create aggregate \(name)"
            ).aggregate
        }
        var missing = metadata.filter { aggregate.metadata[$0.key] != $0.value }
        // The zone is metadata too, under this name.
        if let zone, aggregate.availabilityZone != zone { missing["availability_zone"] = zone }
        if !missing.isEmpty {
            let doing = "set the metadata of aggregate \(name)"
            try await act(on: aggregate, ["set_metadata": ["metadata": missing]], doing: doing)
            changed = true
        }
        for host in hosts where !aggregate.hosts.contains(host) {
            try await act(on: aggregate, ["add_host": ["host": host]], doing: "add \(host) to aggregate \(name)")
            aggregate.hosts.append(host)
            changed = true
        }
        return changed
    }

    private func act(on aggregate: Aggregate, _ body: some Encodable, doing: String) async throws {
        try await tell("POST", .compute, "/os-aggregates/\(aggregate.id)/action", body, doing: doing)
    }
}

private struct Aggregates: Decodable { var aggregates: [Aggregate] }
private struct OneAggregate: Decodable { var aggregate: Aggregate }
