import OpenStack

/// A volume of Cinder, where there is Cinder.
extension Check {
    static let volume = Check(.volume, in: .cinder, needs: [.active], within: .boots(4)) { evidence, setting in
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        let cloud = setting.access.cloud
        guard try await cloud.has(.volume) else { return .skipped("the cloud has no volume service (Cinder)") }
        let type: String?
        switch try await placement(setting) {
        case .ofType(let name): type = name
        case .nowhere(let others):
            return .skipped(
                "Cinder has no backend whose volumes \(setting.subject.driver.title) attaches, only \(others)")
        case .byChance(let reason):
            // Zones, or what users are told, may lead there all the same.
            evidence.warnings.append("\(setting.subject.host): \(reason)")
            return .skipped(reason)
        }
        let volume = try await cloud.createVolume(
            setting.serverName("volume"), size: 1, type: type, metadata: setting.mark.metadata)
        return try await verdict(VolumeTrial(volume: volume, server: id, setting: setting), type, &evidence)
    }

    /// What is left of a volume that failed, the end of the run removes: it may be attached still.
    private static func verdict(
        _ trial: VolumeTrial, _ type: String?, _ evidence: inout Evidence
    ) async throws -> CheckVerdict {
        let setting = trial.setting
        let expected = Support.expected(.volume, on: setting)
        do {
            let finding = try await trial.attachAndDetach()
            let (verdict, note) = expected.whenItWorks(finding + (type.map { ", of type \($0)" } ?? ""))
            if let note { evidence.notes.append("\(setting.subject.host): volume \(note)") }
            try await trial.remove()
            return verdict
        } catch {
            _ = await Task { try await setting.access.cloud.deleteVolume(trial.volume) }.result
            guard !error.isCancellation, let verdict = expected.whenItFails(saying: "\(error)") else { throw error }
            return verdict
        }
    }

    /// Only administrators see backends; for others it is the default type.
    static func placement(_ setting: Setting) async throws -> VolumePlacement {
        guard setting.overview.isAdmin else { return .ofType(nil) }
        let cloud = setting.access.cloud
        let pools: [VolumePool]
        do {
            if let reason = try await VolumeServices(setting: setting).lostScheduler() {
                throw CheckFailure(layer: .cinder, reason: reason, look: setting.log(.cinderScheduler))
            }
            pools = try await cloud.volumePools()
        } catch let error as OpenStackError where error.kind == .status(403) {
            return .ofType(nil)
        }
        return .choose(
            for: setting.subject.driver, among: pools, types: try await cloud.volumeTypes(),
            standard: try await cloud.defaultVolumeType()?.name)
    }
}
