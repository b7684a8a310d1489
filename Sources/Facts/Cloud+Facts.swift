import ImageMeta
package import OpenStack
import Release

extension Cloud {
    /// What the cloud shows, or nil while it does not answer as it should: then everything of it is still to be made.
    package func facts() async -> CloudFacts? {
        do {
            try await authenticate()
            async let users = userNames()
            async let endpoints = catalogue()
            var facts = CloudFacts(identity: IdentityFacts(users: try await users, endpoints: try await endpoints))
            try await addServices(to: &facts)
            return facts
        } catch {
            return nil
        }
    }

    private func addServices(to facts: inout CloudFacts) async throws {
        async let services = computeServices()
        async let hypervisors = hypervisors()
        async let networks = networks()
        async let subnets = subnets()
        async let found = flavors()
        async let images = images()
        async let aggregates = aggregates()
        let up = Set(
            try await services.filter { $0.binary == Daemon.novaCompute.binary && $0.state == "up" }.map(\.host))
        facts.computeHosts = up.intersection(try await hypervisors.map(\.service.host))
        let withSubnet = Set(try await subnets.map(\.networkID))
        facts.networks = Set(try await networks.filter { withSubnet.contains($0.id) }.map(\.name))
        let flavors = try await found
        facts.flavors = Set(flavors.map(\.name))
        for flavor in flavors { facts.extraSpecs[flavor.name] = flavor.extraSpecs }
        for image in try await images where image.status == "active" {
            guard let name = image.name, let digest = image.properties[ImageTags.digest] else { continue }
            facts.imageIDs[name] = image.id
            facts.images[name] = CloudFacts.Image(digest: digest, properties: image.properties)
        }
        for aggregate in try await aggregates {
            facts.aggregates[aggregate.name] = Set(aggregate.hosts)
            facts.aggregateProperties[aggregate.name] = aggregate.metadata
        }
    }
}
