/// A volume of Cinder.
public struct Volume: Sendable, Equatable, Decodable {
    /// Cinder's id, a UUID.
    public var id: String
    /// What its owner calls it.
    public var name: String?
    /// creating, available, attaching, in-use, detaching, error, …
    public var status: String
    /// What its owner noted of it.
    public var metadata: [String: String]?
    /// `HOST@BACKEND#POOL`, for administrators; nil until the scheduler has chosen one.
    public var host: String?

    enum CodingKeys: String, CodingKey {
        case id, name, status, metadata
        case host = "os-vol-host-attr:host"
    }
}

extension Cloud {
    /// All volumes, of all projects for an administrator.
    public func volumes(ofAllProjects: Bool) async throws -> [Volume] {
        let query = ofAllProjects ? "?all_tenants=1" : ""
        return try await get(
            .volume, "/volumes/detail\(query)", as: [String: [Volume]].self, doing: "list volumes")["volumes"] ?? []
    }

    /// A volume as it is now; nil when there is none.
    public func volume(_ id: String) async throws -> Volume? {
        try await find(.volume, "/volumes/\(id)", as: [String: Volume].self, doing: "look at volume \(id)")?["volume"]
    }

    /// Asks for a volume, empty or of an image; it is being made when this returns. Returns its id.
    ///
    /// - Parameters:
    ///   - size: GiB.
    ///   - type: the name of a volume type; nil is Cinder's default one.
    ///   - image: an image's id; nil: it is empty.
    public func createVolume(
        _ name: String, size: Int, type: String? = nil, image: String? = nil, metadata: [String: String]
    ) async throws -> String {
        struct Body: Encodable {
            var name: String
            var size: Int
            var volume_type, imageRef: String?
            var metadata: [String: String]
        }
        let body = ["volume": Body(name: name, size: size, volume_type: type, imageRef: image, metadata: metadata)]
        return try await post(
            .volume, "/volumes", body, as: [String: Volume].self, doing: "create volume \(name)")["volume"]?.id ?? ""
    }

    /// Removes a volume; one that is not there is no error.
    public func deleteVolume(_ id: String) async throws {
        try await delete(.volume, "/volumes/\(id)", doing: "delete volume \(id)")
    }

    /// Attaches a volume to a server; it is under way when this returns. Returns the device that Nova names, if it does.
    public func attachVolume(_ id: String, toServer server: String) async throws -> String? {
        struct Answer: Decodable { var volumeAttachment: Attachment }
        struct Attachment: Decodable { var device: String? }
        let body = ["volumeAttachment": ["volumeId": id]]
        return try await post(
            .compute, "/servers/\(server)/os-volume_attachments", body, as: Answer.self,
            doing: "attach volume \(id) to server \(server)"
        ).volumeAttachment.device
    }

    /// Detaches a volume; it is under way when this returns.
    public func detachVolume(_ id: String, fromServer server: String) async throws {
        try await delete(
            .compute, "/servers/\(server)/os-volume_attachments/\(id)",
            doing: "detach volume \(id) from server \(server)"
        )
    }
}
