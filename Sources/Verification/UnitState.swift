/// What systemd says of a unit.
enum UnitState: Sendable, Equatable {
    case running
    /// It is being started, stopped or restarted.
    case changing(String)
    /// It does not run, and will not by itself.
    case stopped(String)
    /// Nobody could look.
    case unknown

    /// Its state where it does not run.
    var trouble: String? {
        switch self {
        case .changing(let state), .stopped(let state): state
        case .running, .unknown: nil
        }
    }

    /// - Parameter activeState: `ActiveState` of `systemctl show`.
    init(activeState: String) {
        let state = activeState.filter { !$0.isWhitespace }
        self =
            switch state {
            case "active": .running
            case "activating", "deactivating", "reloading", "refreshing", "maintenance": .changing(state)
            case "": .unknown
            default: .stopped(state)
            }
    }
}

extension Setting {
    /// The state of a unit on a node, where there is a way to it.
    func state(ofUnit unit: String, on node: String?) async -> UnitState {
        guard let node, let run = access.node,
            let answer = try? await run(node, "systemctl show --property ActiveState --value \(unit)"),
            answer.status == 0
        else { return .unknown }
        return UnitState(activeState: answer.output)
    }
}
