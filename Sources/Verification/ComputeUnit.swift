import Wording

/// What systemd says of the unit of a compute service: where it runs, since when, and what starts it again.
struct ComputeUnit: Sendable, Equatable {
    let name: String
    let node: String
    /// As systemd writes a time: `Mon 2026-11-30 21:10:05 UTC`.
    let since: String?
    /// `Restart=`: no, on-failure, always, …
    let restart: String
    /// Whether something else that runs there may start it again.
    let isSupervised: Bool

    /// What restarts services and is none of systemd's. Pacemaker sets `Restart=no` for the units that it looks after.
    private static let supervisors = "pacemaker pacemaker_remote monit supervisor supervisord"

    static func command(_ unit: String) -> String {
        "systemctl show --property LoadState,ActiveState,ActiveEnterTimestamp,Restart '\(unit)'; "
            + "systemctl is-active --quiet \(supervisors) && echo Supervised=yes; true"
    }

    /// nil: it is not a unit of systemd's, or does not run.
    init?(_ output: String, unit: String, node: String) {
        let lines = output.split(whereSeparator: \.isNewline).compactMap { line -> (String, String)? in
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return parts.count == 2 ? (String(parts[0]), VisibleText(String(parts[1])).folded) : nil
        }
        let values = Dictionary(lines) { first, _ in first }
        guard values["LoadState"] == "loaded", values["ActiveState"] == "active", let restart = values["Restart"],
            !restart.isEmpty
        else { return nil }
        (name, self.node, self.restart) = (unit, node, restart)
        since = values["ActiveEnterTimestamp"].flatMap { $0.isEmpty ? nil : $0 }
        isSupervised = values["Supervised"] == "yes"
    }

    /// `nova-compute.service on kvm1 since Mon 2026-11-30 21:10:05 UTC, Restart=on-failure`
    var words: String { "\(name) on \(node)\(since.map { " since \($0)" } ?? ""), Restart=\(restart)" }

    /// nil: it is started again when it fails.
    var warning: String? {
        guard restart == "no", !isSupervised else { return nil }
        return
            "\(node): nothing restarts \(name) when it fails (Restart=no), and without it no instance there starts or "
            + "stops; `systemctl edit \(name)` takes [Service] Restart=on-failure"
    }
}

extension Setting {
    /// Of the compute service; nil where nobody can look.
    func computeUnit() async -> ComputeUnit? {
        guard let node = subject.node, let run = access.node,
            let answer = try? await run(node, ComputeUnit.command(subject.unit)), answer.status == 0
        else { return nil }
        return ComputeUnit(answer.output, unit: subject.unit, node: node)
    }
}
