import GuestImage
import Topology

/// Checks of what runs on libvirt: the guest proves itself on its serial console.
extension Check {
    static let guestReady = Check(
        .guestReady, in: .guest, needs: [.active], unless: [.networkAgents], within: .boot
    ) { evidence, setting in
        guard (try? setting.ingredients.get())?.provesItself == true else {
            return .skipped("the image is not Polyvisor's own, so its guest does not say who it is")
        }
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        var console: String?
        var trouble: String?
        let verdict: CheckVerdict? = try await Polling(limit: setting.timeout, pause: .seconds(1)).first {
            do {
                let text = try await setting.access.cloud.consoleOutput(id)
                console = text
                let report = GuestReport(consoleLog: text)
                evidence.guest = report
                return .guestReady(report, after: evidence.secondsSinceRequest)
            } catch {
                guard !error.isCancellation else { throw error }
                trouble = "\(error)"  // a call to nova-compute may time out and the next one be answered
                return nil
            }
        }
        if verdict != nil { evidence.secondsToGuestReady = evidence.secondsSinceRequest }
        return verdict
            ?? .guestNotReady(
                console: console, trouble: trouble, waited: setting.timeout,
                look: "`openstack console log show \(setting.serverName)`, \(setting.subject.log)")
    }

    /// A guest whose lease came late says so half a minute later at the latest.
    static let guestAddress = Check(
        .guestAddress, in: .guest, needs: [.guestReady], within: .waiting(\.guest)
    ) { evidence, setting in
        guard let guest = evidence.guest else { return .skipped("the guest said nothing") }
        try await readPort(&evidence, setting)
        let addresses = evidence.port?.fixedIPs.map(\.address) ?? []
        let later = try await again(guest, evidence, setting) { $0.address != nil }
        evidence.guest = later
        return .guestAddress(later, port: addresses, look: setting.log(.dhcpAgent))
    }

    /// It gives up after a minute, and asks again every half minute: a metadata service may only be slow.
    static let guestMetadata = Check(
        .guestMetadata, in: .guest, needs: [.guestReady], within: .waiting(\.guest)
    ) { evidence, setting in
        guard let guest = evidence.guest, let id = evidence.instance else { return .skipped("the guest said nothing") }
        let later = try await again(guest, evidence, setting) { $0.instanceID != nil }
        evidence.guest = later
        let look = setting.log(.metadataAgent)
        return .guestMetadata(later, id: id, name: setting.serverName, look: look)
    }

    /// What a guest says when it has what it lacked, or what it said before where it never has.
    private static func again(
        _ guest: GuestReport, _ evidence: Evidence, _ setting: Setting, isComplete: (GuestReport) -> Bool
    ) async throws -> GuestReport {
        guard !isComplete(guest), let id = evidence.instance else { return guest }
        let later: GuestReport? = try await Polling(limit: setting.grace.guest, pause: .seconds(2)).first {
            let report = GuestReport(consoleLog: try await setting.access.cloud.consoleOutput(id))
            return isComplete(report) ? report : nil
        }
        return later ?? guest
    }

    /// From where the DHCP server of the network is, which is in every network with DHCP.
    static let reach = Check(
        .reach, in: .guest, needs: [.guestAddress], within: .waiting(\.reach)
    ) { evidence, setting in
        let verdict = try await reached(evidence, within: setting.grace.reach, setting)
        evidence.isReached = verdict.isPassed
        return verdict
    }

    /// A guest on vSphere cannot be heard, so how long it takes is not known before it answers.
    static let reachVSphere = Check(.reach, in: .guest, needs: [.portBinding], within: .boot) { evidence, setting in
        if let reason = setting.guestIsUnplugged { return .skipped(reason) }
        guard (try? setting.ingredients.get())?.provesItself == true else {
            return .skipped("the image is not Polyvisor's own, so its guest may not answer")
        }
        let verdict = try await reached(evidence, within: setting.timeout, setting)
        evidence.isReached = verdict.isPassed
        return verdict
    }

    static func reached(
        _ evidence: Evidence, within limit: Duration, _ setting: Setting
    ) async throws -> CheckVerdict {
        guard let address = evidence.address, let id = evidence.instance else {
            return .skipped("the guest has no address")
        }
        guard setting.securityGroup != nil else { return .skipped("the run has no security group of its own") }
        let network = try setting.ingredients.get().network
        guard let run = setting.access.node, let node = setting.networkNode else {
            guard network.mayBeReachedFromOutside else {
                return .skipped("network \(network.name) is a project's own, so only a topology leads to it")
            }
            // One that was not heard on its console may not have booted yet.
            let patience = evidence.guest == nil ? setting.grace.reach : .zero
            let line = try await Polling(limit: patience, pause: .seconds(1)).first {
                await DirectReach(address: address).identity()
            }
            return .reachedDirectly(line, id: id, address: address)
        }
        var last = (status: Int32(0), output: "")
        let found: CheckVerdict? = try await Polling(limit: limit, pause: .seconds(1)).first {
            last = try await run(node, CheckVerdict.reachCommand(network: network.id, address: address))
            return .reach(last.output, id: id, address: address)
        }
        return found ?? .notReached(last.output, address: address, node: node, look: setting.subject.log)
    }

    static let goneFromLibvirt = Check(
        .goneFromLibvirt, in: .libvirt, needs: [.goneFromNova], within: .waiting(\.clearing)
    ) { evidence, setting in
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        guard let node = setting.subject.node, let run = setting.access.node,
            let kind = setting.subject.driver.libvirt
        else {
            return .skipped("the topology does not name the node of \(setting.subject.host)")
        }
        let folder = setting.folder(ofInstance: id)
        let command = CheckVerdict.libvirtCommand(uri: libvirtURI(kind), folder: folder)
        return try await Polling(limit: setting.grace.clearing, pause: .seconds(1)).verdict {
            let answer = try await run(node, command)
            guard answer.status == 0 else {
                // libvirtd ends when it is idle, and is started by the next who asks.
                let reason = "`\(command)` on \(node) ended with status \(answer.status)"
                let look = "`systemctl status \(setting.subject.distribution.unit(of: .libvirt))` on \(node)"
                return .moving(.failed(CheckFailure(layer: .libvirt, reason: reason, look: look)))
            }
            return CheckVerdict.goneFromLibvirt(answer.output, id: id, folder: folder).map(Sighting.settled)
                ?? .moving(.stillInLibvirt(answer.output, id: id, folder: folder, look: setting.subject.log))
        }
    }

    /// Where a node's libvirt answers.
    static func libvirtURI(_ kind: HypervisorKind) -> String { kind.libvirtURI ?? "" }
}
