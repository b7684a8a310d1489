import OpenStack

/// Checks of what an instance needs, before one is made.
extension Check {
    static let placementInventory = Check(
        .placementInventory, in: .placement, needs: [.hypervisorType], within: .periods, needsAdmin: true
    ) { evidence, setting in
        guard let hypervisor = setting.overview.hypervisor(of: setting.subject.host) else {
            return .skipped("Nova shows no hypervisor")
        }
        // A nova-compute that has just started shows its hypervisor a moment before its inventory, and both sides move:
        // memory is hot-plugged, disks are enlarged. Nova writes both anew in each of its periods.
        let look = setting.subject.log
        var last = CheckVerdict.skipped("Placement was not asked")
        let settled: CheckVerdict? = try await Polling(limit: novaReports, pause: .seconds(2)).first {
            let hypervisors = try await setting.access.cloud.hypervisors()
            let now = hypervisors.first { $0.service.host == setting.subject.host } ?? hypervisor
            let room = try await Check.room(of: now, setting.access.cloud)
            evidence.room = room
            last = .inventory(room?.inventories ?? [:], of: now, look: look)
            return last.isPassed ? last : nil
        }
        return settled ?? last
    }

    /// How long Nova may take to report what a host has: `update_available_resource` runs once a minute
    /// (`[DEFAULT] update_resources_interval`, 0 means 60 s), and a busy host is late.
    private static let novaReports = Duration.seconds(150)

    /// What Placement has of a hypervisor; nil: it does not know it.
    static func room(of hypervisor: HypervisorState, _ cloud: Cloud) async throws -> ProviderRoom? {
        let providers = try await cloud.resourceProviders()
        guard let provider = providers.first(where: { $0.name == hypervisor.hostname }) else { return nil }
        async let inventories = cloud.inventories(ofProvider: provider.uuid)
        async let usages = cloud.usages(ofProvider: provider.uuid)
        return ProviderRoom(inventories: try await inventories, usages: try await usages)
    }

    static let image = Check(.image, in: .glance) { _, setting in
        let parts = try setting.ingredients.get()
        return .image(parts.image, for: setting.subject.driver)
    }

    static let quota = Check(.quota, in: .nova, needs: [.image]) { _, setting in
        let parts = try setting.ingredients.get()
        return .quota(try setting.overview.limits.get(), for: parts.flavor, count: setting.instancesAtOnce)
    }

    static let capacity = Check(
        .capacity, in: .placement, needs: [.placementInventory, .image], needsAdmin: true
    ) { evidence, setting in
        guard let room = evidence.room else { return .skipped("Placement told no inventory") }
        let flavor = try setting.ingredients.get().flavor
        return .capacity(room, for: flavor, look: "`openstack resource provider show` of \(setting.subject.host)")
    }

    static let networkAgents = Check(
        .networkAgents, in: .neutron, needs: [.image], needsAdmin: true
    ) { _, setting in
        let network = try setting.ingredients.get().network
        let cloud = setting.access.cloud
        async let serving = cloud.dhcpAgents(ofNetwork: network.id)
        async let all = cloud.networkAgents()
        let verdict = CheckVerdict.networkAgents(
            all: try await all, serving: try await serving, network: network.name, subject: setting.subject,
            look: setting.log("neutron"))
        guard verdict.isPassed else { return verdict }
        return try await agentUnits(setting) ?? verdict
    }

    /// Neutron believes in an agent for 75 s after its last word; its unit tells at once.
    private static func agentUnits(_ setting: Setting) async throws -> CheckVerdict? {
        guard let lab = setting.lab, let run = setting.access.node else { return nil }
        let nodes = lab.nodes.filter { $0.roles.contains(.network) }.map(\.name)
        for node in nodes {
            for unit in ["neutron-dhcp-agent", "neutron-metadata-agent"] {
                let command = "systemctl show --property ActiveState --value \(unit).service"
                guard let answer = try? await run(node, command), answer.status == 0 else { continue }
                let state = answer.output.filter { !$0.isWhitespace }
                guard state != "active" else { continue }
                let look = "`systemctl status \(unit)` and /var/log/neutron/\(unit).log on \(node)"
                let reason = "its unit \(unit) on \(node) is \(state)"
                return .failed(CheckFailure(layer: .neutron, reason: reason, look: look))
            }
        }
        return nil
    }
}

/// What a resource provider has, and what of it is used.
struct ProviderRoom: Sendable, Equatable {
    var inventories: [String: OpenStack.Inventory]
    var usages: [String: Int]
}
