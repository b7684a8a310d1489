import Foundation
import Synchronization

@testable import OpenStack

/// As much of Keystone, Glance, Neutron, Nova and Placement as the calls need: it keeps what it is sent, finds it by
/// name, and can be told to answer otherwise.
final class StubCloud: Sendable {
    let server: StubServer
    private let world: World
    /// Beside it there is nothing that a text of ours may show.
    static let password = "s3cret-'\"\\&-pass"

    init(port: Int = 0) throws {
        let world = World()
        self.world = world
        server = try StubServer(port: port) { world.answer($0) }
        world.setPort(server.port)
    }

    var root: String { "http://127.0.0.1:\(server.port)" }
    var credentials: Credentials {
        Credentials(authURL: "\(root)/identity/v3", username: "admin", password: Self.password, project: "admin")
    }

    func cloud(patience: Duration = .zero) -> Cloud { Cloud(credentials, patience: patience) }

    /// The lines of all requests but those for tokens and versions.
    var calls: [Recorded] {
        server.requests.filter { $0.path != "/identity/v3/auth/tokens" && !$0.path.hasSuffix("/") }
    }
    /// Those that change something.
    var writes: [String] { calls.filter { !["GET", "HEAD"].contains($0.method) }.map(\.line) }
    var logins: Int { server.requests.filter { $0.path == "/identity/v3/auth/tokens" }.count }

    /// The next requests of this line get these answers.
    func script(_ line: String, _ answers: Answer...) { world.change { $0.scripts[line, default: []] += answers } }
    func revokeTokens() { world.change { $0.tokens = [] } }
    func setTokenLifetime(_ seconds: Int) { world.change { $0.lifetime = seconds } }
    /// What is in a collection, e.g. `/identity/v3/users`.
    func items(_ path: String) -> [JSON] { world.read { $0.items[path] ?? [] } }
    func put(_ item: JSON, into path: String) { world.change { $0.items[path, default: []].append(item) } }
    func removeAll(from path: String) { world.change { $0.items[path] = [] } }
}

/// The state of the stub.
private final class World: Sendable {
    struct State {
        var port = 0
        var tokens: Set<String> = []
        var logins = 0
        var lifetime = 3600
        var nextID = 1
        var items: [String: [JSON]] = [:]
        var scripts: [String: [Answer]] = [:]
    }

    private let state = Mutex(State())

    func setPort(_ port: Int) { state.withLock { $0.port = port } }
    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
    func read<T: Sendable>(_ body: (State) -> T) -> T { state.withLock { body($0) } }

    func answer(_ request: Recorded) -> Answer {
        state.withLock { state in
            if var answers = state.scripts[request.line], !answers.isEmpty {
                defer { state.scripts[request.line] = answers }
                return answers.removeFirst()
            }
            return state.answer(request)
        }
    }
}

extension World.State {
    private static let versions: [String: JSON] = [
        "/compute/v2.1/": ["version": ["id": "v2.1", "version": "2.93", "min_version": "2.1"]],
        "/placement/": ["versions": [["id": "v1.0", "max_version": "1.39", "min_version": "1.0"]]],
    ]
    /// Collections by their last word, with the key around one thing; Glance puts nothing around.
    private static let kinds = [
        "domains": "domain", "projects": "project", "roles": "role", "users": "user", "services": "service",
        "endpoints": "endpoint", "networks": "network", "subnets": "subnet", "flavors": "flavor",
        "os-aggregates": "aggregate", "images": "",
    ]

    mutating func answer(_ request: Recorded) -> Answer {
        if request.line == "POST /identity/v3/auth/tokens" { return logIn(request) }
        guard tokens.contains(request.headers["x-auth-token"] ?? "") else {
            return Answer(
                401, ["error": ["code": 401, "message": "The request you have made requires authentication."]])
        }
        if let versions = Self.versions[request.path] { return Answer(200, versions) }
        var parts = request.path.split(separator: "/").map(String.init)
        if parts.last == "detail" { parts.removeLast() }
        // Longest first: roles in `/projects/P/users/U/roles/R` are no collection.
        if let last = parts.last, Self.kinds[last] != nil {
            return collection("/" + parts.joined(separator: "/"), request)
        }
        return thing(parts, request)
    }

    private mutating func logIn(_ request: Recorded) -> Answer {
        let auth = request.json?["auth"]
        let user = auth?["identity"]?["password"]?["user"]
        let known = items["/identity/v3/users"]?.first { $0["id"] == user?["id"] }?["password"]?.text
        let expected = user?["name"] == "admin" ? StubCloud.password : known
        guard let given = user?["password"]?.text, given == expected else {
            return Answer(
                401, ["error": ["code": 401, "message": "The request you have made requires authentication."]])
        }
        logins += 1
        let token = "token-\(logins)"
        tokens.insert(token)
        let root = "http://127.0.0.1:\(port)"
        let catalog: [(String, String)] = [
            ("image", "/image"), ("network", "/network/"), ("compute", "/compute/v2.1"), ("placement", "/placement"),
        ]
        let entries = catalog.map { type, path -> JSON in
            [
                "type": .string(type),
                "endpoints": [
                    ["interface": "public", "region_id": "Elsewhere", "url": "http://127.0.0.1:1"],
                    ["interface": "internal", "region_id": "RegionOne", "url": "http://127.0.0.1:1"],
                    ["interface": "public", "region_id": "RegionOne", "url": .string(root + path)],
                ],
            ]
        }
        // The stub's clock is years behind: only the difference may count.
        let end = Date(timeIntervalSince1970: Double(lifetime)).formatted(.iso8601).dropLast() + ".000000Z"
        let body: JSON = [
            "token": [
                "issued_at": "1970-01-01T00:00:00.000000Z", "expires_at": .string(String(end)),
                "catalog": .array(entries),
            ]
        ]
        return Answer(201, body, headers: ["X-Subject-Token": token])
    }

    private mutating func collection(_ path: String, _ request: Recorded) -> Answer {
        let plural = path.split(separator: "/").last.map(String.init) ?? ""
        let key = Self.kinds[plural].flatMap { $0.isEmpty ? nil : $0 }
        guard request.method == "POST" else {
            let filters = request.query.filter { ["name", "domain_id", "device_id"].contains($0.key) }
            let found = (items[path] ?? []).filter { item in
                filters.allSatisfy { item[$0.key] == nil || item[$0.key] == .string($0.value) }
            }
            return Answer(200, [plural.replacing("os-", with: ""): .array(found)])
        }
        let id: JSON = plural == "os-aggregates" ? .int(nextID) : .string("\(plural)-\(nextID)")
        nextID += 1
        var item = (key.map { request.json?[$0] ?? [:] } ?? request.json ?? [:]).merging(["id": id])
        if plural == "images" { item = item.merging(["status": "queued"]) }
        items[path, default: []].append(item)
        return Answer(
            plural == "flavors" || plural == "os-aggregates" ? 200 : 201, key.map { .object([$0: item]) } ?? item)
    }

    /// `/users/ID`, `/images/ID/file`, `/os-aggregates/ID/action`, …
    private mutating func thing(_ parts: [String], _ request: Recorded) -> Answer {
        guard let start = parts.lastIndex(where: { Self.kinds[$0] != nil }), start + 1 < parts.count else {
            return Answer(404, ["itemNotFound": ["code": 404, "message": "The resource could not be found."]])
        }
        if parts.contains("roles") { return roleAssignment(request) }
        let path = "/" + parts[...start].joined(separator: "/")
        let ids: [JSON] = [.string(parts[start + 1]), .int(Int(parts[start + 1]) ?? -1)]
        guard let index = items[path]?.firstIndex(where: { ids.contains($0["id"] ?? .null) }),
            let item = items[path]?[index]
        else { return Answer(404, ["itemNotFound": ["code": 404, "message": "Not found."]]) }
        let key = Self.kinds[parts[start]].flatMap { $0.isEmpty ? nil : $0 }
        switch (request.method, parts.dropFirst(start + 2).first) {
        case ("GET", nil): return Answer(200, key.map { .object([$0: item]) } ?? item)
        case ("DELETE", nil):
            items[path]?.remove(at: index)
            return Answer(204)
        case ("PUT", "file"):
            items[path]?[index] = item.merging(["status": "active", "size": .int(request.body.count)])
            return Answer(204)
        case ("PATCH", nil) where key == nil:
            guard case .array(let changes)? = request.json else { return Answer(400) }
            items[path]?[index] = changes.reduce(item) { item, change in
                item.merging(.object([String((change["path"]?.text ?? "").dropFirst()): change["value"] ?? .null]))
            }
            return Answer(200, items[path]?[index])
        case ("POST", "action"): return aggregateAction(path, index, request)
        case ("GET", "os-extra_specs"): return Answer(200, ["extra_specs": item["extra_specs"] ?? [:]])
        case ("POST", "os-extra_specs"):
            items[path]?[index] = item.merging([
                "extra_specs": (item["extra_specs"] ?? [:]).merging(request.json?["extra_specs"] ?? [:])
            ])
            return Answer(200, request.json)
        default:
            items[path]?[index] = item.merging(request.json?[key ?? ""] ?? [:])
            return Answer(200, .object([key ?? "": items[path]?[index] ?? .null]))
        }
    }

    private mutating func aggregateAction(_ path: String, _ index: Int, _ request: Recorded) -> Answer {
        guard var item = items[path]?[index] else { return Answer(404) }
        if let host = request.json?["add_host"]?["host"] {
            guard case .array(let hosts) = item["hosts"] ?? [] else { return Answer(400) }
            item = item.merging(["hosts": .array(hosts + [host])])
        }
        if let metadata = request.json?["set_metadata"]?["metadata"] {
            item = item.merging(["metadata": (item["metadata"] ?? [:]).merging(metadata)])
            if let zone = metadata["availability_zone"] { item = item.merging(["availability_zone": zone]) }
        }
        items[path]?[index] = item
        return Answer(200, ["aggregate": item])
    }

    private mutating func roleAssignment(_ request: Recorded) -> Answer {
        let isThere = items["assignments"]?.contains(.string(request.path)) == true
        if request.method == "HEAD" { return Answer(isThere ? 204 : 404) }
        items["assignments", default: []].append(.string(request.path))
        return Answer(204)
    }
}
