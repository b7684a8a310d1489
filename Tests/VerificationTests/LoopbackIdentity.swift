import Foundation
import Synchronization

/// Keystone's projects for `LoopbackCloud`, and what its services keep of quotas. A token is `t.NUMBER`, or
/// `t-PROJECT.NUMBER` where it was asked for with a project's id: none is given out twice.
final class LoopbackIdentity: Sendable {
    struct Project: Sendable {
        var id: String
        var name: String
        var description: String
    }

    struct State: Sendable {
        var projects: [Project] = []
        var made: [Project] = []
        var grants: [String] = []
        /// Project → how many instances it may have.
        var quotas: [String: Int] = [:]
        var refuses = false
        var tokens = 0
    }

    private let state = Mutex(State())
    /// What a new project may have.
    static let newQuota = 2

    var projects: [Project] { state.withLock { $0.projects } }
    var made: [Project] { state.withLock { $0.made } }
    var grants: [String] { state.withLock { $0.grants } }
    var quotas: [String: Int] { state.withLock { $0.quotas } }
    func add(_ project: Project) { state.withLock { $0.projects.append(project) } }
    /// From now on nobody may make projects.
    func refuse() { state.withLock { $0.refuses = true } }

    func token(for request: LoopbackHTTP.Request) -> String {
        struct Body: Decodable { var auth: Auth }
        struct Auth: Decodable { var scope: Scope? }
        struct Scope: Decodable { var project: Project? }
        struct Project: Decodable { var id: String? }
        let id = (try? JSONDecoder().decode(Body.self, from: request.body))?.auth.scope?.project?.id
        let number = state.withLock { state in
            state.tokens += 1
            return state.tokens
        }
        return "t\(id.map { "-\($0)" } ?? "").\(number)"
    }

    static func project(of token: String?) -> String {
        token.flatMap { $0.hasPrefix("t-") ? String($0.dropFirst(2).prefix { $0 != "." }) : nil } ?? "p-admin"
    }

    /// Of a project that a run made; nil: another one.
    func instances(_ token: String?) -> Int? {
        let id = Self.project(of: token)
        return id == "p-admin" ? nil : quotas[id] ?? Self.newQuota
    }

    /// nil: it is no request about projects.
    func answer(_ request: LoopbackHTTP.Request, isAdmin: Bool) -> LoopbackHTTP.Answer? {
        let path = request.path.split(separator: "?").first.map(String.init) ?? ""
        let parts = path.split(separator: "/").map(String.init)
        if path.contains("/os-quota-sets/") || path.contains("/quotas/") { return quota(request, parts) }
        guard path.hasPrefix("/v3/projects") else { return nil }
        guard isAdmin, request.method == "GET" || !state.withLock(\.refuses) else {
            return .init(status: 403, body: #"{"error": {"message": "You are not authorized."}}"#)
        }
        switch (request.method, parts.count) {
        case ("GET", 2):
            return .init(body: #"{"links": {}, "projects": [\#(projects.map(json).joined(separator: ","))]}"#)
        case ("POST", 2): return create(request.body)
        case ("GET", 3):
            guard let found = projects.first(where: { $0.id == parts[2] }) else { return .init(status: 404) }
            return .init(body: "{\"project\": \(json(found))}")
        case ("DELETE", 3):
            state.withLock { $0.projects.removeAll { $0.id == parts[2] } }
            return .init(status: 204, body: "")
        case ("PUT", 7):
            state.withLock { $0.grants.append("\(parts[6]) to \(parts[4]) in \(parts[2])") }
            return .init(status: 204, body: "")
        default: return .init(status: 404)
        }
    }

    private func create(_ body: Data) -> LoopbackHTTP.Answer {
        struct Body: Decodable { var project: Asked }
        struct Asked: Decodable { var name, description, domain_id: String }
        guard let asked = try? JSONDecoder().decode(Body.self, from: body).project, asked.domain_id == "d" else {
            return .init(status: 400)
        }
        let project = state.withLock { state in
            let project = Project(id: "p\(state.made.count)", name: asked.name, description: asked.description)
            state.projects.append(project)
            state.made.append(project)
            return project
        }
        return .init(status: 201, body: "{\"project\": \(json(project))}")
    }

    private func quota(_ request: LoopbackHTTP.Request, _ parts: [String]) -> LoopbackHTTP.Answer {
        guard let id = parts.last else { return .init(status: 404) }
        let isCompute = request.path.hasPrefix("/compute/")
        let (key, name) = isCompute ? ("quota_set", "instances") : ("quota", "port")
        let now = isCompute ? quotas[id] ?? Self.newQuota : 500
        switch request.method {
        case "GET": return .init(body: "{\"\(key)\": {\"\(name)\": \(now)}}")
        case "PUT" where isCompute:
            struct Body: Decodable { var quota_set: [String: Int] }
            let asked = try? JSONDecoder().decode(Body.self, from: request.body).quota_set["instances"]
            state.withLock { $0.quotas[id] = asked ?? now }
            return .init()
        case "DELETE":
            state.withLock { if isCompute { $0.quotas[id] = nil } }
            return .init(status: 202, body: "")
        default: return .init(status: 400)
        }
    }

    private func json(_ project: Project) -> String {
        #"{"id": "\#(project.id)", "name": "\#(project.name)", "description": "\#(project.description)"}"#
    }
}
