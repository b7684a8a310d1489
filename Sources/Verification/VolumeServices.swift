import OpenStack
import Release

/// Cinder's services as far as a volume waits for them. Cinder believes in a service for a minute after its last word; where
/// we may look, its unit tells at once.
struct VolumeServices: Sendable {
    let setting: Setting

    /// Which service a volume that is being made waits for in vain; nil while all seem to work, and without admin rights.
    func lost(for volume: Volume?) async throws -> String? {
        guard setting.overview.isAdmin else { return nil }
        let services = try await enabled()
        let mine = services.filter { $0.binary == Daemon.cinderVolume.binary && volume?.isOn($0) != false }
        for group in [services.filter { $0.binary == Daemon.cinderScheduler.binary }, mine] {
            if let reason = await lost(group) { return reason }
        }
        return nil
    }

    /// Without it nobody tells of backends, and each call that asks waits a minute.
    func lostScheduler() async throws -> String? {
        await lost(try await enabled().filter { $0.binary == Daemon.cinderScheduler.binary })
    }

    private func enabled() async throws -> [VolumeServiceState] {
        try await setting.access.cloud.volumeServices().filter { $0.status == "enabled" }
    }

    /// A reason if none of some services of a kind works.
    private func lost(_ services: [VolumeServiceState]) async -> String? {
        guard let binary = services.first?.binary else { return nil }
        let names = "\(binary) \(services.map(\.host).joined(separator: ", "))"
        if services.allSatisfy({ $0.state != "up" }) { return "Cinder calls \(names) down" }
        let nodes = Set(services.map { String($0.host.prefix { $0 != "@" }) })
        guard let run = setting.access.node, nodes.count == 1, let node = nodes.first, setting.lab?.node(node) != nil
        else {
            return nil
        }
        let unit = "\(binary).service"
        // A unit of another name is none of ours to judge.
        let command = "systemctl cat \(unit) > /dev/null 2>&1 && systemctl is-active \(unit) || true"
        let state = ((try? await run(node, command))?.output ?? "").filter { !$0.isWhitespace }
        guard ["inactive", "failed"].contains(state) else { return nil }
        return "Cinder calls \(names) up, but the unit \(unit) on \(node) is \(state)"
    }
}

extension Volume {
    /// nil while the scheduler has not chosen.
    fileprivate func isOn(_ service: VolumeServiceState) -> Bool? {
        host.map { $0 == service.host || $0.hasPrefix(service.host + "#") }
    }
}
