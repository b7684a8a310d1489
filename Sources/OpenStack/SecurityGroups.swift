/// A security group of Neutron.
public struct SecurityGroup: Sendable, Equatable, Decodable {
    /// Neutron's id, a UUID.
    public var id: String
    /// What people call it; several may have the same.
    public var name: String
    public var description: String?
    /// The project whose it is.
    public var project: String?

    enum CodingKeys: String, CodingKey {
        case id, name, description
        case project = "project_id"
    }
}

extension Cloud {
    /// The security groups that we may see, which for an administrator are those of all projects.
    public func securityGroups() async throws -> [SecurityGroup] {
        try await get(
            .network, "/security-groups", as: [String: [SecurityGroup]].self, doing: "list security groups")[
                "security_groups"] ?? []
    }

    /// A new security group that lets in ICMP and these TCP ports from everywhere, over IPv4.
    public func createSecurityGroup(
        _ name: String, description: String, tcpPorts: [Int]
    ) async throws -> SecurityGroup {
        let body = ["security_group": ["name": name, "description": description]]
        let group = try await post(
            .network, "/security-groups", body, as: OneGroup.self, doing: "create security group \(name)"
        ).security_group
        let rules = [Rule(group: group.id, protocol: "icmp")] + tcpPorts.map { Rule(group: group.id, tcpPort: $0) }
        try await tell(
            "POST", .network, "/security-group-rules", ["security_group_rules": rules],
            doing: "create rules in security group \(name)")
        return group
    }

    /// Removes a security group; one that is not there is no error.
    public func deleteSecurityGroup(_ id: String) async throws {
        try await delete(.network, "/security-groups/\(id)", doing: "delete security group \(id)")
    }
}

private struct OneGroup: Decodable { var security_group: SecurityGroup }

private struct Rule: Encodable {
    var security_group_id: String
    var direction = "ingress"
    var ethertype = "IPv4"
    var `protocol`: String
    var port_range_min, port_range_max: Int?

    init(group: String, protocol: String) {
        security_group_id = group
        self.protocol = `protocol`
    }

    init(group: String, tcpPort: Int) {
        self.init(group: group, protocol: "tcp")
        (port_range_min, port_range_max) = (tcpPort, tcpPort)
    }
}
