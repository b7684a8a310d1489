/// How a server comes to another host. All of it needs admin rights.
extension Cloud {
    /// Moves a running server to a host that the scheduler chooses; it is under way when this returns.
    public func liveMigrateServer(_ id: String) async throws {
        struct Body: Encodable {
            var host: String?
            var block_migration = "auto"

            enum CodingKeys: String, CodingKey { case host, block_migration }
            // The API wants the key, also where it is null.
            func encode(to encoder: any Encoder) throws {
                var values = encoder.container(keyedBy: CodingKeys.self)
                try values.encode(host, forKey: .host)
                try values.encode(block_migration, forKey: .block_migration)
            }
        }
        try await tell(
            "POST", .compute, "/servers/\(id)/action", ["os-migrateLive": Body()], doing: "live-migrate server \(id)")
    }

    /// Makes a server anew on another host, because its own is down; it is under way when this returns.
    ///
    /// - Parameter host: nil: the scheduler chooses.
    public func evacuateServer(_ id: String, toHost host: String? = nil) async throws {
        try await tell(
            "POST", .compute, "/servers/\(id)/action", ["evacuate": host.map { ["host": $0] } ?? [:]],
            doing: "evacuate server \(id)")
    }

    /// Every move of a server from host to host, newest first.
    public func migrations(ofServer id: String) async throws -> [ServerMigration] {
        let doing = "list the migrations of server \(id)"
        return try await get(
            .compute, "/os-migrations?instance_uuid=\(escaped(id))", as: [String: [ServerMigration]].self, doing: doing)[
                "migrations", default: []
            ].sorted { $0.id > $1.id }
    }
}

/// A move of a server to another host.
public struct ServerMigration: Sendable, Equatable, Decodable {
    /// Nova's number of the move; later ones have larger numbers.
    public var id: Int
    /// accepted, running, completed, done, error, failed, …
    public var status: String
    /// live-migration, migration, resize, evacuation
    public var type: String?
    /// Nova's `host` from which it goes.
    public var source: String?
    /// Nova's `host` to which it goes; nil until the scheduler has chosen one.
    public var destination: String?

    enum CodingKeys: String, CodingKey {
        case id, status
        case type = "migration_type"
        case source = "source_compute"
        case destination = "dest_compute"
    }

    /// Whether nothing more will come of it.
    public var hasFailed: Bool { ["error", "failed", "cancelled"].contains(status) }
}
