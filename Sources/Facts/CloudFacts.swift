/// What the cloud's APIs show; only what a plan has to know.
package struct CloudFacts: Sendable, Equatable {
    package var identity = IdentityFacts()
    /// Hosts whose nova-compute is up and which Nova shows as a hypervisor.
    package var computeHosts: Set<String> = []
    package var networks: Set<String> = []
    package var flavors: Set<String> = []
    /// Flavor → its extra specs, as far as it has any.
    package var extraSpecs: [String: [String: String]] = [:]
    /// Name → SHA-256 of the disk that was uploaded.
    package var images: [String: Image] = [:]
    /// Aggregate → its hosts.
    package var aggregates: [String: Set<String>] = [:]
    /// Aggregate → its properties, as far as it has any.
    package var aggregateProperties: [String: [String: String]] = [:]
    /// Name → Glance's id of the image.
    package var imageIDs: [String: String] = [:]

    package init(identity: IdentityFacts = IdentityFacts()) { self.identity = identity }

    /// An image that Polyvisor uploaded.
    package struct Image: Sendable, Equatable {
        /// Of what the upload consisted of.
        package var digest: String
        package var properties: [String: String]

        package init(digest: String, properties: [String: String]) {
            (self.digest, self.properties) = (digest, properties)
        }
    }
}

/// Users, and what the catalogue says.
package struct IdentityFacts: Sendable, Equatable {
    package var users: Set<String> = []
    /// Service type → interface and URL of each endpoint, e.g. `public http://10.77.0.10:8774/v2.1`.
    package var endpoints: [String: Set<String>] = [:]

    package init(users: Set<String> = [], endpoints: [String: Set<String>] = [:]) {
        (self.users, self.endpoints) = (users, endpoints)
    }
}
