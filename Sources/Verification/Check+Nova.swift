import OpenStack
import Release
import Wording

/// Checks that hold for every hypervisor.
extension Check {
    /// Nova believes in a service for a minute after its last word; its unit tells at once. Without a way to the node there
    /// is only Nova's word.
    static let serviceUp = Check(
        .serviceUp, in: .nova, within: .waiting(\.heartbeat), needsAdmin: true
    ) { evidence, setting in
        var seen: [ComputeServiceState]? = setting.overview.services
        let verdict = try await Polling(limit: setting.grace.heartbeat, pause: .seconds(2)).verdict {
            let services = if let seen { seen } else { try await setting.access.cloud.computeServices() }
            seen = nil
            let unit = await setting.state(ofUnit: setting.subject.unit, on: setting.subject.node)
            return CheckVerdict.serviceUp(services, unit: unit, of: setting.subject)
        }
        guard verdict.isPassed else { return verdict }
        evidence.serviceVersion = await serviceVersion(setting)
        let unit = await setting.computeUnit()
        if let warning = unit?.warning { evidence.warnings.append(warning) }
        let found = [evidence.serviceVersion.map { "nova-compute \($0)" }, unit?.words].compactMap(\.self)
        return found.isEmpty ? verdict : .passed(found.joined(separator: ", "))
    }

    /// Of the compute service's package; nil where nobody can look.
    private static func serviceVersion(_ setting: Setting) async -> String? {
        guard let node = setting.subject.node, let run = setting.access.node else { return nil }
        guard let answer = try? await run(node, Distribution.computeVersion), answer.status == 0 else { return nil }
        return answer.output.split(whereSeparator: \.isNewline).first.map { VisibleText(String($0)).folded }
    }

    /// A nova-compute that has just started is a service for some seconds before it shows its hypervisor.
    static let hypervisorType = Check(
        .hypervisorType, in: .nova, needs: [.serviceUp], within: .waiting(\.heartbeat), needsAdmin: true
    ) { evidence, setting in
        evidence.hypervisor = setting.overview.hypervisor(of: setting.subject.host)
        return try await Polling(limit: setting.grace.heartbeat, pause: .seconds(2)).verdict {
            if evidence.hypervisor == nil { evidence.hypervisor = try await shown(setting) }
            let verdict = CheckVerdict.hypervisorType(evidence.hypervisor, of: setting.subject)
            return evidence.hypervisor == nil ? .moving(verdict) : .settled(verdict)
        }
    }

    /// A hypervisor of an unexpected type is booted on all the same: that it fails, or does not, tells more.
    static let created = Check(
        .created, in: .nova, needs: [.image], unless: [.serviceUp, .quota, .capacity, .vcenterLogin, .datastoreRoom],
        within: .boot
    ) { evidence, setting in
        let server = try setting.newServer()
        evidence.requested = .now
        evidence.instance = try await setting.access.cloud.createServer(server)
        return .passed(server.name)
    }

    static let active = Check(.active, in: .nova, needs: [.created], within: .boot) { evidence, setting in
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        let wait = BootWait(setting: setting, id: id, requested: evidence.requested ?? .now)
        evidence.steps = [("scheduling", evidence.requested ?? .now)]
        var steps = evidence.steps
        let (verdict, server) = try await wait.verdict { task in
            if task != steps.last?.name { steps.append((task, .now)) }
        }
        evidence.steps = steps
        evidence.server = server
        if verdict.isPassed { evidence.secondsToActive = evidence.secondsSinceRequest }
        return verdict
    }

    static let host = Check(.host, in: .nova, needs: [.active], needsAdmin: true) { evidence, setting in
        guard let server = evidence.server else { return .skipped("there is no instance") }
        return .host(server, of: setting.subject, scheduler: setting.schedulerLog)
    }

    static let portBinding = Check(
        .portBinding, in: .neutron, needs: [.active], needsAdmin: true
    ) { evidence, setting in
        let look = setting.log(.neutronAPI)
        try await readPort(&evidence, setting)
        guard setting.subject.isInVCenter, let lab = setting.lab else {
            return .portBinding(evidence.port, host: setting.subject.host, portGroup: nil, look: look)
        }
        guard let portGroup = setting.network?.portGroup else {
            let reason = "network \(lab.verify.network) has no port_group, so no vCenter can use it"
            return .failed(CheckFailure(layer: .polyvisor, reason: reason, look: lab.file))
        }
        return .portBinding(evidence.port, host: setting.subject.host, portGroup: portGroup, look: look)
    }

    static func readPort(_ evidence: inout Evidence, _ setting: Setting) async throws {
        guard evidence.port == nil, let id = evidence.instance else { return }
        evidence.port = try await setting.access.cloud.ports(ofDevice: id).first
    }
}

/// Checks of what is left of an instance.
extension Check {
    static let deleted = Check(.deleted, in: .nova, needs: [.created]) { evidence, setting in
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        try await setting.access.cloud.deleteServer(id)
        return .passed(nil)
    }

    static let goneFromNova = Check(.goneFromNova, in: .nova, needs: [.deleted], within: .boot) { evidence, setting in
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        var last: Server?
        let gone = try await Polling(limit: setting.timeout).first {
            last = try await setting.access.cloud.server(id)
            return CheckVerdict.goneFromNova(last)
        }
        return gone ?? .stillInNova(last, waited: setting.timeout, look: setting.subject.log)
    }

    static let goneFromNeutron = Check(
        .goneFromNeutron, in: .neutron, needs: [.goneFromNova], within: .waiting(\.clearing)
    ) { evidence, setting in
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        var last: [Port] = []
        let gone = try await Polling(limit: setting.grace.clearing).first {
            last = try await setting.access.cloud.ports(ofDevice: id)
            return last.isEmpty ? CheckVerdict.passed(nil) : nil
        }
        return gone ?? .stillInNeutron(last, look: setting.log(.neutronAPI))
    }

    static let goneFromPlacement = Check(
        .goneFromPlacement, in: .placement, needs: [.goneFromNova], within: .waiting(\.clearing), needsAdmin: true
    ) { evidence, setting in
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        var last: [String: [String: Int]] = [:]
        let gone = try await Polling(limit: setting.grace.clearing).first {
            last = try await setting.access.cloud.allocations(ofConsumer: id)
            return last.isEmpty ? CheckVerdict.passed(nil) : nil
        }
        return gone ?? .stillInPlacement(last, id: id, look: setting.subject.log)
    }
}
