/// A resource provider of Placement.
public struct ResourceProvider: Sendable, Equatable, Decodable {
    /// Of a compute node the id of Nova's `compute_nodes`.
    public var uuid: String
    /// Of a compute node Nova's `hypervisor_hostname`.
    public var name: String
}

/// What a resource provider has of a resource class.
public struct Inventory: Sendable, Equatable, Decodable {
    /// In the unit of its class: virtual CPUs, MiB or GiB.
    public var total: Int
    /// Of the total, what nobody is given.
    public var reserved: Int
    /// How often the rest is given out.
    public var allocationRatio: Double
    /// The most that one consumer gets.
    public var maxUnit: Int?

    enum CodingKeys: String, CodingKey {
        case total, reserved
        case allocationRatio = "allocation_ratio"
        case maxUnit = "max_unit"
    }

    /// What can be given out altogether, as Placement counts it.
    public var capacity: Int { Int(Double(total - reserved) * allocationRatio) }
}

extension Cloud {
    /// All resource providers.
    public func resourceProviders() async throws -> [ResourceProvider] {
        try await get(
            .placement, "/resource_providers", as: ProviderList.self, doing: "list resource providers"
        ).resource_providers
    }

    /// Resource class → what a provider has of it.
    public func inventories(ofProvider uuid: String) async throws -> [String: Inventory] {
        try await get(
            .placement, "/resource_providers/\(uuid)/inventories", as: Inventories.self,
            doing: "read the inventories of \(uuid)"
        ).inventories
    }

    /// Resource class → what is used of a provider.
    public func usages(ofProvider uuid: String) async throws -> [String: Int] {
        try await get(
            .placement, "/resource_providers/\(uuid)/usages", as: Usages.self, doing: "read the usages of \(uuid)"
        ).usages
    }

    /// Resource provider → resource class → amount that a consumer (a server's id) has; empty when it has nothing.
    public func allocations(ofConsumer id: String) async throws -> [String: [String: Int]] {
        let doing = "read the allocations of \(id)"
        return try await get(.placement, "/allocations/\(id)", as: Allocations.self, doing: doing).allocations
            .mapValues(\.resources)
    }
}

private struct ProviderList: Decodable { var resource_providers: [ResourceProvider] }
private struct Inventories: Decodable { var inventories: [String: Inventory] }
private struct Usages: Decodable { var usages: [String: Int] }

private struct Allocations: Decodable {
    var allocations: [String: Allocation]
    struct Allocation: Decodable { var resources: [String: Int] }
}
