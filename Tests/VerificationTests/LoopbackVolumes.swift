import Foundation
import Synchronization

/// Cinder's API, and Nova's part of it, for `LoopbackCloud`. There is no real one in a sandbox: what attaches volumes needs
/// kernel modules that a container cannot count on.
final class LoopbackVolumes: Sendable {
    enum Behaviour: Sendable {
        case works
        /// Nova takes the request, and the volume goes back to available.
        case refuses
        /// The volume is in error as soon as it is made.
        case breaks
    }

    private let behaviour: Behaviour
    private let state = Mutex((statuses: [String: String](), made: 0))

    init(_ behaviour: Behaviour) { self.behaviour = behaviour }

    /// Volumes that are there, by their ids.
    var statuses: [String: String] { state.withLock { $0.statuses } }
    var made: Int { state.withLock { $0.made } }

    /// nil: it is no request about volumes.
    func answer(_ method: String, _ path: String, _ body: Data) -> LoopbackHTTP.Answer? {
        let last = path.split(separator: "/").last.map(String.init) ?? ""
        switch (method, path) {
        case ("GET", "/volumev3/volumes/detail"): return .init(body: #"{"volumes": []}"#)
        case ("POST", "/volumev3/volumes"): return create()
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
            state.withLock { state in state.statuses.keys.forEach { state.statuses[$0] = "in-use" } }
            return .init(body: #"{"volumeAttachment": {"device": "/dev/vdb"}}"#)
        case ("DELETE", _) where path.contains("/os-volume_attachments/"):
            state.withLock { $0.statuses[last] = "available" }
            return .init(status: 202)
        default: return nil
        }
    }

    private func create() -> LoopbackHTTP.Answer {
        let id = "0b2d9f8e-0000-4c77-9d0e-5f1f6f0c1a2b"
        state.withLock {
            $0.made += 1
            $0.statuses[id] = behaviour == .breaks ? "error" : "available"
        }
        return .init(status: 202, body: #"{"volume": {"id": "\#(id)", "status": "creating"}}"#)
    }
}
