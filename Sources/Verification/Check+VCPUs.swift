import GuestImage
import OpenStack
import Wording

/// Instances with 1, 2, 3 and 4 vCPUs. A NUMA topology (`hw:numa_nodes`, `hw_numa_nodes`) or a number of cores per socket
/// (`hw:cpu_cores`, `hw_cpu_cores`) that image or flavor ask for may let only some of them start.
extension Check {
    /// Performed whether or not the instance became ACTIVE: it may have the number that does not start.
    static let vcpus = Check(
        .vcpus, in: .nova, needs: [.image], unless: [.serviceUp, .quota, .capacity, .vcenterLogin, .datastoreRoom],
        within: .boots(8)
    ) { evidence, setting in
        let flavor = try setting.ingredients.get().flavor
        var trial = VCPUTrial(flavor: flavor.name)
        var hangs = false
        for count in VCPUTrial.counts {
            if evidence.secondsToActive != nil, count == flavor.vcpus {
                trial.outcomes[count] = .boots
                continue
            }
            // What hangs would hang with the other numbers as well.
            let outcome =
                try await hangs
                ? .skipped("the one before hangs") : outcome(of: count, like: flavor, evidence, setting)
            trial.outcomes[count] = outcome
            if case .hangs = outcome { hangs = true }
        }
        trial.properties = try VCPUTrial.properties(of: setting.ingredients.get())
        let hasFailed = evidence.requested != nil && evidence.secondsToActive == nil
        return trial.verdict(afterFailure: hasFailed, look: setting.subject.log)
    }

    private static func outcome(
        of count: Int, like flavor: OpenStack.Flavor, _ evidence: Evidence, _ setting: Setting
    ) async throws -> VCPUTrial.Outcome {
        if let lack = try await lackOfRoom(count, flavor, evidence, setting) { return .skipped(lack) }
        let outcome: VCPUTrial.Outcome
        switch try await FlavorOfCount.find(count, like: flavor, setting) {
        case .none(let reason): return .skipped(reason)
        case .theirs(let id): outcome = try await boot(count, flavor: id, setting)
        case .own(let id):
            // Where something is thrown, or all is stopped, the end of the run removes the flavor by its mark.
            outcome = try await boot(count, flavor: id, setting)
            try await setting.access.cloud.deleteFlavor(id)
        }
        guard case .fails = outcome, let lack = try await lackOfRoom(count, flavor, evidence, setting) else {
            return outcome
        }
        return .skipped("\(lack), which others took meanwhile")
    }

    /// Why an instance of so many vCPUs cannot be had here, whatever image and flavor ask for; nil: it can. What is only
    /// used may become free, as what the number before had.
    static func lackOfRoom(
        _ count: Int, _ flavor: OpenStack.Flavor, _ evidence: Evidence, _ setting: Setting
    ) async throws -> String? {
        var last: VCPUTrial.Lack?
        _ = try await Polling(limit: setting.grace.room, pause: .seconds(2)).first { () -> Bool? in
            last = try await lack(count, flavor, evidence, setting)
            return last?.isLasting == false ? nil : true
        }
        return last?.reason
    }

    private static func lack(
        _ count: Int, _ flavor: OpenStack.Flavor, _ evidence: Evidence, _ setting: Setting
    ) async throws -> VCPUTrial.Lack? {
        let limits = try await setting.access.cloud.computeLimits()
        if let lack = VCPUTrial.lack(of: count, flavor, in: limits) { return lack }
        guard setting.overview.isAdmin, let hypervisor = setting.hypervisor(evidence),
            let room = try await room(of: hypervisor, setting.access.cloud)
        else { return nil }
        let image = try setting.ingredients.get().image
        let isPinned = [flavor.extraSpecs?["hw:cpu_policy"], image.properties["hw_cpu_policy"]].contains("dedicated")
        return VCPUTrial.lack(of: count, flavor, cores: isPinned ? "PCPU" : "VCPU", on: room)
    }

    private static func boot(_ count: Int, flavor: String, _ setting: Setting) async throws -> VCPUTrial.Outcome {
        var server = try setting.newServer("vcpus\(count)")
        server.flavor = flavor
        let cloud = setting.access.cloud
        let requested = ContinuousClock.now
        let id: String
        do {
            id = try await cloud.createServer(server)
        } catch let error as OpenStackError where error.kind == .status(400) {
            // nova/api/openstack/compute/servers.py: ImageNUMATopologyAsymmetric and the like are refused at once.
            return .fails(VisibleText(error.reason).folded)
        } catch let error as OpenStackError where error.kind == .status(403) {
            return .skipped("Nova allows no such instance: \(VisibleText("\(error)").folded)")
        }
        let (verdict, last) = try await BootWait(setting: setting, id: id, requested: requested).verdict()
        let outcome = try await outcome(verdict, last, id, setting)
        try await cloud.deleteServer(id)
        try await cloud.waitUntilGone(server: id, within: setting.timeout)
        return outcome
    }

    private static func outcome(
        _ verdict: CheckVerdict, _ server: Server?, _ id: String, _ setting: Setting
    ) async throws -> VCPUTrial.Outcome {
        guard let failure = verdict.failure else { return try await guest(of: id, setting) }
        guard server?.status == "ERROR" else { return .hangs(failure.reason) }
        // Without admin rights nobody can tell whether there was room.
        if !setting.overview.isAdmin, failure.reason.contains("No valid host") {
            return .skipped("Nova found no host, perhaps for lack of room: \(failure.reason)")
        }
        return .fails(failure.reason)
    }

    /// That it is ACTIVE says that its VM has started; a guest that can be heard says itself that it runs.
    private static func guest(of id: String, _ setting: Setting) async throws -> VCPUTrial.Outcome {
        guard setting.guestIsHeard else { return .boots }
        let isReady: Bool? = try await Polling(limit: setting.timeout, pause: .seconds(1)).first {
            // A call to nova-compute may time out and the next one be answered.
            guard let text = try? await setting.access.cloud.consoleOutput(id) else { return nil }
            return GuestReport(consoleLog: text).ready ? true : nil
        }
        return isReady == true
            ? .boots : .fails("the instance is ACTIVE, and its guest does not say on its console that it runs")
    }
}

/// Where a flavor with a number of vCPUs comes from that is otherwise like the one that was chosen.
private enum FlavorOfCount {
    /// Made for the run, under its mark.
    case own(String)
    case theirs(String)
    case none(String)

    static func find(_ count: Int, like flavor: OpenStack.Flavor, _ setting: Setting) async throws -> FlavorOfCount {
        if count == flavor.vcpus { return .theirs(flavor.id) }
        if setting.overview.isAdmin {
            do {
                let made = try await setting.access.cloud.createFlavor(
                    setting.serverName("vcpus\(count)"), like: flavor, vcpus: count, description: setting.mark.text)
                if let made { return .own(made) }
            } catch let error as OpenStackError where error.kind == .status(403) {
                // A policy that keeps flavors from this administrator.
            }
        }
        guard let found = VCPUTrial.flavor(of: count, like: flavor, in: setting.overview.flavors) else {
            return .none(
                "the cloud has no flavor of \(count) vCPUs with at least \(flavor.ram) MiB, a disk of \(flavor.disk) GiB "
                    + "and the extra specs of \(flavor.name)")
        }
        return .theirs(found.id)
    }
}
