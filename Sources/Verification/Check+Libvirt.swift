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

    static let guestAddress = Check(.guestAddress, in: .guest, needs: [.guestReady]) { evidence, setting in
        guard let guest = evidence.guest else { return .skipped("the guest said nothing") }
        try await readPort(&evidence, setting)
        let addresses = evidence.port?.fixedIPs.map(\.address) ?? []
        return .guestAddress(guest, port: addresses, look: setting.log("neutron/neutron-dhcp-agent.log"))
    }

    static let guestMetadata = Check(.guestMetadata, in: .guest, needs: [.guestReady]) { evidence, setting in
        guard var guest = evidence.guest, let id = evidence.instance else { return .skipped("the guest said nothing") }
        if guest.instanceID == nil {
            // It gives up after a minute, and asks again every half minute: a metadata service may only be slow.
            let cloud = setting.access.cloud
            let later: GuestReport? = try await Polling(limit: .seconds(40), pause: .seconds(2)).first {
                let report = GuestReport(consoleLog: try await cloud.consoleOutput(id))
                return report.instanceID == nil ? nil : report
            }
            guest = later ?? guest
        }
        let look = setting.log("neutron/neutron-metadata-agent.log")
        return .guestMetadata(guest, id: id, name: setting.serverName, look: look)
    }

    /// From where the DHCP server of the network is, which is in every network with DHCP.
    static let reach = Check(.reach, in: .guest, needs: [.guestAddress]) { evidence, setting in
        let verdict = try await reached(evidence, within: .seconds(15), setting)
        evidence.isReached = verdict.isPassed
        return verdict
    }

    /// A guest on vSphere cannot be heard, so how long it takes is not known before it answers.
    static let reachVSphere = Check(.reach, in: .guest, needs: [.portBinding], within: .boot) { evidence, setting in
        if setting.isSimulated { return .skipped("the simulated vCenter runs no guest, so none answers") }
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
            let patience = evidence.guest == nil ? Duration.seconds(20) : .zero
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

    static let goneFromLibvirt = Check(.goneFromLibvirt, in: .libvirt, needs: [.goneFromNova]) { evidence, setting in
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        guard let node = setting.subject.node, let run = setting.access.node,
            case .libvirt(let kind) = setting.subject.driver
        else {
            return .skipped("the topology does not name the node of \(setting.subject.host)")
        }
        let folder = setting.folder(ofInstance: id)
        let command = CheckVerdict.libvirtCommand(uri: libvirtURI(kind), folder: folder)
        var output = ""
        let gone: CheckVerdict? = try await Polling(limit: Setting.clearing, pause: .seconds(1)).first {
            let answer = try await run(node, command)
            output = answer.output
            guard answer.status == 0 else {
                let reason = "`\(command)` on \(node) ended with status \(answer.status)"
                let look = "`systemctl status libvirtd` on \(node)"
                return .failed(CheckFailure(layer: .libvirt, reason: reason, look: look))
            }
            return .goneFromLibvirt(output, id: id, folder: folder)
        }
        return gone ?? .stillInLibvirt(output, id: id, folder: folder, look: setting.subject.log)
    }

    /// Nova's default `connection_uri` for a `virt_type` (nova/virt/libvirt/driver.py).
    static func libvirtURI(_ kind: HypervisorKind) -> String {
        switch kind {
        case .lxc: "lxc:///"
        case .xen: "xen:///"
        case .uml: "uml:///system"
        default: "qemu:///system"
        }
    }
}
