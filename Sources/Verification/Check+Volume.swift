import OpenStack

/// A volume of Cinder, where there is Cinder.
extension Check {
    static let volume = Check(.volume, in: .cinder, needs: [.active], within: .boots(4)) { evidence, setting in
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        let cloud = setting.access.cloud
        guard try await cloud.has(.volume) else { return .skipped("the cloud has no volume service (Cinder)") }
        let volume = try await cloud.createVolume(
            setting.serverName("volume"), size: 1, metadata: setting.mark.metadata)
        let expected = Support.expected(.volume, on: setting)
        let result: CheckVerdict
        do {
            try await reach(["available"], volume, setting)
            let finding = try await attachAndDetach(volume, id, setting)
            let (verdict, warning) = expected.whenItWorks(finding)
            if let warning { evidence.warnings.append("\(setting.subject.host): volume \(warning)") }
            result = verdict
        } catch {
            // What is left of it, the end of the run removes.
            _ = await Task { try await cloud.deleteVolume(volume) }.result
            guard !error.isCancellation, let verdict = expected.whenItFails(saying: "\(error)") else { throw error }
            return verdict
        }
        try await cloud.deleteVolume(volume)
        let gone = try await Polling(limit: setting.timeout).first {
            try await cloud.volume(volume) == nil ? true : nil
        }
        guard gone != nil else {
            let reason = "the volume \(volume) is still there after it was deleted"
            return .failed(CheckFailure(layer: .cinder, reason: reason, look: setting.log(of: .cinder)))
        }
        return result
    }

    private static func attachAndDetach(
        _ volume: String, _ server: String, _ setting: Setting
    ) async throws -> String {
        let cloud = setting.access.cloud
        let device = try await cloud.attachVolume(volume, toServer: server)
        try await reach(["in-use"], volume, setting)
        let seen = try await seenByLibvirt(volume, server, setting)
        try await cloud.detachVolume(volume, fromServer: server)
        try await reach(["available"], volume, setting)
        return ["attached", device.map { "as \($0)" }, seen ? "seen by libvirt" : nil, "and detached"]
            .compactMap(\.self).joined(separator: " ")
    }

    /// Whether the domain has it, where we may look.
    private static func seenByLibvirt(_ volume: String, _ server: String, _ setting: Setting) async throws -> Bool {
        guard case .libvirt(let kind) = setting.subject.driver, let node = setting.subject.node,
            let run = setting.access.node
        else { return false }
        // Nova writes the volume's id as the serial number of the disk.
        let answer = try await run(node, "virsh --connect \(libvirtURI(kind)) --readonly dumpxml \(server)")
        guard answer.status == 0 else { return false }
        guard answer.output.contains("<serial>\(volume)</serial>") else {
            let reason = "calls the volume attached, and the instance's domain has no disk with its id"
            throw CheckFailure(layer: .nova, reason: reason, look: setting.subject.log)
        }
        return true
    }

    /// Waits until a volume has a status.
    private static func reach(_ wanted: Set<String>, _ id: String, _ setting: Setting) async throws {
        var last = ""
        let there: Bool? = try await Polling(limit: setting.timeout).first {
            last = try await setting.access.cloud.volume(id)?.status ?? "gone"
            if last.hasPrefix("error") || last == "gone" { return false }
            return wanted.contains(last) ? true : nil
        }
        guard there == true else {
            let reason = "the volume is \(last), not \(wanted.joined(separator: " or "))"
            throw CheckFailure(layer: .cinder, reason: reason, look: setting.log(of: .cinder))
        }
    }
}
