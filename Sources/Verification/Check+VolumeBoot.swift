import GuestImage
import OpenStack

/// An instance whose disk is a volume that Cinder made of the image.
extension Check {
    /// After an empty volume could be attached: what fails here has to do with the image, or with booting.
    static let volumeBoot = Check(
        .volumeBoot, in: .cinder, needs: [.volume], unless: [.guestReady], within: .boots(5)
    ) { evidence, setting in
        if case .unsupported(let reason) = Support.expected(.volumeBoot, on: setting) { return .skipped(reason) }
        guard case .ofType(let type) = try await placement(setting) else {
            return .skipped("no volume type leads to a backend for this hypervisor")
        }
        let parts = try setting.ingredients.get()
        // Its disk is no disk of the host.
        var flavor = parts.flavor
        flavor.disk = 0
        if let lack = try await lackOfRoom(flavor.vcpus, flavor, evidence, setting) { return .skipped(lack) }
        let volume = try await setting.access.cloud.createVolume(
            setting.serverName("root"), size: parts.image.gibibytesOfVolume, type: type, image: parts.image.id,
            metadata: setting.mark.metadata)
        do {
            try await VolumeTrial(volume: volume, server: "", setting: setting).waitUntilMade()
        } catch {
            _ = await Task { try await setting.access.cloud.deleteVolume(volume) }.result
            throw error
        }
        // What is left of instance and volume where it fails, the end of the run removes.
        return try await boot(from: volume, evidence, setting)
    }

    private static func boot(
        from volume: String, _ evidence: Evidence, _ setting: Setting
    ) async throws -> CheckVerdict {
        var server = try setting.newServer("root")
        server.rootVolume = volume
        let cloud = setting.access.cloud
        let requested = ContinuousClock.now
        let id = try await cloud.createServer(server)
        let (active, _) = try await BootWait(setting: setting, id: id, requested: requested).verdict()
        guard active.isPassed else { return active }
        let trial = VolumeTrial(volume: volume, server: id, setting: setting)
        let seer = try await trial.look(expecting: true)
        let (guest, failed) = try await words(of: id, server.name, evidence, setting)
        if let failed { return failed }
        try await cloud.deleteServer(id)
        try await cloud.waitUntilGone(server: id, within: setting.timeout)
        try await trial.wait(for: "available", after: nil)
        try await trial.remove()
        return .passed([seer.map { "its disk seen by \($0)" }, guest].compactMap(\.self).joined(separator: ", "))
    }

    /// What the guest says of itself, as far as the first one did; nothing where it can neither be heard nor reached.
    private static func words(
        of id: String, _ name: String, _ evidence: Evidence, _ setting: Setting
    ) async throws -> (String?, CheckVerdict?) {
        let port = try await setting.access.cloud.ports(ofDevice: id).first
        guard setting.guestIsHeard else { return try await answer(of: id, port, evidence, setting) }
        let first = evidence.guest
        var console: String?
        let heard: GuestReport? = try await Polling(limit: setting.timeout, pause: .seconds(1)).first {
            // A call to nova-compute may time out and the next one be answered.
            guard let text = try? await setting.access.cloud.consoleOutput(id) else { return nil }
            console = text
            let report = GuestReport(consoleLog: text)
            let isComplete =
                (report.address != nil || first?.address == nil)
                && (report.instanceID != nil || first?.instanceID == nil)
            return report.ready && isComplete ? report : nil
        }
        let report = heard ?? GuestReport(consoleLog: console ?? "")
        let look = "`openstack console log show \(name)`, \(setting.subject.log)"
        guard report.ready else {
            return (nil, .guestNotReady(console: console, trouble: nil, waited: setting.timeout, look: look))
        }
        var said: [String] = []
        if first?.address != nil {
            let verdict = CheckVerdict.guestAddress(report, port: port?.fixedIPs.map(\.address) ?? [], look: look)
            guard verdict.isPassed else { return (nil, verdict) }
            said.append(report.address ?? "")
        }
        if first?.instanceID != nil {
            let verdict = CheckVerdict.guestMetadata(report, id: id, name: name, look: look)
            guard verdict.isPassed else { return (nil, verdict) }
            said.append(report.instanceID ?? "")
        }
        return (said.isEmpty ? "its guest is ready" : "its guest says \(said.joined(separator: " and "))", nil)
    }

    /// Of a guest that only the network can tell of, as that of the first instance was.
    private static func answer(
        of id: String, _ port: Port?, _ evidence: Evidence, _ setting: Setting
    ) async throws -> (String?, CheckVerdict?) {
        guard setting.guestAnswers, evidence.isReached else { return ("ACTIVE", nil) }
        var own = Evidence()
        (own.instance, own.port) = (id, port)
        let verdict = try await reached(own, within: setting.timeout, setting)
        return verdict.failure == nil ? ("its guest answers", nil) : (nil, verdict)
    }
}

extension OpenStack.Image {
    /// How large a volume of it has to be.
    fileprivate var gibibytesOfVolume: Int {
        max(1, minDisk ?? 0, Int(((virtualSize ?? 0) + (1 << 30) - 1) >> 30))
    }
}
