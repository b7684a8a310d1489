/// A type of volumes, by which users choose among backends.
public struct VolumeType: Sendable, Equatable, Decodable {
    /// Unique in the cloud.
    public var name: String
    /// What the scheduler looks for in a backend; nil where only administrators may see it.
    public var extraSpecs: [String: String]?

    /// A type with what it asks of backends.
    public init(name: String, extraSpecs: [String: String]?) {
        self.name = name
        self.extraSpecs = extraSpecs
    }

    enum CodingKeys: String, CodingKey {
        case name
        case extraSpecs = "extra_specs"
    }
}

/// A pool of a backend as Cinder's scheduler knows it.
public struct VolumePool: Sendable, Equatable, Decodable {
    /// `HOST@BACKEND#POOL`
    public var name: String
    /// What its driver reports that is text, e.g. `volume_backend_name` or `storage_protocol`, which drivers may report in
    /// several spellings.
    public var capabilities: [String: [String]]

    /// A pool with what its driver reports.
    public init(name: String, capabilities: [String: [String]]) {
        self.name = name
        self.capabilities = capabilities
    }

    enum CodingKeys: String, CodingKey { case name, capabilities }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(String.self, forKey: .name)
        capabilities = [:]
        let reported = try fields.nestedContainer(keyedBy: AnyKey.self, forKey: .capabilities)
        for key in reported.allKeys {
            if let text = try? reported.decode(String.self, forKey: key) {
                capabilities[key.stringValue] = [text]
            } else if let texts = try? reported.decode([String].self, forKey: key) {
                capabilities[key.stringValue] = texts
            }
        }
    }
}

/// A service of Cinder: its scheduler, or cinder-volume for one backend.
public struct VolumeServiceState: Sendable, Equatable, Decodable {
    /// cinder-scheduler, cinder-volume or cinder-backup.
    public var binary: String
    /// Of cinder-volume `HOST@BACKEND`.
    public var host: String
    /// up or down.
    public var state: String
    /// enabled or disabled.
    public var status: String
}

extension Cloud {
    /// The types of volumes; their extra specs for administrators only.
    public func volumeTypes() async throws -> [VolumeType] {
        try await get(
            .volume, "/types?is_public=None", as: [String: [VolumeType]].self, doing: "list volume types")[
                "volume_types"] ?? []
    }

    /// The type of volumes for which none is named; nil where there is none.
    public func defaultVolumeType() async throws -> VolumeType? {
        try await find(
            .volume, "/types/default", as: [String: VolumeType].self, doing: "look at the default volume type")?[
                "volume_type"]
    }

    /// Every pool of every backend. Needs admin rights.
    public func volumePools() async throws -> [VolumePool] {
        try await get(
            .volume, "/scheduler-stats/get_pools?detail=True", as: [String: [VolumePool]].self,
            doing: "list the pools of volume backends")["pools"] ?? []
    }

    /// Cinder's services on all hosts. Needs admin rights.
    public func volumeServices() async throws -> [VolumeServiceState] {
        try await get(
            .volume, "/os-services", as: [String: [VolumeServiceState]].self, doing: "list volume services")[
                "services"] ?? []
    }

    /// What Cinder tells users of a volume that went wrong, the newest first; Cinder does so from 3.3 (Newton) on.
    public func messages(ofVolume id: String) async throws -> [String] {
        let doing = "list the messages about volume \(id)"
        let call = Call(
            service: .volume, path: "/messages?sort_key=created_at&sort_dir=desc", doing: doing, version: "volume 3.3")
        let answer = try Self.decode([String: [VolumeMessage]].self, from: try await succeed(call), doing: doing)
        return (answer["messages"] ?? []).filter { $0.resource_uuid == id }.map(\.user_message)
    }
}

private struct VolumeMessage: Decodable {
    var resource_uuid: String?
    var user_message: String
}
