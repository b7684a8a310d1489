import Uploads

/// What the cloud's APIs show; only what a plan has to know.
struct CloudFacts: Sendable, Equatable {
    var identity = IdentityFacts()
    /// Hosts whose nova-compute is up and which Nova shows as a hypervisor.
    var computeHosts: Set<String> = []
    var networks: Set<String> = []
    var flavors: Set<String> = []
    /// Flavor → its extra specs, as far as it has any.
    var extraSpecs: [String: [String: String]] = [:]
    /// Name → SHA-256 of the disk that was uploaded.
    var images: [String: GlanceImage.Expected] = [:]
    /// Aggregate → its hosts.
    var aggregates: [String: Set<String>] = [:]
    /// Aggregate → its properties, as far as it has any.
    var aggregateProperties: [String: [String: String]] = [:]
    /// Name → Glance's id of the image.
    var imageIDs: [String: String] = [:]
}

/// Users, and what the catalogue says.
struct IdentityFacts: Sendable, Equatable {
    var users: Set<String> = []
    /// Service type → interface and URL of each endpoint, e.g. `public http://10.77.0.10:8774/v2.1`.
    var endpoints: [String: Set<String>] = [:]
}
