/// A resource provider of Placement.
public struct ResourceProvider: Sendable, Equatable, Decodable {
    public var uuid: String
    public var name: String
}

extension Cloud {
    /// All resource providers.
    public func resourceProviders() async throws -> [ResourceProvider] {
        try await get(
            .placement, "/resource_providers", as: ProviderList.self, doing: "list resource providers"
        ).resource_providers
    }

    /// Resource provider → resource class → amount that a consumer (a server's id) has; empty when it has nothing.
    public func allocations(ofConsumer id: String) async throws -> [String: [String: Int]] {
        let doing = "read the allocations of \(id)"
        return try await get(.placement, "/allocations/\(id)", as: Allocations.self, doing: doing).allocations
            .mapValues(\.resources)
    }
}

private struct ProviderList: Decodable { var resource_providers: [ResourceProvider] }

private struct Allocations: Decodable {
    var allocations: [String: Allocation]
    struct Allocation: Decodable { var resources: [String: Int] }
}
