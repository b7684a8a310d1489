import Rendering
public import Topology
public import Uploads

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

/// What Keystone should hold beside what its bootstrap makes.
public struct Identity: Sendable, Equatable {
    public var services: [Service]
    public var region: String

    /// A service with its user; all interfaces have the same URL.
    public struct Service: Sendable, Equatable {
        public var name: String
        public var type: String
        public var url: String
        public var password: Secret
    }

    /// Whether a cloud has all of it. What else it has is not ours.
    func isFound(in facts: IdentityFacts) -> Bool {
        facts.users.isSuperset(of: expected.users)
            && expected.endpoints.allSatisfy { facts.endpoints[$0.key] == $0.value }
    }

    var expected: IdentityFacts {
        IdentityFacts(
            users: Set(services.map(\.name)),
            endpoints: Dictionary(
                uniqueKeysWithValues: services.map { service in
                    (service.type, Set(["public", "internal", "admin"].map { "\($0) \(service.url)" }))
                }))
    }
}

extension LabView {
    /// The users and endpoints of the control plane.
    var identity: Identity {
        let address = controller?.node.address.description ?? ""
        let services = [
            ("glance", "image", ":9292"), ("placement", "placement", ":8778"), ("nova", "compute", ":8774/v2.1"),
            ("neutron", "network", ":9696"),
        ]
        return Identity(
            services: services.map { name, type, tail in
                .init(
                    name: name, type: type, url: "http://\(address)\(tail)",
                    password: Secret(secret(.user(name))))
            }, region: "RegionOne")
    }
}

/// What a step asks of the cloud's APIs.
public enum CloudAction: Sendable {
    case identity(Identity)
    case awaitComputeServices([String])
    case awaitHypervisors([String])
    case network(ProviderNetwork)
    case flavor(Flavor)
    case image(GlanceImage)
    case aggregate(HostAggregate)
}
