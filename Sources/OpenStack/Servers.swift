extension Cloud {
    /// Asks for a server; it is being built when this returns. Returns its id.
    public func createServer(_ server: NewServer) async throws -> String {
        try await post(
            .compute, "/servers", ["server": ServerBody(server)], as: OneServer.self,
            doing: "create server \(server.name)"
        ).server.id
    }

    /// A server as it is now; nil when there is none.
    public func server(_ id: String) async throws -> Server? {
        try await find(.compute, "/servers/\(id)", as: [String: Server].self, doing: "look at server \(id)")?["server"]
    }

    /// All servers whose name begins so.
    ///
    /// - Parameter ofAllProjects: needs admin rights.
    public func servers(namePrefix: String, ofAllProjects: Bool = true) async throws -> [Server] {
        // Nova takes the name for a regular expression.
        let pattern =
            "^" + namePrefix.map { $0.isLetter || $0.isNumber || "-_ ".contains($0) ? "\($0)" : "\\\($0)" }.joined()
        var found: [Server] = []
        while true {
            let after = found.last.map { "&marker=\($0.id)" } ?? ""
            let all = ofAllProjects ? "all_tenants=1&" : ""
            let path = "/servers/detail?\(all)limit=500&name=\(escaped(pattern))\(after)"
            let page = try await get(.compute, path, as: ServerPage.self, doing: "list servers")
            found += page.servers
            if page.servers_links?.contains(where: { $0.rel == "next" }) != true || page.servers.isEmpty {
                return found
            }
        }
    }

    /// Deletes a server; one that is not there is no error.
    public func deleteServer(_ id: String) async throws {
        try await delete(.compute, "/servers/\(id)", doing: "delete server \(id)")
    }

    /// What a server's serial console has shown; the last lines if a number is given.
    public func consoleOutput(_ id: String, lines: Int? = nil) async throws -> String {
        let body = ["os-getConsoleOutput": lines.map { ["length": $0] } ?? [:]]
        let answer = try await post(
            .compute, "/servers/\(id)/action", body, as: [String: String?].self,
            doing: "read the console of server \(id)")
        return (answer["output"] ?? nil) ?? ""
    }

    /// A console for a browser: novnc, or webmks on vSphere.
    public func remoteConsole(_ id: String, _ type: RemoteConsole.Kind) async throws -> RemoteConsole {
        let body = ["remote_console": ["protocol": type.protocol, "type": type.rawValue]]
        let answer = try await post(
            .compute, "/servers/\(id)/remote-consoles", body, as: OneConsole.self,
            doing: "open a \(type.rawValue) console of server \(id)")
        return RemoteConsole(url: answer.remote_console.url, type: type)
    }

    /// Stops or starts a server, or confirms its resize; it is under way when this returns.
    public func act(onServer id: String, _ action: SimpleAction) async throws {
        try await tell(
            "POST", .compute, "/servers/\(id)/action", [action.rawValue: String?.none],
            doing: "\(action.verb) server \(id)")
    }

    /// Adds to a server's metadata, which its guest gets from the metadata service; what is there already stays.
    public func addMetadata(_ metadata: [String: String], toServer id: String) async throws {
        try await tell(
            "POST", .compute, "/servers/\(id)/metadata", ["metadata": metadata], doing: "add metadata to server \(id)")
    }

    /// Restarts a server, by its guest where that heeds it; it is under way when this returns.
    public func rebootServer(_ id: String) async throws {
        try await tell(
            "POST", .compute, "/servers/\(id)/action", ["reboot": ["type": "SOFT"]], doing: "reboot server \(id)")
    }

    /// Calls a server ACTIVE, whatever it is. Needs admin rights.
    public func resetServerToActive(_ id: String) async throws {
        try await tell(
            "POST", .compute, "/servers/\(id)/action", ["os-resetState": ["state": "active"]],
            doing: "reset the state of server \(id)")
    }

    /// Gives a server another flavor; it is under way when this returns, and has to be confirmed at its end.
    public func resizeServer(_ id: String, toFlavor flavor: String) async throws {
        try await tell(
            "POST", .compute, "/servers/\(id)/action", ["resize": ["flavorRef": flavor]],
            doing: "resize server \(id)")
    }

    /// Makes an image of a server; it is under way when this returns. Returns the image's id.
    public func createImage(ofServer id: String, name: String, properties: [String: String]) async throws -> String {
        struct Body: Encodable {
            var name: String
            var metadata: [String: String]
        }
        struct Answer: Decodable { var image_id: String }
        return try await post(
            .compute, "/servers/\(id)/action", ["createImage": Body(name: name, metadata: properties)], as: Answer.self,
            doing: "make an image of server \(id)"
        ).image_id
    }

    /// What was done to a server, newest first.
    public func actions(ofServer id: String) async throws -> [ServerAction] {
        try await get(
            .compute, "/servers/\(id)/os-instance-actions", as: [String: [ServerAction]].self,
            doing: "list the actions of server \(id)")["instanceActions"] ?? []
    }

    /// One action with its events; nil when there is none.
    public func action(ofServer id: String, request: String) async throws -> ServerAction? {
        try await find(
            .compute, "/servers/\(id)/os-instance-actions/\(escaped(request))", as: [String: ServerAction].self,
            doing: "look at an action of server \(id)")?["instanceAction"]
    }
}

extension Cloud {
    /// Waits until a server has a status.
    ///
    /// - Throws: `serverFailed` with Nova's reasons as soon as it is in ERROR, `timeout` with the last status after
    ///   the time.
    public func waitForServer(_ id: String, toBecome status: String, within limit: Duration) async throws -> Server {
        let doing = "wait for server \(id) to become \(status)"
        let deadline = ContinuousClock.now + limit
        while true {
            guard let server = try await server(id) else {
                throw OpenStackError(.serverFailed, doing: doing, reason: "it is not there any more")
            }
            if server.status == status { return server }
            if server.status == "ERROR" { throw try await failure(of: server, doing) }
            guard ContinuousClock.now < deadline else {
                let task = server.taskState.map { ", \($0)" } ?? ""
                throw OpenStackError(.timeout, doing: doing, reason: "it is \(server.status)\(task) after \(limit)")
            }
            try await rest(.milliseconds(500), doing)
        }
    }

    /// Waits until a deleted server is gone.
    public func waitUntilGone(server id: String, within limit: Duration) async throws {
        let doing = "wait until server \(id) is gone"
        let deadline = ContinuousClock.now + limit
        while let server = try await server(id) {
            guard ContinuousClock.now < deadline else {
                throw OpenStackError(.timeout, doing: doing, reason: "it is \(server.status) after \(limit)")
            }
            try await rest(.milliseconds(500), doing)
        }
    }

    /// The fault, and the last line of the traceback of each step that failed.
    private func failure(of server: Server, _ doing: String) async throws -> OpenStackError {
        var reasons = [server.fault?.message].compactMap(\.self)
        var request: String?
        // The newest one that failed: what went wrong with the server before is another matter.
        if let action = try await actions(ofServer: server.id).first(where: { $0.message != nil }) {
            request = action.requestID
            let events = try await self.action(ofServer: server.id, request: action.requestID)?.events ?? []
            reasons += events.filter { $0.result == "Error" }.compactMap { event in
                event.lastWords.map { "\(event.event): \($0)" }
            }
        }
        let reason = reasons.isEmpty ? "Nova gives no reason" : reasons.joined(separator: "; ")
        return OpenStackError(.serverFailed, doing: doing, reason: reason, requestID: request)
    }
}

/// An action of Nova that takes no arguments.
public enum SimpleAction: String, Sendable {
    case stop = "os-stop"
    case start = "os-start"
    case confirmResize
    /// Takes a resize or a migration back that waits to be confirmed.
    case revertResize
    /// To a host that the scheduler chooses; it has to be confirmed at its end. Needs admin rights.
    case migrate

    var verb: String {
        switch self {
        case .stop: "stop"
        case .start: "start"
        case .confirmResize: "confirm the resize of"
        case .revertResize: "revert the resize of"
        case .migrate: "migrate"
        }
    }
}

private struct OneServer: Decodable {
    var server: Created
    struct Created: Decodable { var id: String }
}

private struct ServerPage: Decodable {
    var servers: [Server]
    var servers_links: [Link]?
    struct Link: Decodable { var rel: String }
}

private struct OneConsole: Decodable {
    var remote_console: Answer
    struct Answer: Decodable { var url: String }
}
