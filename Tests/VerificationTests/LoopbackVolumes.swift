import Foundation
import Synchronization

/// Cinder's API, and Nova's part of it, for `LoopbackCloud`: what goes wrong, when it should. `Trials/volume` has the
/// real ones.
final class LoopbackVolumes: Sendable {
    enum Behaviour: Sendable {
        case works
        /// Nova does not take the request.
        case refuses
        /// The volume is in error as soon as it is made.
        case breaks
        /// Nova takes the request, nova-compute cannot do it, and the volume is available again.
        case givesUp
        /// No cinder-volume takes the volume up.
        case waits
        /// Cinder does not get at the image.
        case cannotFetch
    }

    /// Pools by name, with their protocols; and types by name, with the backend that each names.
    let pools: [String: String]
    let types: [String: String]
    private let service: String
    private let details: String

    private let behaviour: Behaviour
    private let state = Mutex((statuses: [String: String](), made: 0, type: String?.none, image: String?.none))

    init(
        _ behaviour: Behaviour, pools: [String: String] = ["controller@ceph#ceph": "ceph"],
        types: [String: String] = [:],
        service: String = "up", details: String = "libvirtError"
    ) {
        self.behaviour = behaviour
        self.pools = pools
        self.types = types
        self.service = service
        self.details = details
    }

    /// Volumes that are there, by their ids.
    var statuses: [String: String] { state.withLock { $0.statuses } }
    var made: Int { state.withLock { $0.made } }
    func set(_ volume: String, to status: String) { state.withLock { $0.statuses[volume] = status } }
    /// The image of the volume that was asked for last; nil: it was to be empty.
    var image: String? { state.withLock { $0.image } }
    /// The type that was asked for last.
    var type: String? { state.withLock { $0.type } }

    /// nil: it is no request about volumes.
    func answer(_ method: String, _ path: String, _ body: Data) -> LoopbackHTTP.Answer? {
        let last = path.split(separator: "/").last.map(String.init) ?? ""
        if method == "GET", let answer = answer(to: path) { return answer }
        switch (method, path) {
        case ("POST", "/volumev3/volumes"): return create(body)
        case ("GET", _) where path.hasPrefix("/volumev3/volumes/"):
            guard let status = statuses[last] else { return .init(status: 404) }
            return .init(body: #"{"volume": {"id": "\#(last)", "status": "\#(status)"}}"#)
        case ("DELETE", _) where path.hasPrefix("/volumev3/volumes/"):
            state.withLock { $0.statuses[last] = nil }
            return .init(status: 202)
        case ("POST", _) where path.hasSuffix("/os-volume_attachments"):
            if behaviour == .refuses {
                return .init(status: 400, body: #"{"badRequest": {"message": "it cannot be attached"}}"#)
            }
            let status = behaviour == .givesUp ? "available" : "in-use"
            state.withLock { state in state.statuses.keys.forEach { state.statuses[$0] = status } }
            return .init(body: #"{"volumeAttachment": {"device": "/dev/vdb"}}"#)
        case ("DELETE", _) where path.contains("/os-volume_attachments/"):
            state.withLock { $0.statuses[last] = "available" }
            return .init(status: 202)
        default: return nil
        }
    }

    /// What is only looked at.
    private func answer(to path: String) -> LoopbackHTTP.Answer? {
        switch path {
        case "/volumev3/volumes/detail": .init(body: #"{"volumes": []}"#)
        case "/volumev3/scheduler-stats/get_pools": list("pools", pools.sorted { $0.key < $1.key }.map(pool))
        case "/volumev3/types": list("volume_types", types.sorted { $0.key < $1.key }.map(type))
        case "/volumev3/types/default": .init(body: #"{"volume_type": {"name": "standard"}}"#)
        case "/volumev3/os-services": list("services", [volumeService])
        case "/volumev3/messages":
            list(
                "messages", statuses.keys.map { #"{"resource_uuid": "\#($0)", "user_message": "no backend took it"}"# })
        case _ where path.hasSuffix("/os-instance-actions"):
            list("instanceActions", [#"{"action": "attach_volume", "request_id": "req-1", "message": \#(message)}"#])
        case _ where path.hasSuffix("/os-instance-actions/req-1"):
            .init(
                body: """
                    {"instanceAction": {"action": "attach_volume", "request_id": "req-1", "message": \(message), "events": [
                     {"event": "compute_attach_volume", "result": "Error", "details": "\(details)",
                      "traceback": "  File\\n    raise libvirtError('virDomainAttachDeviceFlags() failed')\\n"}]}}
                    """)
        default: nil
        }
    }

    private var message: String { behaviour == .givesUp ? #""Error""# : "null" }

    private var volumeService: String {
        #"{"binary": "cinder-volume", "host": "controller@ceph", "state": "\#(service)", "status": "enabled"}"#
    }

    private func pool(_ name: String, _ kind: String) -> String {
        let backend = name.split(separator: "@").last?.split(separator: "#").first ?? ""
        return """
            {"name": "\(name)", "capabilities": {"storage_protocol": "\(kind)", "volume_backend_name": "\(backend)",
             "free_capacity_gb": 5.4, "multiattach": true}}
            """
    }

    private func type(_ name: String, _ backend: String) -> String {
        #"{"id": "\#(name)", "name": "\#(name)", "extra_specs": {"volume_backend_name": "\#(backend)"}}"#
    }

    private func list(_ key: String, _ items: [String]) -> LoopbackHTTP.Answer {
        .init(body: "{\"\(key)\": [\(items.joined(separator: ","))]}")
    }

    private func create(_ body: Data) -> LoopbackHTTP.Answer {
        struct Body: Decodable { var volume: Asked }
        struct Asked: Decodable { var volume_type, imageRef: String? }
        let id = "0b2d9f8e-0000-4c77-9d0e-5f1f6f0c1a2b"
        var status = [Behaviour.breaks: "error", .waits: "creating"][behaviour] ?? "available"
        state.withLock {
            $0.made += 1
            let asked = (try? JSONDecoder().decode(Body.self, from: body))?.volume
            ($0.type, $0.image) = (asked?.volume_type, asked?.imageRef)
            if behaviour == .cannotFetch, asked?.imageRef != nil { status = "error" }
            $0.statuses[id] = status
        }
        return .init(status: 202, body: #"{"volume": {"id": "\#(id)", "status": "creating"}}"#)
    }
}
