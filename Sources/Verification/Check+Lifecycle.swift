import Foundation
import GuestImage
import OpenStack
import Release
import Topology
import Wording

/// What is done to a running instance: each operation is compared with what Nova's own documentation says of the driver, so
/// that "not supported" is as expected, and a surprise is a finding. They take as long as a boot each.
extension Check {
    static let stopStart = operation(.stopStart) { instance, setting in
        let id = instance.id
        let cloud = setting.access.cloud
        let said = try await console(of: id, setting)
        try await cloud.act(onServer: id, .stop)
        _ = try await cloud.waitForServer(id, toBecome: "SHUTOFF", within: setting.timeout)
        let asked = ContinuousClock.now
        try await cloud.act(onServer: id, .start)
        _ = try await cloud.waitForServer(id, toBecome: "ACTIVE", within: setting.timeout)
        return try await guestIsBack(id, after: said, since: asked, setting)
    }

    static let reboot = operation(.reboot) { instance, setting in
        let id = instance.id
        let cloud = setting.access.cloud
        let said = try await console(of: id, setting)
        let asked = ContinuousClock.now
        try await cloud.rebootServer(id)
        // It is in REBOOT at once, and ACTIVE at the end.
        _ = try await cloud.waitForServer(id, toBecome: "ACTIVE", within: setting.timeout)
        return try await guestIsBack(id, after: said, since: asked, setting)
    }

    static let snapshot = operation(.snapshot) { instance, setting in
        let cloud = setting.access.cloud
        let name = setting.serverName("snapshot")
        let image = try await cloud.createImage(ofServer: instance.id, name: name, properties: setting.mark.metadata)
        var size: Int64 = 0
        let done: Bool? = try await Polling(limit: setting.timeout).first {
            // Nova removes the image of a snapshot that failed.
            guard let found = try await cloud.image(image), found.status != "deleted" else { return false }
            size = found.size ?? 0
            return found.status == "active" ? true : nil
        }
        try await cloud.deleteImage(image)
        guard done == true else {
            let reason = done == nil ? "did not become active in time" : "was given up by Nova"
            throw CheckFailure(layer: .nova, reason: "the snapshot's image \(reason)", look: setting.subject.log)
        }
        return "\(size >> 20) MiB"
    }

    static let resize = operation(.resize) { instance, setting in
        let cloud = setting.access.cloud
        let now = try setting.ingredients.get().flavor
        let larger = setting.overview.flavors.filter {
            $0.id != now.id && $0.ram >= now.ram && $0.disk >= now.disk && ($0.extraSpecs ?? [:]).isEmpty
        }
        guard let flavor = larger.min(by: { ($0.ram, $0.disk, $0.name) < ($1.ram, $1.disk, $1.name) }) else {
            throw Support.Lacking(reason: "the cloud has no larger flavor")
        }
        let said = try await console(of: instance.id, setting)
        let asked = ContinuousClock.now
        try await cloud.resizeServer(instance.id, toFlavor: flavor.id)
        let host = try await confirmed(instance.id, setting)
        let guest = try await guestIsBack(instance.id, after: said, since: asked, setting)
        return ["to \(flavor.name)", host.map { "now on \($0)" }, guest].compactMap(\.self).joined(separator: ", ")
    }

    /// Once there and back by a revert, and once for good.
    static let coldMigration = operation(.coldMigration, needsAdmin: true) { instance, setting in
        try anotherHost(for: setting)
        let cloud = setting.access.cloud
        try await cloud.act(onServer: instance.id, .migrate)
        try await reverted(instance, setting)
        let said = try await console(of: instance.id, setting)
        let asked = ContinuousClock.now
        try await cloud.act(onServer: instance.id, .migrate)
        let host = try await confirmed(instance.id, setting)
        // A cluster is one host to Nova, whose driver offers to migrate within it (COMPUTE_SAME_HOST_COLD_MIGRATE).
        let stays = setting.subject.isInVCenter && host != nil && host == instance.host
        let move = try stays ? "within its cluster" : moved(instance, to: host, setting)
        let guest = try await guestIsBack(instance.id, after: said, since: asked, setting)
        return ["reverted once", move, guest].compactMap(\.self).joined(separator: ", ")
    }

    static let liveMigration = operation(.liveMigration, needsAdmin: true) { instance, setting in
        try anotherHost(for: setting)
        let id = instance.id
        let cloud = setting.access.cloud
        let before = try await cloud.migrations(ofServer: id).first?.id ?? 0
        try await cloud.liveMigrateServer(id)
        let ended = try await Polling(limit: setting.timeout).first { () -> ServerMigration? in
            let newest = try await cloud.migrations(ofServer: id).first { $0.id > before }
            return newest.flatMap { $0.hasFailed || $0.status == "completed" ? $0 : nil }
        }
        guard let ended, !ended.hasFailed else {
            let reason = ended.map { "ended as \"\($0.status)\"" } ?? "has not ended in time"
            let target = ended?.destination.map { "; it was to go to \($0)" } ?? ""
            throw CheckFailure(
                layer: .nova, reason: "the live migration \(reason)\(target)", look: setting.subject.log)
        }
        let server = try await cloud.waitForServer(id, toBecome: "ACTIVE", within: setting.timeout)
        let move = try moved(instance, to: server.host, setting)
        return [move, try await answer(of: instance, setting)].compactMap(\.self).joined(separator: ", ")
    }

    /// Takes a migration back, and looks whether the instance is where it was.
    private static func reverted(_ instance: Instance, _ setting: Setting) async throws {
        let cloud = setting.access.cloud
        try await rollback(of: instance.id, setting)
        _ = try await cloud.waitForServer(instance.id, toBecome: "VERIFY_RESIZE", within: .seconds(1))
        try await cloud.act(onServer: instance.id, .revertResize)
        let host = try await cloud.waitForServer(instance.id, toBecome: "ACTIVE", within: setting.timeout).host
        guard host == instance.host else {
            let reason = "the reverted migration left the instance on \(host ?? "no host")"
            throw CheckFailure(layer: .nova, reason: reason, look: setting.subject.log)
        }
    }

    /// A guest that was moved while it ran goes on under its address.
    private static func answer(of instance: Instance, _ setting: Setting) async throws -> String? {
        guard setting.guestIsHeard else { return nil }
        var evidence = instance.evidence
        try await readPort(&evidence, setting)
        // Its first boot may not be over yet.
        switch try await reached(evidence, within: setting.timeout, setting) {
        case .passed: return "its guest answers"
        case .failed(let failure): throw failure
        default: return nil
        }
    }

    /// Where it is after a resize or a migration was confirmed.
    private static func confirmed(_ id: String, _ setting: Setting) async throws -> String? {
        let cloud = setting.access.cloud
        try await rollback(of: id, setting)
        _ = try await cloud.waitForServer(id, toBecome: "VERIFY_RESIZE", within: .seconds(1))
        try await cloud.act(onServer: id, .confirmResize)
        return try await cloud.waitForServer(id, toBecome: "ACTIVE", within: setting.timeout).host
    }

    /// Waits until a resize or a migration has come to its end. Where Nova took it back, the instance is ACTIVE again as if
    /// nothing had been asked, and only its newest action says otherwise.
    private static func rollback(of id: String, _ setting: Setting) async throws {
        let cloud = setting.access.cloud
        _ = try await Polling(limit: setting.timeout, pause: .seconds(1)).first { () -> Bool? in
            guard let server = try await cloud.server(id), server.taskState == nil else { return nil }
            guard server.status == "ACTIVE" else { return true }
            guard let action = try await cloud.actions(ofServer: id).first, action.message != nil else { return nil }
            let events = try await cloud.action(ofServer: id, request: action.requestID)?.events ?? []
            let words = events.filter { $0.result == "Error" }.compactMap(\.lastWords).first.map(String.init)
            let reason = "took the \(action.action) back: \"\(VisibleText(words ?? action.message ?? "").folded)\""
            throw CheckFailure(layer: .nova, reason: reason, look: "\(action.requestID) in \(setting.subject.log)")
        }
    }

    private static func moved(_ instance: Instance, to host: String?, _ setting: Setting) throws -> String {
        let source = instance.host ?? "its host"
        guard let host, host != instance.host else {
            let reason = "Nova calls the migration done, and the instance is still on \(source)"
            throw CheckFailure(layer: .nova, reason: reason, look: setting.schedulerLog)
        }
        return "from \(source) to \(host)"
    }

    /// - Throws: `Support.Lacking` where the instance could go nowhere.
    private static func anotherHost(for setting: Setting) throws {
        guard setting.hostsOfItsKind > 1 else {
            throw Support.Lacking(reason: "there is no second host of the kind that is up and enabled")
        }
    }

    /// What the guest has said so far, where it can be heard; nil: it cannot.
    private static func console(of id: String, _ setting: Setting) async throws -> String? {
        guard setting.guestIsHeard else { return nil }
        return try await setting.access.cloud.consoleOutput(id)
    }

    /// Waits for the guest's own word that it has started again, where it can be heard.
    ///
    /// - Parameter said: what it had said before. Its clock tells nothing: an emulated processor's may run fast.
    private static func guestIsBack(
        _ id: String, after said: String?, since asked: ContinuousClock.Instant, _ setting: Setting
    ) async throws -> String? {
        guard let said else { return nil }
        let back: Double? = try await Polling(limit: setting.timeout, pause: .seconds(1)).first {
            let report = GuestReport(
                startedAgainIn: try await setting.access.cloud.consoleOutput(id), after: said)
            return report?.ready == true && report?.address != nil ? (ContinuousClock.now - asked).seconds : nil
        }
        guard let back else {
            let reason =
                "the instance is ACTIVE again, and its guest did not say on its console that it started and has its address"
            throw CheckFailure(layer: .guest, reason: reason, look: setting.subject.log)
        }
        return "guest ready again after \(CheckVerdict.short(back))"
    }

    /// What is operated on.
    private struct Instance: Sendable {
        let id: String
        /// Where it is before.
        let host: String?
        let evidence: Evidence
    }

    /// Performs an operation and compares how it went with what the driver is known for.
    private static func operation(
        _ name: CheckName, needsAdmin: Bool = false,
        _ perform: @escaping @Sendable (Instance, Setting) async throws -> String?
    ) -> Check {
        Check(name, in: .nova, needs: [.active], within: .boots(3), needsAdmin: needsAdmin) { evidence, setting in
            guard let id = evidence.instance else { return .skipped("there is no instance") }
            let server = try await setting.access.cloud.server(id)
            guard let server, server.status == "ACTIVE" else {
                return .skipped("the instance is \(server?.status ?? "gone") since an operation before")
            }
            let expected = Support.expected(name, on: setting)
            do {
                let finding = try await perform(Instance(id: id, host: server.host, evidence: evidence), setting)
                let (verdict, note) = expected.whenItWorks(finding)
                if let note { evidence.notes.append("\(setting.subject.host): \(name.title) \(note)") }
                return verdict
            } catch let lacking as Support.Lacking {
                return .skipped(lacking.reason)
            } catch {
                guard !error.isCancellation, let verdict = expected.whenItFails(saying: "\(error)") else { throw error }
                await makeUsable(id, setting)
                return verdict
            }
        }
    }

    /// An operation that a driver does not have may leave the instance in ERROR, though it runs as before.
    private static func makeUsable(_ id: String, _ setting: Setting) async {
        guard setting.overview.isAdmin, let server = try? await setting.access.cloud.server(id),
            server.status == "ERROR"
        else { return }
        // Where that fails, the operations that follow say that they could not be tried.
        try? await setting.access.cloud.resetServerToActive(id)
    }
}

/// What is to be expected of an operation on a driver.
enum Support: Equatable {
    case supported
    /// And who says so.
    case unsupported(String)
    /// Nobody says.
    case unknown

    /// Something that an operation needs is not there, so nothing is known of it.
    struct Lacking: Error { let reason: String }

    static func expected(_ operation: CheckName, on setting: Setting) -> Support {
        let release =
            setting.lab?.release ?? SupportMatrix.release(ofComputeAPI: setting.overview.computeVersion)
        return expected(
            operation, setting.subject.driver, release: release, hosts: setting.hostsOfItsKind,
            sharesFolder: setting.lab?.sharesInstancesPath ?? false)
    }

    /// - Parameters:
    ///   - hosts: how many hypervisors of the same type there are.
    ///   - sharesFolder: whether libvirt nodes have one folder of a sandbox for their instances.
    static func expected(
        _ operation: CheckName, _ driver: Subject.Driver, release: String, hosts: Int,
        sharesFolder: Bool = false
    ) -> Support {
        if operation == .liveMigration, sharesFolder, driver.libvirt != nil { return sharedFolderLacks }
        guard let known = driver.kind, let column = known.matrix?.name else { return .unknown }
        // Stopping and starting is not in the matrix, as every driver has it; nor is cold migration, which is a resize to
        // the same flavor (`migrate_disk_and_power_off` and `finish_migration` of a driver serve both).
        let row: MatrixColumn.Operation? =
            switch operation {
            case .reboot: .reboot
            case .snapshot: .snapshot
            case .resize, .coldMigration: .resize
            case .liveMigration: .liveMigrate
            case .volume, .volumeBoot: .attachVolume
            case .drillComputeFailure: .evacuate
            default: nil
            }
        guard let row else { return .supported }
        switch SupportMatrix.level(row, known, in: release) {
        case .missing: return .unsupported("Nova's support matrix has \(row.rawValue) missing on \(column)")
        case .unknown: return .unknown
        case .complete where operation == .resize && hosts < 2:
            return .unsupported("there is one host of the kind, and Nova resizes to the same one only where allowed")
        case .complete: return .supported
        }
    }

    /// qemuMigrationSrcIsSafe of libvirt asks the file system's type, and a folder of this machine has that of a local disk.
    private static let sharedFolderLacks = Support.unsupported(
        "libvirt takes the sandbox's shared folder for a local disk: \"Migration without shared storage is unsafe\"")

    /// With a note where that is a surprise: a cloud that can more than Nova's documentation says has no fault.
    func whenItWorks(_ finding: String?) -> (CheckVerdict, String?) {
        switch self {
        case .supported: (.passed(finding), nil)
        case .unsupported(let reason): (.passed(finding), "works, which was not expected: \(reason)")
        case .unknown:
            (
                .passed([finding, "Nova's support matrix is silent on it"].compactMap(\.self).joined(separator: "; ")),
                nil
            )
        }
    }

    /// nil: that it fails is a failure.
    func whenItFails(saying words: String) -> CheckVerdict? {
        switch self {
        case .supported: nil
        case .unsupported(let reason): .passed("not supported, as expected: \(reason)")
        case .unknown:
            .skipped(
                "does not work here, and Nova's support matrix does not say whether it should: \(VisibleText(words).folded)"
            )
        }
    }
}

extension Setting {
    /// How many hypervisors of the same type are up and enabled.
    var hostsOfItsKind: Int {
        let type = overview.hypervisor(of: subject.host)?.type
        let usable = Set(
            overview.services.filter {
                $0.binary == Daemon.novaCompute.binary && $0.state == "up" && $0.status == "enabled"
            }
            .map(\.host))
        return overview.hypervisors.count { $0.type == type && usable.contains($0.service.host) }
    }
}
