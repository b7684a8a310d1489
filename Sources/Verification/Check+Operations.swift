import OpenStack
import Wording

/// A second instance. These checks take as long as a boot, so they are performed on request.
extension Check {
    /// An image that a host has already is not sent there again, so a second boot is what users mostly meet.
    static let secondBoot = Check(
        .secondBoot, in: .nova, needs: [.active], unless: [.guestReady], within: .boots(2)
    ) { evidence, setting in
        var server = try setting.newServer("second")
        if setting.subject.driver.libvirt != nil { server.configDrive = true }
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
        guard let node = setting.subject.node, let run = setting.access.node, setting.keepsFilesOnNode else {
            return drive
        }
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
}

/// What an instance has of a config drive.
struct ConfigDrive: Sendable, Equatable {
    var isClaimed: Bool
    /// nil: nobody could look.
    var isOnNode: Bool?
}
