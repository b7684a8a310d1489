/// How long a check waits for what moves by itself on a cloud that works, before it calls it wrong. Each has its reason; a
/// run on a busy machine needs all of them.
public struct Grace: Sendable, Equatable {
    /// For a service that is busy: it reports to Nova every 10 s, and Nova calls it down 60 s after its last word
    /// (`report_interval`, `service_down_time`); for an agent of Neutron it is 30 and 75 s. With its next word it is up again.
    var heartbeat = Duration.seconds(90)
    /// For Nova's report to Placement: `update_available_resource` runs once a minute
    /// (`[compute] update_resources_interval`), and a busy host is late.
    var inventory = Duration.seconds(150)
    /// For the room that instances of others give back when they are deleted.
    var room = Duration.seconds(60)
    /// For a unit that systemd is just starting.
    var unit = Duration.seconds(45)
    /// For what is left of a deleted instance: Nova removes its record first, and its allocation, port and files after it.
    var clearing = Duration.seconds(120)
    /// For what a guest learned late: it says again every 30 s what it knows, and tries for a minute to learn more.
    var guest = Duration.seconds(120)
    /// For a guest's answer on the network, from the moment at which it said that it is ready.
    var reach = Duration.seconds(60)
    /// For what a vCenter shows late: its hosts report every few seconds, and it calls a busy one not responding.
    var vcenter = Duration.seconds(60)
    /// For other guests to ask this one, after it has asked them: as long as asking may take, and some more.
    var meeting = Duration.seconds(240)
    /// For the console proxy, which starts a process for each visitor.
    var console = Duration.seconds(60)
    /// For what a drill stopped, until all believe in it again: a start, and one or two of Nova's periods.
    var recovery = Duration.seconds(300)

    /// What a busy machine with a cloud that works needs.
    public init() {}

    /// No time at all: the first look counts.
    static let none = {
        var grace = Grace()
        for path in all { grace[keyPath: path] = .zero }
        return grace
    }()

    private static var all: [WritableKeyPath<Grace, Duration>] {
        [
            \.heartbeat, \.inventory, \.room, \.unit, \.clearing, \.guest, \.reach, \.vcenter, \.meeting, \.console,
            \.recovery,
        ]
    }
}

/// What one look gave.
enum Sighting: Sendable, Equatable {
    /// It will not change by itself: it is well, or it is broken.
    case settled(CheckVerdict)
    /// It is not well now, and may be so in a moment.
    case moving(CheckVerdict)

    var verdict: CheckVerdict {
        switch self {
        case .settled(let verdict), .moving(let verdict): verdict
        }
    }

    /// What may change as long as it has not passed.
    static func untilPassed(_ verdict: CheckVerdict) -> Sighting {
        verdict.failure == nil ? .settled(verdict) : .moving(verdict)
    }
}

extension Polling {
    /// The first verdict that is settled, or the last one when the time is over.
    func verdict(_ look: () async throws -> Sighting) async throws -> CheckVerdict {
        var last = CheckVerdict.failed(.stopped)
        let settled: CheckVerdict? = try await first {
            switch try await look() {
            case .settled(let verdict): return verdict
            case .moving(let verdict):
                last = verdict
                return nil
            }
        }
        return settled ?? last
    }
}
