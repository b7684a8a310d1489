public import Foundation

/// A service of Nova on a host, e.g. nova-compute.
public struct ComputeServiceState: Sendable, Equatable, Decodable {
    /// Nova's id: a number as text before API 2.53, a UUID from then on.
    public var id: String
    /// The program, e.g. `nova-compute`.
    public var binary: String
    /// Nova's `[DEFAULT] host` of the service, which need not be a host name.
    public var host: String
    /// The availability zone; `internal` for all services but nova-compute.
    public var zone: String
    /// up or down.
    public var state: String
    /// enabled or disabled.
    public var status: String
    /// What the administrator wrote, or nova-compute itself where it disabled itself.
    public var disabledReason: String?
    /// When it last reported to Nova; nil if it never did.
    public var updatedAt: Date?

    enum CodingKeys: String, CodingKey {
        case id, binary, host, zone, state, status
        case disabledReason = "disabled_reason"
        case updatedAt = "updated_at"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.id(forKey: .id)
        binary = try fields.decode(String.self, forKey: .binary)
        host = try fields.decode(String.self, forKey: .host)
        zone = try fields.decode(String.self, forKey: .zone)
        state = try fields.decode(String.self, forKey: .state)
        status = try fields.decode(String.self, forKey: .status)
        disabledReason = try fields.decodeIfPresent(String.self, forKey: .disabledReason)
        updatedAt = try fields.decodeIfPresent(String.self, forKey: .updatedAt).flatMap(Self.date)
    }
}

extension ComputeServiceState {
    /// `2026-11-21T07:00:00.000000`, in UTC.
    private static func date(_ text: String) -> Date? { try? Date(text.prefix(19) + "Z", strategy: .iso8601) }
}

/// A hypervisor as Nova reports it.
public struct HypervisorState: Sendable, Equatable, Decodable {
    /// Nova's id: a number as text before API 2.53, a UUID from then on.
    public var id: String
    /// On vCenter `<cluster moref>.<vCenter UUID>`.
    public var hostname: String
    /// e.g. `QEMU` or `VMware vCenter Server`.
    public var type: String
    /// As the hypervisor numbers it: QEMU 7.2.0 is 7002000, vSphere 7.0.3 is 7000003.
    public var version: Int
    /// up or down, which is the state of its nova-compute.
    public var state: String
    /// enabled or disabled, which is the status of its nova-compute.
    public var status: String
    /// Its nova-compute.
    public var service: Service
    /// What it has in all; nil where Nova no longer tells (from API 2.88 on).
    public var vcpus, memoryMB, localGB: Int?
    /// What runs on it.
    public var servers: [RunningServer]

    /// The nova-compute behind it.
    public struct Service: Sendable, Equatable, Decodable { public var host: String }

    /// A server by its id and its `instance-…` name.
    public struct RunningServer: Sendable, Equatable, Decodable {
        /// The id by which users know the server.
        public var uuid: String
        /// The name that the hypervisor knows it by, e.g. `instance-0000000a`.
        public var name: String
    }

    enum CodingKeys: String, CodingKey {
        case id, state, status, service, servers, vcpus
        case memoryMB = "memory_mb"
        case localGB = "local_gb"
        case hostname = "hypervisor_hostname"
        case type = "hypervisor_type"
        case version = "hypervisor_version"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.id(forKey: .id)
        hostname = try fields.decode(String.self, forKey: .hostname)
        type = try fields.decode(String.self, forKey: .type)
        version = try fields.decode(Int.self, forKey: .version)
        state = try fields.decode(String.self, forKey: .state)
        status = try fields.decode(String.self, forKey: .status)
        service = try fields.decode(Service.self, forKey: .service)
        vcpus = try fields.decodeIfPresent(Int.self, forKey: .vcpus)
        memoryMB = try fields.decodeIfPresent(Int.self, forKey: .memoryMB)
        localGB = try fields.decodeIfPresent(Int.self, forKey: .localGB)
        servers = try fields.decodeIfPresent([RunningServer].self, forKey: .servers) ?? []
    }
}

extension Cloud {
    /// Nova's services on all hosts.
    public func computeServices() async throws -> [ComputeServiceState] {
        try await get(
            .compute, "/os-services", as: [String: [ComputeServiceState]].self, doing: "list compute services")[
                "services"] ?? []
    }

    /// All hypervisors with the servers on them, as Nova's database has them.
    ///
    /// From 2.88 on Nova asks each nova-compute for its uptime before it answers: one that was stopped within the last
    /// minute would turn the whole answer into HTTP 500 after 60 seconds (`api/openstack/compute/hypervisors.py`).
    public func hypervisors() async throws -> [HypervisorState] {
        let doing = "list hypervisors"
        let path = "/os-hypervisors/detail?with_servers=true"
        let call = Call(service: .compute, path: path, doing: doing, newest: Microversion(2, 87))
        let answer = try Self.decode([String: [HypervisorState]].self, from: try await succeed(call), doing: doing)
        return answer["hypervisors"] ?? []
    }
}
