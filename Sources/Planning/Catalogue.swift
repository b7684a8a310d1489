package import Facts
import Release
import Topology

/// What Keystone should hold beside what its bootstrap makes. Each service's user has the service's name.
public struct WantedCatalogue: Sendable, Hashable, Codable {
    /// The lab's services, without Keystone itself.
    public var services: [Entry]
    /// The region that all endpoints are in.
    public var region: String

    /// A service; all its interfaces have the same URL.
    public struct Entry: Sendable, Hashable, Codable {
        /// The service's name, and its user's.
        public var name: String
        /// By which clients look for it, e.g. `compute`.
        public var type: String
        /// With the address that clients use, and the version where the service wants it there.
        public var url: String
    }

    /// Whether a cloud has all of it. What else it has is not ours.
    func isFound(in facts: IdentityFacts) -> Bool {
        facts.users.isSuperset(of: expected.users)
            && expected.endpoints.allSatisfy { facts.endpoints[$0.key] == $0.value }
    }

    package var expected: IdentityFacts {
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
    package var catalogue: WantedCatalogue {
        let host = controller?.node.address.description ?? ""
        let services = Service.installed.compactMap { service -> WantedCatalogue.Entry? in
            guard let entry = service.catalogue, !entry.isBootstrapped else { return nil }
            return .init(name: service.user, type: entry.type, url: service.url(at: host))
        }
        return WantedCatalogue(services: services, region: "RegionOne")
    }
}
