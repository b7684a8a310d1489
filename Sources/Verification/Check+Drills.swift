import Foundation
import GuestImage
import OpenStack
import Records
import Release
import VSphere
import Wording

/// Drills, each as a check of the hypervisor that it was asked for.
extension Check {
    static let drillComputeFailure = Check(
        .drillComputeFailure, in: .nova, needs: [.active, .host], within: .drill, needsAdmin: true
    ) { evidence, setting in
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        guard let node = setting.subject.node, let run = setting.access.node else {
            return .skipped("needs SSH to the node of the compute service, which only a topology names")
        }
        let drill = ComputeFailure(setting: setting, id: id, node: node, run: run)
        var story = try await setting.drilling { record in
            (record.node, record.unit) = (node, setting.subject.unit)
        } _: {
            try await drill.stopAndEvacuate()
        }
        story.words.append("back after \(CheckVerdict.short(try await drill.comeBack()))")
        if story.isElsewhere {
            try await drill.lookForRemains()
            story.words.append("nothing left on \(setting.subject.host)")
            // A service that cleans up after an evacuation must not take what is the instance's own now.
            try await drill.lookForDisk(story)
        }
        return story.failure.map { .failed($0) } ?? .passed(story.words.joined(separator: ", "))
    }

    static let drillHostFailure = Check(
        .drillHostFailure, in: .vcenter, needs: [.vmFound, .placementInventory], within: .drill, needsAdmin: true
    ) { evidence, setting in
        guard let place = setting.place, let vm = evidence.vm, let host = vm.host, let id = evidence.instance else {
            return .skipped("the instance's ESXi host is not known")
        }
        let session = try await setting.access.vcenters.session(with: place.vcenter)
        let drill = HostFailure(setting: setting, session: session, vm: vm, host: host, id: id)
        if let reason = try await drill.obstacle() { return .skipped(reason) }
        let before = try await drill.capacity()
        let story = try await setting.drilling { record in
            (record.vcenter, record.esxi, record.esxiName) = (place.vcenter.name, host.value, vm.hostName)
        } _: {
            try await drill.enter(before)
        }
        let seconds = try await drill.waitForCapacity { $0 >= before }
        return .passed("\(story), and full again \(CheckVerdict.short(seconds)) after its end")
    }

    static let drillVCenterRestart = Check(
        .drillVCenterRestart, in: .vcenter, needs: [.active, .vcenterLogin], within: .drill
    ) { _, setting in
        guard let place = setting.place else { return unknownPlace }
        let session = try await setting.access.vcenters.session(with: place.vcenter)
        let own = try await session.userSession()
        let theirs = try await session.sessions().filter { $0.userName == own.userName && $0.key != own.key }
        guard !theirs.isEmpty else { return .skipped("the account has no other session with \(place.vcenter.name)") }
        try await session.terminate(theirs)
        let left = Set(try await session.sessions().map(\.key)).intersection(theirs.map(\.key))
        guard left.isEmpty else {
            let reason = "\(place.vcenter.name): \(left.count) sessions are still there after they were ended"
            return .failed(CheckFailure(layer: .vcenter, reason: reason, look: "the sessions in vCenter"))
        }
        let requested = ContinuousClock.now
        let cloud = setting.access.cloud
        let id = try await cloud.createServer(try setting.newServer("after"))
        let (verdict, _) = try await BootWait(setting: setting, id: id, requested: requested).verdict()
        let seconds = (ContinuousClock.now - requested).seconds
        try await cloud.deleteServer(id)
        try await cloud.waitUntilGone(server: id, within: setting.timeout)
        guard verdict.isPassed else { return verdict }
        return .passed(
            "\(theirs.count) sessions ended; the next instance was ACTIVE after \(CheckVerdict.short(seconds))")
    }
}

/// A compute service that is stopped, and its instance that goes elsewhere.
private struct ComputeFailure: Sendable {
    let setting: Setting
    let id: String
    let node: String
    let run: Verification.Access.NodeCommand

    struct Story: Sendable {
        var words: [String] = []
        var isElsewhere = false
        /// The node that the instance went to, and the disk that it has there.
        var target: String?
        var disk: EvacuatedDisk?
        var failure: CheckFailure?
    }

    private var cloud: Cloud { setting.access.cloud }
    private var host: String { setting.subject.host }

    func stopAndEvacuate() async throws -> Story {
        let answer = try await run(node, DrillRecord.stopCommand(setting.subject.unit))
        guard answer.status == 0 else {
            let reason =
                "\(setting.subject.unit) on \(node) cannot be stopped: \"\(VisibleText(answer.output).folded)\""
            throw CheckFailure(
                layer: .nova, reason: reason, look: "`systemctl status \(setting.subject.unit)` on \(node)")
        }
        let stopped = ContinuousClock.now
        // `service_down_time` is 60 s unless configured otherwise.
        let down = try await Polling(limit: setting.grace.recovery, pause: .seconds(1)).first {
            try await state() == "up" ? nil : true
        }
        guard down != nil else {
            throw CheckFailure(
                layer: .nova,
                reason: "still calls \(host) up \(setting.grace.recovery.components.seconds) s after it was stopped",
                look: "`service_down_time` of nova.conf on \(setting.target.controller)")
        }
        var story = Story(words: ["called down after \(CheckVerdict.short((ContinuousClock.now - stopped).seconds))"])
        guard setting.hostsOfItsKind > 1 else {
            story.words.append("not evacuated, as there is no second host of the kind")
            return story
        }
        try await evacuate(&story)
        return story
    }

    private func evacuate(_ story: inout Story) async throws {
        let isShared = try await storageIsShared()
        let before = try await disk(on: node)
        let expected = Support.expected(.drillComputeFailure, on: setting)
        if isShared { story.words.append(try await fence()) }
        let asked = ContinuousClock.now
        do {
            try await cloud.evacuateServer(id)
            let target = try await landing()
            let seconds = CheckVerdict.short((ContinuousClock.now - asked).seconds)
            story.isElsewhere = true
            story.words.append("evacuated to \(target) in \(seconds) \(isShared ? "with" : "without") shared storage")
            story.target = setting.lab?.computeServices.first { $0.host == target }?.node
            if let place = story.target {
                story.disk = try await disk(on: place)
                let fate = try EvacuatedDisk.fate(
                    from: before, to: story.disk, isShared: isShared,
                    look: "/var/log/nova/nova-compute.log on \(place)")
                if let fate { story.words.append(fate) }
            }
            if let words = try await guestIsBack(since: asked) { story.words.append(words) }
        } catch {
            guard !error.isCancellation else { throw error }
            guard let verdict = expected.whenItFails(saying: "\(error)") else {
                story.failure = CheckFailure(error, layer: .nova, look: setting.schedulerLog)
                return
            }
            switch verdict {
            case .passed(let words), .skipped(let words as String?): story.words.append("evacuation \(words ?? "")")
            case .failed(let failure): story.failure = failure
            }
            if (try? await cloud.server(id))?.status == "ERROR" { try? await cloud.resetServerToActive(id) }
        }
    }

    /// Stops the guest, which outlives its compute service: where two hosts reach one disk, a failed one has to be fenced before
    /// an evacuation, and QEMU's lock on the disk refuses a second guest.
    private func fence() async throws -> String {
        guard let kind = setting.subject.driver.libvirt else { return "not fenced" }
        let answer = try await run(node, "virsh --connect \(Check.libvirtURI(kind)) destroy \(id) 2>&1")
        guard answer.status == 0 else {
            let reason = "the guest on \(host) cannot be stopped: \"\(VisibleText(answer.output).folded)\""
            throw CheckFailure(
                layer: .libvirt, reason: reason,
                look: "`systemctl status \(setting.subject.distribution.unit(of: .libvirt))` on \(node)")
        }
        return "its guest stopped, as by a fence"
    }

    /// Waits until the instance runs on another host.
    private func landing() async throws -> String {
        var last: Server?
        let landed: String? = try await Polling(limit: setting.timeout, pause: .seconds(1)).first {
            last = try await cloud.server(id)
            guard let last else { return nil }
            if last.status == "ERROR" {
                let reason =
                    "the evacuation ended in ERROR: \"\(VisibleText(last.fault?.message ?? "no reason").folded)\""
                throw CheckFailure(layer: .nova, reason: reason, look: setting.schedulerLog)
            }
            return last.status == "ACTIVE" && last.taskState == nil && last.host != host ? last.host : nil
        }
        if let landed { return landed }
        let newest = try await cloud.migrations(ofServer: id).first.map { ", its migration is \"\($0.status)\"" } ?? ""
        let state = "\(last?.status ?? "gone") on \(last?.host ?? "no host")\(newest)"
        throw CheckFailure(
            layer: .nova,
            reason: "the instance is \(state), \(setting.timeout.components.seconds) s after it was to be evacuated",
            look: setting.schedulerLog)
    }

    /// Whether the other nodes of the kind see the instance's folder.
    private func storageIsShared() async throws -> Bool {
        guard setting.subject.driver.libvirt != nil, let lab = setting.lab else { return false }
        let folder = setting.folder(ofInstance: id)
        let type = setting.overview.hypervisor(of: host)?.type
        for other in setting.overview.hypervisors where other.type == type && other.service.host != host {
            guard let name = lab.computeServices.first(where: { $0.host == other.service.host })?.node else { continue }
            let question = "test -e \(shellQuoted(folder)) && echo there || true"
            guard try await run(name, question).output.contains("there") else { return false }
        }
        return true
    }

    private func disk(on node: String) async throws -> EvacuatedDisk? {
        guard setting.subject.driver.libvirt != nil else { return nil }
        let command = EvacuatedDisk.command(folder: setting.folder(ofInstance: id))
        return EvacuatedDisk(reading: try await run(node, command).output)
    }

    /// The disk that the instance has where it went is still there.
    func lookForDisk(_ story: Story) async throws {
        guard let target = story.target, let expected = story.disk, try await disk(on: target) != expected else {
            return
        }
        let reason = "the disk of the evacuated instance went from \(target) when \(host) came back"
        throw CheckFailure(layer: .libvirt, reason: reason, look: setting.subject.log)
    }

    private func guestIsBack(since asked: ContinuousClock.Instant) async throws -> String? {
        guard setting.guestIsHeard else { return nil }
        let ready: Double? = try await Polling(limit: setting.timeout, pause: .seconds(1)).first {
            let report = GuestReport(consoleLog: try await cloud.consoleOutput(id))
            return report.ready && report.instanceID != nil ? (ContinuousClock.now - asked).seconds : nil
        }
        guard let ready else {
            throw CheckFailure(
                layer: .guest, reason: "the evacuated instance is ACTIVE, and its guest is not ready",
                look: setting.subject.log)
        }
        return "its guest ready after \(CheckVerdict.short(ready))"
    }

    private func state() async throws -> String? {
        try await cloud.computeServices().first { $0.binary == Daemon.novaCompute.binary && $0.host == host }?.state
    }

    /// Seconds from its start until Nova calls the service up again.
    func comeBack() async throws -> Double {
        let started = ContinuousClock.now
        let up = try await Polling(limit: setting.grace.recovery, pause: .seconds(1)).first {
            try await state() == "up" ? true : nil
        }
        guard up != nil else {
            throw CheckFailure(
                layer: .nova,
                reason: "\(host) is not up \(setting.grace.recovery.components.seconds) s after it was started again",
                look: setting.subject.log)
        }
        return (ContinuousClock.now - started).seconds
    }

    /// A compute service that comes back removes what was evacuated from it.
    func lookForRemains() async throws {
        guard let kind = setting.subject.driver.libvirt else { return }
        // Where the storage is shared, the folder is the instance's new home.
        let command = "virsh --connect \(Check.libvirtURI(kind)) --readonly list --all --uuid"
        let gone: Bool? = try await Polling(limit: setting.grace.recovery, pause: .seconds(2)).first {
            let answer = try await run(node, command)
            return answer.status == 0 && !answer.output.lowercased().contains(id.lowercased()) ? true : nil
        }
        guard gone != nil else {
            let reason =
                "\(host) still runs the instance \(setting.grace.recovery.components.seconds) s after it came back, though "
                + "it was evacuated"
            throw CheckFailure(layer: .libvirt, reason: reason, look: setting.subject.log)
        }
    }
}

/// An ESXi host in maintenance.
private struct HostFailure: Sendable {
    let setting: Setting
    let session: VCenterConnection
    let vm: VirtualMachine
    let host: ManagedObjectReference
    let id: String

    /// Why it must not be done; nil: nothing is against it.
    func obstacle() async throws -> String? {
        guard let cluster = vm.cluster else { return "the VM is in no cluster" }
        let inventory = try await session.inventory()
        guard let found = inventory.clusters.first(where: { $0.reference == cluster }) else {
            return "the VM is in no cluster"
        }
        guard inventory.hosts(of: found).contains(where: { $0.isUsable && $0.reference != host }) else {
            return "cluster \(found.name) has no other ESXi host to go to"
        }
        let others = try await session.virtualMachines(inCluster: cluster).filter {
            $0.host == host && $0.reference != vm.reference && $0.powerState != "poweredOff"
        }
        guard others.isEmpty else {
            let names = others.prefix(5).map(\.name).joined(separator: ", ")
            return
                "ESXi \(vm.hostName ?? "host") also has \(others.count) VMs that run and are not this run's: \(names)"
        }
        return nil
    }

    /// The cores that Placement has of the cluster.
    func capacity() async throws -> Int {
        guard let hypervisor = setting.overview.hypervisor(of: setting.subject.host),
            let cores = try await Check.room(of: hypervisor, setting.access.cloud)?.inventories["VCPU"]?.total
        else {
            throw CheckFailure(layer: .placement, reason: "has no VCPU of the cluster", look: setting.subject.log)
        }
        return cores
    }

    func enter(_ before: Int) async throws -> String {
        try await session.enterMaintenanceMode(host: host, timeout: .seconds(300))
        let seconds = try await waitForCapacity { $0 < before }
        let now = try await capacity()
        let vm = try await session.virtualMachine(instanceUUID: id)
        guard let vm, vm.powerState == "poweredOn" else {
            let reason = "the instance's VM is \(vm?.powerState ?? "gone") while its ESXi host is in maintenance"
            throw CheckFailure(layer: .vcenter, reason: reason, look: "the VM in vCenter")
        }
        let status = try await setting.access.cloud.server(id)?.status ?? "gone"
        guard status == "ACTIVE" else {
            throw CheckFailure(
                layer: .nova, reason: "the instance is \(status) while its ESXi host is in maintenance",
                look: setting.subject.log)
        }
        let place =
            vm.host != host
            ? "the VM went to \(vm.hostName ?? "another host")"
            : setting.isSimulated
                ? "the simulated vCenter had no place to move the VM to"
                : "the VM stayed on \(vm.hostName ?? "its host")"
        return
            "\(self.vm.hostName ?? "ESXi host") in maintenance: \(place); Placement from \(before) to \(now) VCPU after "
            + CheckVerdict.short(seconds)
    }

    /// Seconds until Placement has what it should; Nova tells it every minute (`update_resources_interval`).
    func waitForCapacity(_ isRight: (Int) -> Bool) async throws -> Double {
        let start = ContinuousClock.now
        var last = 0
        let right: Bool? = try await Polling(limit: setting.grace.recovery, pause: .seconds(2)).first {
            last = try await capacity()
            return isRight(last) ? true : nil
        }
        guard right != nil else {
            throw CheckFailure(
                layer: .placement,
                reason: "still has \(last) VCPU of the cluster after \(setting.grace.recovery.components.seconds) s",
                look: setting.subject.log)
        }
        return (ContinuousClock.now - start).seconds
    }
}
