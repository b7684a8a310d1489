/// A server (an instance) of Nova.
public struct Server: Sendable, Equatable, Decodable {
    public var id: String
    public var name: String
    /// BUILD, ACTIVE, ERROR, …
    public var status: String
    public var taskState: String?
    /// The nova-compute that has it; nil while none has, or without admin rights.
    public var host: String?
    public var hypervisorHostname: String?
    /// `instance-0000000a`: the libvirt domain's name, and what the metadata's `i-0000000a` is made of.
    public var instanceName: String?
    public var metadata: [String: String]
    public var fault: Fault?

    /// Why a server is in ERROR.
    public struct Fault: Sendable, Equatable, Decodable {
        public var message: String
    }

    enum CodingKeys: String, CodingKey {
        case id, name, status, metadata, fault
        case taskState = "OS-EXT-STS:task_state"
        case host = "OS-EXT-SRV-ATTR:host"
        case hypervisorHostname = "OS-EXT-SRV-ATTR:hypervisor_hostname"
        case instanceName = "OS-EXT-SRV-ATTR:instance_name"
    }
}

/// A server to be made on one host.
public struct NewServer: Sendable, Equatable {
    public var name: String
    public var image: String
    public var flavor: String
    public var network: String
    /// The nova-compute that has to take it. Nova's filters still have their say (API 2.74 and later).
    public var host: String?
    public var metadata: [String: String]

    public init(
        name: String, image: String, flavor: String, network: String, host: String?, metadata: [String: String] = [:]
    ) {
        self.name = name
        self.image = image
        self.flavor = flavor
        self.network = network
        self.host = host
        self.metadata = metadata
    }
}

/// An action on a server with its events, newest first.
public struct ServerAction: Sendable, Equatable, Decodable {
    public var action: String
    public var requestID: String
    public var message: String?

    enum CodingKeys: String, CodingKey {
        case action, message
        case requestID = "request_id"
    }
}

extension Cloud {
    /// Asks for a server; it is being built when this returns. Returns its id.
    public func createServer(_ server: NewServer) async throws -> String {
        let doing = "create server \(server.name)"
        let made = try await call(
            "POST", .compute, "/servers", ["server": ServerBody(server)], as: [String: CreatedServer].self, doing: doing)
        guard let created = made["server"] else {
            throw OpenStackError(.unexpectedAnswer, doing: doing, reason: "no server in the answer")
        }
        return created.id
    }

    /// A server as it is now; nil when there is none.
    public func server(_ id: String) async throws -> Server? {
        let response = try await send("GET", .compute, "/servers/\(id)", doing: "look at server \(id)")
        if response.status == 404 { return nil }
        guard response.status == 200 else { throw OpenStackError(response, doing: "look at server \(id)") }
        return try Self.decode([String: Server].self, from: response, doing: "look at server \(id)")["server"]
    }

    /// All servers of all projects whose name begins so.
    public func servers(namePrefix: String) async throws -> [Server] {
        let path = "/servers/detail?all_tenants=1&name=\(escaped("^" + namePrefix))"
        return try await get(.compute, path, as: [String: [Server]].self, doing: "list servers")["servers"] ?? []
    }

    /// Deletes a server; one that is not there is no error.
    public func deleteServer(_ id: String) async throws {
        try await call("DELETE", .compute, "/servers/\(id)", doing: "delete server \(id)", accepting: [404])
    }

    /// What a server's serial console has shown; the last lines if a number is given.
    public func consoleOutput(_ id: String, lines: Int? = nil) async throws -> String {
        let body = ["os-getConsoleOutput": lines.map { ["length": $0] } ?? [:]]
        let answer = try await call(
            "POST", .compute, "/servers/\(id)/action", body, as: [String: String?].self,
            doing: "read the console of server \(id)")
        return (answer["output"] ?? nil) ?? ""
    }

    /// What was done to a server, newest first.
    public func actions(ofServer id: String) async throws -> [ServerAction] {
        try await get(
            .compute, "/servers/\(id)/os-instance-actions", as: [String: [ServerAction]].self,
            doing: "list the actions of server \(id)")["instanceActions"] ?? []
    }
}

private struct CreatedServer: Decodable { var id: String }

private struct ServerBody: Encodable {
    var name, imageRef, flavorRef: String
    var networks: [[String: String]]
    var host: String?
    var metadata: [String: String]

    init(_ server: NewServer) {
        name = server.name
        imageRef = server.image
        flavorRef = server.flavor
        networks = [["uuid": server.network]]
        host = server.host
        metadata = server.metadata
    }
}
