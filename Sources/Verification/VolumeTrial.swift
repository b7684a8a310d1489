import OpenStack
import Topology
import VSphere
import Wording

/// A volume and the instance that it is attached to and detached from.
struct VolumeTrial: Sendable {
    let volume: String
    let server: String
    let setting: Setting

    private var cloud: Cloud { setting.access.cloud }
    private var services: VolumeServices { VolumeServices(setting: setting) }

    /// Returns what was seen, for people.
    ///
    /// - Throws: `CheckFailure` with the layer that went wrong, and what the services said.
    func attachAndDetach() async throws -> String {
        try await waitUntilMade()
        let device = try await cloud.attachVolume(volume, toServer: server)
        try await wait(for: "in-use", after: "attach_volume")
        let seen = try await look(expecting: true)
        try await cloud.detachVolume(volume, fromServer: server)
        try await wait(for: "available", after: "detach_volume")
        _ = try await look(expecting: false)
        return ["attached", device.map { "as \($0)" }, seen.map { "seen by \($0)" }, "and detached"]
            .compactMap(\.self).joined(separator: " ")
    }

    /// Deletes the volume, and looks whether it is gone.
    func remove() async throws {
        try await cloud.deleteVolume(volume)
        let gone = try await Polling(limit: setting.timeout).first {
            let now = try await cloud.volume(volume)
            if let now, now.status.hasPrefix("error") { return now.status }
            return now == nil ? "" : nil
        }
        guard gone == "" else {
            let reason = "the volume \(volume) is \(gone ?? "still there") after it was deleted"
            throw CheckFailure(layer: .cinder, reason: reason, look: setting.log(of: .cinder))
        }
        guard let place = setting.place else { return }
        let vcenter = try await setting.access.vcenters.session(with: place.vcenter)
        guard
            try await Polling(limit: setting.grace.clearing, pause: .seconds(1)).first({
                try await vcenter.virtualMachine(instanceUUID: volume) == nil ? true : nil
            }) != nil
        else {
            let reason = "\(place.vcenter.name): still has the VM of the volume \(volume), which Cinder calls deleted"
            throw CheckFailure(layer: .vcenter, reason: reason, look: setting.log(of: .cinder))
        }
    }
}

// MARK: - Cinder makes it

extension VolumeTrial {
    /// How waiting for it ended.
    private enum Making {
        case done, failed
        case waitsInVain(String)
    }

    func waitUntilMade() async throws {
        var last: Volume?
        // The scheduler needs a moment to choose a host, which says whose service to look at.
        var nextLook = ContinuousClock.now + .seconds(2)
        let end: Making? = try await Polling(limit: setting.timeout).first {
            last = try await cloud.volume(volume)
            if last?.status == "available" { return .done }
            if last == nil || last?.status.hasPrefix("error") == true { return .failed }
            guard ContinuousClock.now >= nextLook else { return nil }
            nextLook = .now + .seconds(3)
            return try await services.lost(for: last).map(Making.waitsInVain)
        }
        switch end {
        case .done: return
        case .waitsInVain(let reason): throw await notMade(last, because: reason)
        case .failed, nil: throw await notMade(last, because: try? services.lost(for: last))
        }
    }

    private func notMade(_ last: Volume?, because reason: String?) async -> CheckFailure {
        // Cinder's words only help; the failure stands without them.
        let words = (try? await cloud.messages(ofVolume: volume))?.first.map { ": \"\(VisibleText($0).folded)\"" }
        let log = last?.host == nil ? setting.log(.cinderScheduler) : setting.log(of: .cinder)
        return CheckFailure(
            layer: .cinder,
            reason: "the volume is \(last?.status ?? "gone"), not available\(words ?? "")"
                + (reason.map { "; \($0)" } ?? ""),
            look: log)
    }
}

// MARK: - Nova attaches it

extension VolumeTrial {
    /// Waits until a volume has a status. Where Nova could not do it, the volume is what it was before, as if nothing had
    /// been asked, and only the instance's action says otherwise.
    ///
    /// - Parameter action: of the instance, which may say that it failed; nil: the instance is gone.
    func wait(for wanted: String, after action: String?) async throws {
        var last = ""
        let there: Bool? = try await Polling(limit: setting.timeout).first {
            last = try await cloud.volume(volume)?.status ?? "gone"
            if last == wanted { return true }
            if last.hasPrefix("error") || last == "gone" { return false }
            if let action { try await failIfGivenUp(action) }
            return nil
        }
        guard there != true else { return }
        if let action { try await failIfGivenUp(action) }
        throw CheckFailure(layer: .nova, reason: "the volume is \(last), not \(wanted)", look: setting.subject.log)
    }

    private func failIfGivenUp(_ name: String) async throws {
        let actions = try await cloud.actions(ofServer: server)
        guard let action = actions.first(where: { $0.action == name }), action.message != nil else { return }
        let events = try await cloud.action(ofServer: server, request: action.requestID)?.events ?? []
        let said = await words(of: events) ?? action.message ?? ""
        let deed = name == "attach_volume" ? "attached" : "detached"
        throw CheckFailure(
            layer: .saying(said), reason: "the volume was not \(deed): \"\(said)\"",
            look: "\(action.requestID) in \(setting.subject.log)")
    }

    /// Nova tells the message of exceptions of its own; of others, such as libvirt's, only the name, and the rest is in its log.
    private func words(of events: [ServerAction.Event]) async -> String? {
        let failed = events.first { $0.result == "Error" }
        if let details = failed?.details, details.contains(" ") { return VisibleText(details).folded }
        if let logged = await setting.newestError(in: setting.subject.log, orWarning: false) { return logged }
        return (failed?.lastWords).map { VisibleText(String($0)).folded }
    }

    /// Whether what runs the instance has the volume, or has it no longer, where we may look; returns who was asked.
    func look(expecting expected: Bool) async throws -> String? {
        let (seer, isThere): (String, Bool?) =
            switch setting.subject.driver {
            case .host(let kind) where kind.isLibvirt: ("libvirt", try await isInDomain(kind))
            case .cluster: ("vCenter", try await isInVirtualMachine())
            case .host, .other: ("", nil)
            }
        guard let isThere else { return nil }
        guard isThere == expected else {
            let found = expected ? "attached, and \(seer) has no such disk" : "detached, and \(seer) still has its disk"
            throw CheckFailure(layer: .nova, reason: "calls the volume \(found)", look: setting.subject.log)
        }
        return seer
    }

    /// nil: nobody can say.
    private func isInDomain(_ kind: HypervisorKind) async throws -> Bool? {
        guard let node = setting.subject.node, let run = setting.access.node else { return nil }
        let answer = try await run(node, "virsh --connect \(Check.libvirtURI(kind)) --readonly dumpxml \(server)")
        // Nova writes the volume's id as the serial number of the disk.
        return answer.status == 0 ? answer.output.contains("<serial>\(volume)</serial>") : nil
    }

    /// A volume of vSphere is the disk of a machine of its own, which has the volume's id; nil where it is none of those.
    private func isInVirtualMachine() async throws -> Bool? {
        guard let place = setting.place else { return nil }
        let vcenter = try await setting.access.vcenters.session(with: place.vcenter)
        guard let file = try await vcenter.virtualMachine(instanceUUID: volume)?.disks.first?.fileName else {
            return nil
        }
        let vm = try await vcenter.virtualMachine(instanceUUID: server)
        return vm?.disks.contains { $0.fileName == file }
    }
}

extension CheckFailure.Layer {
    /// Where an exception that nova-compute tells of comes from.
    fileprivate static func saying(_ words: String) -> Self {
        if words.contains("libvirtError") { return .libvirt }
        if words.contains("oslo_vmware") || words.contains("VimFault") { return .vcenter }
        return words.contains("cinderclient") || words.contains("Cinder") ? .cinder : .nova
    }
}
