import Topology
import VSphere

/// Checks of what runs on a vCenter, seen by our own vim25 client.
extension Check {
    /// A guest on vSphere cannot be heard, so it says nothing of itself; a report has to say that.
    static let noGuest = Check(.guestReady, in: .guest, needs: [.active]) { _, setting in
        if setting.isSimulated {
            .skipped("the simulated vCenter runs no guest, so none can prove itself")
        } else {
            .skipped("Nova's VMware driver gives no serial console without a virtual serial port concentrator")
        }
    }

    static let vmFound = Check(.vmFound, in: .vcenter, needs: [.active]) { evidence, setting in
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        guard let place = setting.place else { return unknownPlace }
        evidence.inventory = nil
        evidence.vm = try await setting.access.vcenters.session(with: place.vcenter).virtualMachine(instanceUUID: id)
        guard let vm = evidence.vm else {
            let reason = "\(place.vcenter.name): has no VM with instance UUID \(id)"
            return .failed(CheckFailure(layer: .vcenter, reason: reason, look: setting.subject.log))
        }
        return .passed(vm.name)
    }

    static let unknownPlace = CheckVerdict.skipped("the topology does not name the vCenter of this service")

    static let vmPower = seen(.vmPower) { vm, place, _ in .vmPower(vm, vcenter: place.vcenter.name) }

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

    static let vmUnique = Check(.vmUnique, in: .vcenter, needs: [.vmFound]) { evidence, setting in
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

    static let goneFromVCenter = Check(.goneFromVCenter, in: .vcenter, needs: [.goneFromNova]) { evidence, setting in
        guard let id = evidence.instance else { return .skipped("there is no instance") }
        guard let place = setting.place else { return unknownPlace }
        let vcenter = try await setting.access.vcenters.session(with: place.vcenter)
        let folders = InstanceFolder.all(ofInstance: id, vm: evidence.vm)
        let datastores = try await vcenter.inventory().datastores.filter { place.mayHold($0) }
        var vm: VirtualMachine?
        var remains: [String] = []
        let gone: CheckVerdict? = try await Polling(limit: Setting.clearing, pause: .seconds(1)).first {
            vm = try await vcenter.virtualMachine(instanceUUID: id)
            remains = []
            for datastore in datastores {
                for folder in folders where folder.datastore == nil || folder.datastore == datastore.name {
                    guard try await vcenter.files(on: datastore, in: folder.name) != nil else { continue }
                    remains.append("[\(datastore.name)] \(folder.name)")
                }
            }
            return vm == nil && remains.isEmpty ? .passed(nil) : nil
        }
        return gone
            ?? .stillInVCenter(vm: vm?.name, folders: remains, vcenter: place.vcenter.name, look: setting.subject.log)
    }
}

/// A cluster with its vCenter, as the topology has them.
struct Place: Sendable {
    let vcenter: VCenter
    let cluster: Cluster

    /// Whether Nova may put instances of this cluster on a datastore, so that one has to look there.
    func mayHold(_ datastore: Datastore) -> Bool {
        guard datastore.accessible else { return false }
        guard let regex = cluster.datastoreRegex.flatMap({ try? Regex($0) }) else { return true }
        return (try? regex.prefixMatch(in: datastore.name)) != nil
    }
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
    /// Whether the vCenter is the sandbox's, in which no guest runs.
    var isSimulated: Bool { lab?.provider == .sandbox }

    /// Where a cluster's instances belong; nil for other hypervisors, and for a vCenter that the topology lacks.
    var place: Place? {
        guard case .vcenter(let reference?) = subject.driver, let lab, let vcenter = lab.vcenter(reference.vcenter),
            let cluster = lab.cluster(reference)
        else { return nil }
        return Place(vcenter: vcenter, cluster: cluster)
    }
}
