import Preflight
import Topology
import VSphere

/// Checks of what runs on a vCenter, seen by our own vim25 client.
extension Check {
    /// A guest on vSphere cannot be heard, so it says nothing of itself; a report has to say that.
    static let noGuest = Check(.guestReady, in: .guest, needs: [.active]) { _, _ in
        .skipped("Nova's VMware driver gives no serial console without a virtual serial port concentrator")
    }

    static let vmFound = Check(
        .vmFound, in: .vcenter, needs: [.active], within: .waiting(\.vcenter)
    ) { evidence, setting in
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        guard let place = setting.place else { return unknownPlace }
        evidence.inventory = nil
        let session = try await setting.access.vcenters.session(with: place.vcenter)
        let reason = "\(place.vcenter.name): has no VM with instance UUID \(id)"
        return try await Polling(limit: setting.grace.vcenter, pause: .seconds(2)).verdict {
            evidence.vm = try await session.virtualMachine(instanceUUID: id)
            return evidence.vm.map { .settled(.passed($0.name)) }
                ?? .moving(.failed(CheckFailure(layer: .vcenter, reason: reason, look: setting.subject.log)))
        }
    }

    static let unknownPlace = CheckVerdict.skipped("the topology does not name the vCenter of this service")

    /// A vCenter calls a VM disconnected for a moment where it misses its host's reports.
    static let vmPower = Check(
        .vmPower, in: .vcenter, needs: [.vmFound], within: .waiting(\.vcenter)
    ) { evidence, setting in
        guard let vm = evidence.vm, let id = evidence.instance, let place = setting.place else {
            return .skipped("there is no VM")
        }
        let session = try await setting.access.vcenters.session(with: place.vcenter)
        return try await Polling(limit: setting.grace.vcenter, pause: .seconds(2)).verdict {
            let verdict = CheckVerdict.vmPower(evidence.vm ?? vm, vcenter: place.vcenter.name)
            if !verdict.isPassed { evidence.vm = try await session.virtualMachine(instanceUUID: id) ?? vm }
            return .untilPassed(verdict)
        }
    }

    static let vmCluster = seen(.vmCluster) { vm, place, _ in
        .vmCluster(vm, cluster: place.cluster.clusterName, vcenter: place.vcenter.name)
    }

    static let vmDatastore = seen(.vmDatastore) { vm, place, _ in
        .vmDatastore(vm, regex: place.cluster.datastoreRegex, vcenter: place.vcenter.name)
    }

    static let vmNetwork = seen(.vmNetwork) { vm, place, setting in
        guard let portGroup = setting.network?.portGroup else { return .skipped("the network has no port_group") }
        return .vmNetwork(vm, portGroup: portGroup, vcenter: place.vcenter.name)
    }

    static let vmDisk = seen(.vmDisk) { vm, place, setting in
        let tag = (try? setting.ingredients.get())?.image.properties["vmware_adaptertype"]
        return .vmDisk(vm, adapter: tag, vcenter: place.vcenter.name)
    }

    /// Reads all VMs of the vCenter, which may be thousands.
    static let vmUnique = Check(.vmUnique, in: .vcenter, needs: [.vmFound], within: .boot) { evidence, setting in
        guard let id = evidence.instance, let vm = evidence.vm else { return .skipped("there is no VM") }
        guard let place = setting.place else { return unknownPlace }
        let session = try await setting.access.vcenters.session(with: place.vcenter)
        var same: [String] = []
        for cluster in try await session.inventory().clusters {
            let all = try await session.virtualMachines(inCluster: cluster.reference)
            same += all.filter { $0.reference != vm.reference && ($0.instanceUUID == id || $0.name.contains(id)) }
                .map { "\($0.name) in \(cluster.name)" }
        }
        guard same.isEmpty else {
            let reason = "\(place.vcenter.name): the instance has further VMs: \(same.joined(separator: ", "))"
            return .failed(CheckFailure(layer: .vcenter, reason: reason, look: "the VMs in vCenter"))
        }
        return .passed(nil)
    }

    /// A check that judges the VM that was found.
    private static func seen(
        _ name: CheckName, _ judge: @escaping @Sendable (VirtualMachine, Place, Setting) -> CheckVerdict
    ) -> Check {
        Check(name, in: .vcenter, needs: [.vmFound]) { evidence, setting in
            guard let vm = evidence.vm, let place = setting.place else { return .skipped("there is no VM") }
            return judge(vm, place, setting)
        }
    }

    static let goneFromVCenter = Check(
        .goneFromVCenter, in: .vcenter, needs: [.goneFromNova], within: .waiting(\.clearing)
    ) { evidence, setting in
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        guard let place = setting.place else { return unknownPlace }
        let vcenter = try await setting.access.vcenters.session(with: place.vcenter)
        let folders = InstanceFolder.all(ofInstance: id, vm: evidence.vm)
        let datastores = try await vcenter.inventory().datastores.filter(place.cluster.mayHaveUsed)
        // A datastore is looked at until nothing is there: each look is a task of vCenter.
        var places = folders.flatMap { folder in
            datastores.filter { folder.datastore == nil || folder.datastore == $0.name }.map { ($0, folder) }
        }
        return try await Polling(limit: setting.grace.clearing, pause: .seconds(1)).verdict {
            let vm = try await vcenter.virtualMachine(instanceUUID: id)
            var left: [(Datastore, InstanceFolder)] = []
            for (datastore, folder) in places where try await vcenter.files(on: datastore, in: folder.name) != nil {
                left.append((datastore, folder))
            }
            places = left
            guard vm != nil || !left.isEmpty else { return .settled(.passed(nil)) }
            return .moving(
                .stillInVCenter(
                    vm: vm?.name, folders: left.map { "[\($0.name)] \($1.name)" }, vcenter: place.vcenter.name,
                    look: setting.subject.log))
        }
    }
}

/// A cluster with its vCenter, as the topology has them.
struct Place: Sendable {
    let vcenter: VCenter
    let cluster: Cluster
}

/// A folder on a datastore that belongs to an instance.
struct InstanceFolder: Sendable, Hashable {
    /// nil: any.
    let datastore: String?
    let name: String

    /// The one that Nova names after the instance, and those that its disks were seen in.
    static func all(ofInstance id: String, vm: VirtualMachine?) -> Set<InstanceFolder> {
        let seen = (vm?.disks ?? []).compactMap(\.fileName).compactMap(InstanceFolder.init(ofFile:))
        return Set(seen + [InstanceFolder(datastore: nil, name: id)])
    }

    init(datastore: String?, name: String) {
        self.datastore = datastore
        self.name = name
    }

    /// From a datastore path, `[shared-1] 0123…/0123….vmdk`; nil if the file lies in no folder.
    init?(ofFile path: String) {
        guard let match = path.wholeMatch(of: /\[([^\]]+)\] (.+)\/[^\/]+/) else { return nil }
        self.init(datastore: String(match.1), name: String(match.2))
    }
}

extension Setting {
    /// Whether the vCenter is the sandbox's.
    var isSimulated: Bool { lab?.provider == .sandbox }

    /// Why a guest cannot be on the network; nil: it can.
    var guestIsUnplugged: String? {
        guard subject.isInVCenter, isSimulated, case .vlan = network?.type else { return nil }
        return "the simulated vCenter has no VLANs, so its guest is in no network"
    }

    /// Where a cluster's instances belong; nil for other hypervisors, and for a vCenter that the topology lacks.
    var place: Place? {
        guard case .cluster(let reference?) = subject.driver, let lab, let vcenter = lab.vcenter(reference.vcenter),
            let cluster = lab.cluster(reference)
        else { return nil }
        return Place(vcenter: vcenter, cluster: cluster)
    }
}
