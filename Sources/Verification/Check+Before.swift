import OpenStack
import Release

/// Checks of what an instance needs, before one is made.
extension Check {
    /// Both sides are read again: a nova-compute that has just started shows its hypervisor a moment before its inventory,
    /// and memory and disks may grow at any time.
    static let placementInventory = Check(
        .placementInventory, in: .placement, needs: [.hypervisorType], within: .waiting(\.inventory), needsAdmin: true
    ) { evidence, setting in
        if case .other = setting.subject.driver { return .skipped("its driver counts in resources of its own") }
        guard var hypervisor = setting.hypervisor(evidence) else { return .skipped("Nova shows no hypervisor") }
        let flavor = try? setting.ingredients.get().flavor
        var note: String?
        let verdict = try await Polling(limit: setting.grace.inventory, pause: .seconds(3)).verdict {
            hypervisor = try await shown(setting) ?? hypervisor
            evidence.room = try await room(of: hypervisor, setting.access.cloud)
            let inventory = InventoryComparison(
                evidence.room?.inventories ?? [:], of: hypervisor, for: flavor,
                countsOneDatastore: setting.subject.isInVCenter)
            note = inventory.note
            return inventory.sighting(look: setting.subject.log)
        }
        evidence.hypervisor = hypervisor
        if let note, verdict.isPassed { evidence.notes.append(note) }
        return verdict
    }

    /// The hypervisor as Nova shows it now; nil: not at all.
    static func shown(_ setting: Setting) async throws -> HypervisorState? {
        try await setting.access.cloud.hypervisors().first { $0.service.host == setting.subject.host }
    }

    /// What Placement has of a hypervisor; nil: it does not know it.
    static func room(of hypervisor: HypervisorState, _ cloud: Cloud) async throws -> ProviderRoom? {
        let providers = try await cloud.resourceProviders()
        guard let provider = providers.first(where: { $0.name == hypervisor.hostname }) else { return nil }
        async let inventories = cloud.inventories(ofProvider: provider.uuid)
        async let usages = cloud.usages(ofProvider: provider.uuid)
        return ProviderRoom(inventories: try await inventories, usages: try await usages)
    }

    static let image = Check(.image, in: .glance) { evidence, setting in
        if case .other = setting.subject.driver {
            let words = "Polyvisor has no image for hypervisors of type \(setting.subject.driver.title)"
            evidence.warnings.append("\(setting.subject.host): \(words), so nothing was booted there")
            return .skipped(words)
        }
        let parts = try setting.ingredients.get()
        if let warning = CheckVerdict.imageWarning(parts, for: setting.subject.driver) {
            evidence.warnings.append(warning)
        }
        return .image(parts, for: setting.subject.driver)
    }

    static let quota = Check(.quota, in: .nova, needs: [.image], within: .waiting(\.room)) { _, setting in
        let parts = try setting.ingredients.get()
        var seen: ComputeLimits? = try setting.overview.limits.get()
        return try await Polling(limit: setting.grace.room, pause: .seconds(2)).verdict {
            // Those of the run's beginning, until they do not do: what was left of other runs has been removed since.
            let limits = if let seen { seen } else { try await setting.access.cloud.computeLimits() }
            seen = nil
            return CheckVerdict.quota(limits, for: parts.flavor, count: setting.instancesAtOnce)
        }
    }

    static let capacity = Check(
        .capacity, in: .placement, needs: [.placementInventory, .image], within: .waiting(\.room), needsAdmin: true
    ) { evidence, setting in
        guard let hypervisor = setting.hypervisor(evidence), evidence.room != nil else {
            return .skipped("Placement has no inventory of it")
        }
        let flavor = try setting.ingredients.get().flavor
        let look = "`openstack resource provider show` of \(setting.subject.host)"
        return try await Polling(limit: setting.grace.room, pause: .seconds(2)).verdict {
            evidence.room = try await room(of: hypervisor, setting.access.cloud) ?? evidence.room
            guard let room = evidence.room else { return .settled(.skipped("Placement has no inventory of it")) }
            return CheckVerdict.capacity(room, for: flavor, look: look)
        }
    }

    static let networkAgents = Check(
        .networkAgents, in: .neutron, needs: [.image], within: .waiting(\.heartbeat), needsAdmin: true
    ) { evidence, setting in
        let network = try setting.ingredients.get().network
        let cloud = setting.access.cloud
        var warnings: [String] = []
        let verdict = try await Polling(limit: setting.grace.heartbeat, pause: .seconds(3)).verdict {
            async let serving = cloud.dhcpAgents(ofNetwork: network.id)
            async let all = cloud.networkAgents()
            let agents = AgentSighting(
                all: try await all, serving: try await serving, network: network.name, subject: setting.subject)
            warnings = agents.warnings
            let look = "\(setting.subject.distribution.logs(of: .neutron)) on \(setting.target.controller)"
            return try await withUnits(agents.verdict(look: look), setting)
        }
        if verdict.isPassed { evidence.warnings += warnings }
        return verdict
    }

    /// Neutron believes in an agent for 75 s after its last word; its unit tells at once. One that is starting may still
    /// come up.
    private static func withUnits(_ verdict: CheckVerdict, _ setting: Setting) async throws -> Sighting {
        guard let lab = setting.lab else { return .untilPassed(verdict) }
        let distribution = setting.subject.distribution
        var moving = false
        for node in lab.nodes.filter({ $0.roles.contains(.network) }).map(\.name) {
            for daemon in [Daemon.dhcpAgent, .metadataAgent] {
                let unit = distribution.unit(of: daemon)
                switch await setting.state(ofUnit: "\(unit).service", on: node) {
                case .running, .unknown: continue
                case .changing: moving = true
                case .stopped(let state):
                    let look =
                        "`systemctl status \(unit)` and \(distribution.log(of: RunningDaemon(daemon))) on \(node)"
                    let reason = "its unit \(unit) on \(node) is \(state)"
                    return .settled(.failed(CheckFailure(layer: .neutron, reason: reason, look: look)))
                }
            }
        }
        return moving ? .moving(verdict) : .untilPassed(verdict)
    }
}

/// What a resource provider has, and what of it is used.
struct ProviderRoom: Sendable, Equatable {
    var inventories: [String: OpenStack.Inventory]
    var usages: [String: Int]
}

extension Setting {
    /// What the compute service drives, as it was seen last.
    func hypervisor(_ evidence: Evidence) -> HypervisorState? {
        evidence.hypervisor ?? overview.hypervisor(of: subject.host)
    }
}
