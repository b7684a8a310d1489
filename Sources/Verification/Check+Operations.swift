import OpenStack

/// What is done to a running instance. These checks take as long as a boot each, so they are performed on request.
extension Check {
    /// An image that a host has already is not sent there again, so a second boot is what users mostly meet.
    static let secondBoot = Check(
        .secondBoot, in: .nova, needs: [.active], unless: [.guestReady], within: .boots(2)
    ) { evidence, setting in
        var server = try setting.newServer("second")
        if case .libvirt = setting.subject.driver { server.configDrive = true }
        let requested = ContinuousClock.now
        let cloud = setting.access.cloud
        let id = try await cloud.createServer(server)
        let (verdict, last) = try await BootWait(setting: setting, id: id, requested: requested).verdict()
        let seconds = (ContinuousClock.now - requested).seconds
        if verdict.isPassed { evidence.configDrive = try await configDrive(of: id, last, setting) }
        try await cloud.deleteServer(id)
        try await cloud.waitUntilGone(server: id, within: setting.timeout)
        guard verdict.isPassed else { return verdict }
        let first = evidence.secondsToActive.map { ", the first one after \(CheckVerdict.short($0))" } ?? ""
        return .passed("ACTIVE after \(CheckVerdict.short(seconds))\(first)")
    }

    /// What the second instance, which was to have a config drive, really has.
    private static func configDrive(
        of id: String, _ server: Server?, _ setting: Setting
    ) async throws -> ConfigDrive {
        var drive = ConfigDrive(isClaimed: server?.configDrive.map { !$0.isEmpty } ?? false, isOnNode: nil)
        guard let node = setting.subject.node, let run = setting.access.node else { return drive }
        let path = "\(setting.folder(ofInstance: id))/disk.config"
        let answer = try await run(node, "test -s '\(path)' && echo there || echo absent")
        drive.isOnNode = answer.output.contains("there")
        return drive
    }

    static let configDrive = Check(.configDrive, in: .nova, needs: [.secondBoot]) { evidence, setting in
        guard let drive = evidence.configDrive else { return .skipped("only instances on libvirt were given one") }
        guard drive.isClaimed else {
            return .nova("gave the instance no config drive, though one was asked for", setting.subject.log)
        }
        if drive.isOnNode == false {
            return .nova(
                "says that the instance has a config drive, and its node has no disk.config", setting.subject.log)
        }
        return .passed(drive.isOnNode == nil ? "as Nova says" : "disk.config on the node")
    }

    static let stopStart = operation(.stopStart) { id, setting in
        let cloud = setting.access.cloud
        try await cloud.act(onServer: id, .stop)
        _ = try await cloud.waitForServer(id, toBecome: "SHUTOFF", within: setting.timeout)
        try await cloud.act(onServer: id, .start)
        _ = try await cloud.waitForServer(id, toBecome: "ACTIVE", within: setting.timeout)
        return nil
    }

    static let snapshot = operation(.snapshot) { id, setting in
        let cloud = setting.access.cloud
        let name = setting.serverName("snapshot")
        let image = try await cloud.createImage(ofServer: id, name: name, properties: setting.mark.metadata)
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

    static let resize = operation(.resize) { id, setting in
        let cloud = setting.access.cloud
        let now = try setting.ingredients.get().flavor
        let larger = setting.overview.flavors.filter {
            $0.id != now.id && $0.ram >= now.ram && $0.disk >= now.disk && ($0.extraSpecs ?? [:]).isEmpty
        }
        guard let flavor = larger.min(by: { ($0.ram, $0.disk, $0.name) < ($1.ram, $1.disk, $1.name) }) else {
            throw Support.Lacking(reason: "the cloud has no larger flavor")
        }
        try await cloud.resizeServer(id, toFlavor: flavor.id)
        _ = try await cloud.waitForServer(id, toBecome: "VERIFY_RESIZE", within: setting.timeout)
        try await cloud.act(onServer: id, .confirmResize)
        _ = try await cloud.waitForServer(id, toBecome: "ACTIVE", within: setting.timeout)
        return "to \(flavor.name)"
    }

    /// Performs an operation and compares how it went with what the driver is known for.
    private static func operation(
        _ name: CheckName, _ perform: @escaping @Sendable (String, Setting) async throws -> String?
    ) -> Check {
        Check(name, in: .nova, needs: [.active], within: .boots(2)) { evidence, setting in
            guard let id = evidence.instance else { return .skipped("there is no instance") }
            let expected = Support.expected(name, on: setting)
            do {
                let finding = try await perform(id, setting)
                guard case .unsupported(let reason) = expected else { return .passed(finding) }
                evidence.warnings.append(
                    "\(setting.subject.host): \(name.title) works, which was not expected: \(reason)")
                return .passed(finding)
            } catch let lacking as Support.Lacking {
                return .skipped(lacking.reason)
            } catch {
                guard !error.isCancellation, case .unsupported(let reason) = expected else { throw error }
                return .passed("not supported, as expected: \(reason)")
            }
        }
    }
}

/// What an instance has of a config drive.
struct ConfigDrive: Sendable, Equatable {
    var isClaimed: Bool
    /// nil: nobody could look.
    var isOnNode: Bool?
}

/// What the drivers of Nova can do with a running instance: `doc/source/user/support-matrix.ini` of Nova's sources, from
/// Zed to 2025.1 the same for these.
enum Support: Equatable {
    case supported
    /// And why.
    case unsupported(String)

    /// Something that an operation needs is not there, so nothing is known of it.
    struct Lacking: Error { let reason: String }

    static func expected(_ operation: CheckName, on setting: Setting) -> Support {
        let hosts = setting.overview.hypervisors.count { hypervisor in
            hypervisor.type == setting.overview.hypervisor(of: setting.subject.host)?.type
        }
        return expected(operation, setting.subject.driver, isSimulated: setting.isSimulated, hosts: hosts)
    }

    /// - Parameter hosts: how many hypervisors of the same type there are.
    static func expected(
        _ operation: CheckName, _ driver: Subject.Driver, isSimulated: Bool, hosts: Int
    ) -> Support {
        switch (operation, driver) {
        case (.snapshot, .vcenter) where isSimulated: .unsupported("the simulated vCenter exports no VM")
        case (.resize, .libvirt(.lxc)): .unsupported("Nova's libvirt driver cannot resize containers")
        case (.resize, .libvirt) where hosts < 2:
            .unsupported("there is one host of the kind, and Nova resizes to the same one only where allowed")
        default: .supported
        }
    }
}
