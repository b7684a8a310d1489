import Foundation
import Records
import Topology
import VSphere

/// A failure that is brought about on purpose, to see that the cloud gets over it. Only on request.
public enum Drill: String, Sendable, CaseIterable {
    /// The compute service of a hypervisor is stopped: Nova notices, the instance is evacuated, the service comes back.
    case computeFailure = "compute-failure"
    /// The ESXi host of the instance goes into maintenance: Nova's view follows, and follows back.
    case hostFailure = "host-failure"
    /// All of Nova's sessions with the vCenter are ended, as by a restart of it: the next boot works all the same.
    case vcenterRestart = "vcenter-restart"

    /// What it does to what is not the run's own, for somebody to agree to.
    ///
    /// - Parameter host: the compute service's host.
    public func consequences(for host: String) -> String {
        switch self {
        case .computeFailure:
            """
            This stops the compute service \(host) until Nova calls it down, and starts it again: for about two minutes, \
            nobody can make, change or remove instances there. Instances that run go on. Only this run's own instance is \
            evacuated. Should this program die meanwhile, a timer on the node starts the service after 20 minutes, and \
            `polyvisor verify TOPOLOGY --clean` at once.
            """
        case .hostFailure:
            """
            This takes the ESXi host that this run's instance on \(host) comes to into maintenance, and out of it again \
            after some minutes. It is left out if other machines run there. Should this program die meanwhile, \
            `polyvisor verify TOPOLOGY --clean` takes the host out of maintenance.
            """
        case .vcenterRestart:
            """
            This ends every session that the account of \(host) has with its vCenter, but this program's: all nova-compute \
            services there have to log in again, and whatever else uses the account.
            """
        }
    }

    var check: Check {
        switch self {
        case .computeFailure: .drillComputeFailure
        case .hostFailure: .drillHostFailure
        case .vcenterRestart: .drillVCenterRestart
        }
    }
}

extension DrillRecord {
    /// The timer that starts a service again if nobody else does.
    static let timer = "polyvisor-verify-drill"

    /// The command that stops the service, and has it started again in any case.
    static func stopCommand(_ unit: String) -> String {
        "systemd-run --quiet --unit=\(timer) --on-active=1200 systemctl start \(unit) && systemctl stop \(unit)"
    }

    /// The command that takes all of it back.
    static func startCommand(_ unit: String) -> String {
        "systemctl stop \(timer).timer 2>/dev/null; systemctl reset-failed \(unit) 2>/dev/null; systemctl start \(unit)"
    }
}

extension Verification {
    /// Starts again what a drill stopped that is over; says what was done, or what could not be.
    func takeBackDrill() async -> (note: String?, warning: String?) {
        guard let book = access.drills else { return (nil, nil) }
        do {
            guard let record = try await book.drill() else { return (nil, nil) }
            guard record.isAbandoned() else { return ("a drill of another run has stopped \(record.stopped)", nil) }
            try await access.takeBack(record, lab: target.lab)
            try await book.eraseDrill()
            return ("started \(record.stopped) again, which a drill of an earlier run had stopped", nil)
        } catch {
            return (nil, "could not start again what a drill stopped: \(error)")
        }
    }
}

extension Verification.Access {
    /// Starts again what a drill stopped.
    func takeBack(_ record: DrillRecord, lab: Lab?) async throws {
        if let name = record.node, let unit = record.unit {
            guard let node else { throw CheckFailure(layer: .polyvisor, reason: "there is no way to \(name)") }
            let answer = try await node(name, DrillRecord.startCommand(unit))
            guard answer.status == 0 else {
                let look = "`systemctl status \(unit)` on \(name)"
                throw CheckFailure(layer: .nova, reason: "\(unit) on \(name) does not start again", look: look)
            }
        }
        if let esxi = record.esxi {
            guard let vcenter = lab?.vcenters.first(where: { $0.name == record.vcenter }) else {
                throw CheckFailure(layer: .vcenter, reason: "the topology has no vCenter \(record.vcenter ?? "")")
            }
            let session = try await vcenters.session(with: vcenter)
            let host = ManagedObjectReference(type: "HostSystem", value: esxi)
            let isIn = try await session.inventory().hosts.first { $0.reference == host }?.inMaintenanceMode
            if isIn == true { try await session.exitMaintenanceMode(host: host, timeout: .seconds(300)) }
        }
    }
}

extension Setting {
    /// Does something that stops a part of the cloud, and has it started again whatever comes of it, also when the run is
    /// stopped.
    func drilling<T: Sendable>(
        _ change: (inout DrillRecord) -> Void, _ body: () async throws -> T
    ) async throws -> T {
        guard let book = access.drills else {
            throw CheckFailure(layer: .polyvisor, reason: "has nowhere to write down what the drill stops")
        }
        var record = DrillRecord(run: mark.run, owner: mark.owner?.text ?? "", drill: drill?.rawValue ?? "")
        change(&record)
        try await book.keep(record)
        let result: Result<T, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        let (access, lab, stopped) = (access, lab, record)
        // A task of its own is not cancelled with ours.
        let restored = await Task { try await access.takeBack(stopped, lab: lab) }.result
        if case .failure(let error) = restored {
            let reason = "could not start \(record.stopped) again: \(error)"
            let look = "`polyvisor verify TOPOLOGY --clean`, which tries again"
            throw CheckFailure(layer: .polyvisor, reason: reason, look: look)
        }
        try await book.eraseDrill()
        return try result.get()
    }
}
