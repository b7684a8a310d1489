import XML

/// What an ESXi host lets in and out (HostFirewallInfo).
///
/// vSphere's API does not tell whether somebody turned all of it off with `esxcli network firewall set`.
public struct HostFirewall: Sendable, Equatable {
    /// Whether what no ruleset lets in is dropped; nil where the host does not say.
    public let blocksIncoming: Bool?
    /// All that the host knows, whether they are enabled or not.
    public let rulesets: [Ruleset]

    /// A service that can be let through.
    public struct Ruleset: Sendable, Equatable {
        /// E.g. `gdbserver`.
        public let key: String
        /// Whether its rules count.
        public let isEnabled: Bool
        /// TCP ports of the host that it opens.
        public let incomingTCP: [ClosedRange<Int64>]
        /// Addresses and networks (`10.0.0.0/8`) that may connect; nil: all.
        public let allowedHosts: [String]?
    }
}

extension VCenterConnection {
    /// The firewalls of the hosts of a compute resource, e.g. a cluster, by host; a host that does not tell is left out.
    public func firewalls(
        inComputeResource resource: ManagedObjectReference
    ) async throws(VSphereError) -> [ManagedObjectReference: HostFirewall] {
        var query = PropertyQuery(start: resource, properties: [("HostSystem", ["config.firewall"])])
        query.skipsStart = true
        query.traversals = [PropertyQuery.Traversal(type: resource.type, path: "host")]
        let asked = query
        let found = try await perform("read the firewalls of the hosts") { (session) throws(Trouble) in
            try await self.retrieve(asked, in: session) { (content) throws(Trouble) in
                (content.reference, content["config.firewall"].map(HostFirewall.init))
            }
        }
        return Dictionary(found.compactMap { host, wall in wall.map { (host, $0) } }, uniquingKeysWith: { $1 })
    }
}

extension HostFirewall {
    fileprivate init(_ element: XMLElement) {
        blocksIncoming = element.at("defaultPolicy.incomingBlocked")?.bool
        rulesets = element.children("ruleset").map(Ruleset.init)
    }
}

extension HostFirewall.Ruleset {
    fileprivate init(_ element: XMLElement) {
        key = element.child("key")?.text ?? ""
        isEnabled = element.child("enabled")?.bool == true
        incomingTCP = element.children("rule").compactMap { rule in
            guard rule.child("direction")?.text == "inbound", rule.child("protocol")?.text.lowercased() == "tcp",
                rule.child("portType")?.text != "src", let first = rule.child("port")?.integer
            else { return nil }
            // One port has no end, or the end 0.
            return first...max(first, rule.child("endPort")?.integer ?? first)
        }
        allowedHosts = element.child("allowedHosts").flatMap { hosts in
            if hosts.child("allIp")?.bool == true { return nil }
            let networks = hosts.children("ipNetwork").map { network in
                (network.child("network")?.text ?? "") + "/" + (network.child("prefixLength")?.text ?? "")
            }
            return hosts.children("ipAddress").map(\.text) + networks
        }
    }
}
