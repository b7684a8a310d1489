/// A flavor of Nova.
public struct Flavor: Sendable, Equatable, Decodable {
    public var id: String
    public var name: String
    public var vcpus: Int
    /// MiB.
    public var ram: Int
    /// GiB.
    public var disk: Int
}

/// A service of Nova on a host, e.g. nova-compute.
public struct ComputeServiceState: Sendable, Equatable, Decodable {
    public var id: String
    public var binary: String
    public var host: String
    public var zone: String
    /// up or down.
    public var state: String
    /// enabled or disabled.
    public var status: String
}

/// A hypervisor as Nova reports it.
public struct HypervisorState: Sendable, Equatable, Decodable {
    public var id: String
    /// On vCenter `<cluster moref>.<vCenter UUID>`.
    public var hostname: String
    /// e.g. `QEMU` or `VMware vCenter Server`.
    public var type: String
    public var version: Int
    public var state: String
    public var status: String
    public var service: Service

    /// The nova-compute behind it.
    public struct Service: Sendable, Equatable, Decodable { public var host: String }

    enum CodingKeys: String, CodingKey {
        case id, state, status, service
        case hostname = "hypervisor_hostname"
        case type = "hypervisor_type"
        case version = "hypervisor_version"
    }
}

/// A host aggregate.
public struct Aggregate: Sendable, Equatable, Decodable {
    public var id: Int
    public var name: String
    public var availabilityZone: String?
    public var hosts: [String]

    enum CodingKeys: String, CodingKey {
        case id, name, hosts
        case availabilityZone = "availability_zone"
    }
}

extension Cloud {
    /// All public flavors.
    public func flavors() async throws -> [Flavor] {
        try await get(.compute, "/flavors/detail", as: [String: [Flavor]].self, doing: "list flavors")["flavors"] ?? []
    }

    /// A flavor; made if it is missing. One with other numbers is an error: Nova cannot change a flavor.
    public func ensureFlavor(_ name: String, vcpus: Int, ramMB: Int, diskGB: Int) async throws {
        if let found = try await flavors().first(where: { $0.name == name }) {
            guard (found.vcpus, found.ram, found.disk) == (vcpus, ramMB, diskGB) else {
                throw OpenStackError(
                    .conflict, doing: "create flavor \(name)",
                    reason: "there is one with \(found.vcpus) vCPUs, \(found.ram) MB, \(found.disk) GB; "
                        + "remove it, or give yours another name")
            }
            return
        }
        let body = ["flavor": NewFlavor(name: name, vcpus: vcpus, ram: ramMB, disk: diskGB)]
        try await call("POST", .compute, "/flavors", body, doing: "create flavor \(name)", accepting: [409])
    }

    /// Nova's services on all hosts.
    public func computeServices() async throws -> [ComputeServiceState] {
        try await get(.compute, "/os-services", as: [String: [ComputeServiceState]].self, doing: "list compute services")[
            "services"] ?? []
    }

    /// All hypervisors.
    public func hypervisors() async throws -> [HypervisorState] {
        try await get(
            .compute, "/os-hypervisors/detail", as: [String: [HypervisorState]].self, doing: "list hypervisors")[
            "hypervisors"] ?? []
    }

    /// All host aggregates.
    public func aggregates() async throws -> [Aggregate] {
        try await get(.compute, "/os-aggregates", as: [String: [Aggregate]].self, doing: "list aggregates")["aggregates"]
            ?? []
    }

    /// An aggregate that is an availability zone and has at least these hosts.
    public func ensureAggregate(_ name: String, zone: String, hosts: [String]) async throws {
        let aggregate = try await ensureAggregate(name, zone: zone)
        for host in hosts where !aggregate.hosts.contains(host) {
            try await call(
                "POST", .compute, "/os-aggregates/\(aggregate.id)/action", ["add_host": ["host": host]],
                doing: "add \(host) to aggregate \(name)", accepting: [409])
        }
    }

    private func ensureAggregate(_ name: String, zone: String) async throws -> Aggregate {
        if let found = try await aggregates().first(where: { $0.name == name }) { return found }
        let body = ["aggregate": ["name": name, "availability_zone": zone]]
        let doing = "create aggregate \(name)"
        let made = try await call("POST", .compute, "/os-aggregates", body, as: [String: NewAggregate].self, doing: doing)
        guard let aggregate = made["aggregate"] else {
            throw OpenStackError(.unexpectedAnswer, doing: doing, reason: "no aggregate in the answer")
        }
        return Aggregate(id: aggregate.id, name: name, availabilityZone: zone, hosts: [])
    }
}

/// The answer to a new aggregate, which has no list of hosts yet.
private struct NewAggregate: Decodable { var id: Int }

private struct NewFlavor: Encodable {
    var name: String
    var vcpus, ram, disk: Int
}
