import Foundation
import Synchronization

/// The flavors of a cloud on loopback: `tiny` with 1 vCPU, 128 MiB and 1 GiB, and those that somebody makes.
final class LoopbackFlavors: Sendable {
    struct Flavor: Sendable {
        var id: String
        var name: String
        var vcpus: Int
        var ram = 128
        var description = ""
        var isPublic = true
        var specs: [String: String] = [:]
    }

    private struct State: Sendable {
        var there: [Flavor] = []
        var deleted: [Flavor] = []
        var refused: Set<Int> = []
    }

    private let state = Mutex(State())

    /// Those that are there beside `tiny`.
    var there: [Flavor] { state.withLock { $0.there } }
    /// Those that were deleted, as they were then.
    var deleted: [Flavor] { state.withLock { $0.deleted } }

    func add(_ flavor: Flavor) { state.withLock { $0.there.append(flavor) } }

    /// From now on Nova takes no instance with these numbers of vCPUs.
    func refuse(_ vcpus: Set<Int>) { state.withLock { $0.refused = vcpus } }

    /// As Nova refuses vCPUs that do not fit a NUMA topology (nova/exception.py, ImageNUMATopologyAsymmetric).
    func refusal(of flavor: String) -> LoopbackHTTP.Answer? {
        let vcpus = there.first { $0.id == flavor }?.vcpus ?? 1
        guard state.withLock({ $0.refused.contains(vcpus) }) else { return nil }
        let words = "Instance CPUs and/or memory cannot be evenly distributed across instance NUMA nodes."
        return .init(status: 400, body: #"{"badRequest": {"code": 400, "message": "\#(words)"}}"#)
    }

    /// nil: it is about something else.
    func answer(_ method: String, _ path: String, _ body: Data, isAdmin: Bool) -> LoopbackHTTP.Answer? {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.starts(with: ["compute", "flavors"]) else { return nil }
        switch (method, parts.count) {
        case ("GET", 3) where parts[2] == "detail":
            let all = [Self.tiny] + there.map(json)
            return .init(body: "{\"flavors\": [\(all.joined(separator: ","))]}")
        case ("GET", 4): return .init(body: #"{"extra_specs": {"hw:x": "y"}}"#)
        case _ where !isAdmin: return .init(status: 403)
        case ("POST", 2): return create(body)
        case ("POST", 4): return addSpecs(to: parts[2], body)
        case ("DELETE", 3): return delete(parts[2])
        default: return .init(status: 404)
        }
    }

    private static let tiny = #"{"id": "f", "name": "tiny", "vcpus": 1, "ram": 128, "disk": 1}"#

    private func json(_ flavor: Flavor) -> String {
        let specs = flavor.specs.map { "\"\($0.key)\": \"\($0.value)\"" }.joined(separator: ", ")
        return """
            {"id": "\(flavor.id)", "name": "\(flavor.name)", "vcpus": \(flavor.vcpus), "ram": \(flavor.ram), "disk": 1,
             "description": "\(flavor.description)", "os-flavor-access:is_public": \(flavor.isPublic),
             "extra_specs": {\(specs)}}
            """
    }

    private func create(_ body: Data) -> LoopbackHTTP.Answer {
        struct Body: Decodable { var flavor: Asked }
        struct Asked: Decodable {
            var name, description: String
            var vcpus, ram: Int
            var isPublic: Bool

            enum CodingKeys: String, CodingKey {
                case name, description, vcpus, ram
                case isPublic = "os-flavor-access:is_public"
            }
        }
        guard let asked = try? JSONDecoder().decode(Body.self, from: body).flavor else { return .init(status: 400) }
        let id = UUID().uuidString.lowercased()
        add(
            Flavor(
                id: id, name: asked.name, vcpus: asked.vcpus, ram: asked.ram, description: asked.description,
                isPublic: asked.isPublic))
        return .init(body: #"{"flavor": {"id": "\#(id)", "name": "\#(asked.name)"}}"#)
    }

    private func addSpecs(to id: String, _ body: Data) -> LoopbackHTTP.Answer {
        struct Body: Decodable { var extra_specs: [String: String] }
        guard let asked = try? JSONDecoder().decode(Body.self, from: body).extra_specs else {
            return .init(status: 400)
        }
        state.withLock { state in
            for index in state.there.indices where state.there[index].id == id {
                state.there[index].specs.merge(asked) { $1 }
            }
        }
        return .init()
    }

    private func delete(_ id: String) -> LoopbackHTTP.Answer {
        state.withLock { state in
            state.deleted += state.there.filter { $0.id == id }
            state.there.removeAll { $0.id == id }
        }
        return .init(status: 202, body: "")
    }
}
