public import VSphere
import Wording

/// What Nova owns in one cluster, and what does not match between Nova and vCenter.
public struct OwnedMachines: Sendable, Equatable, Encodable {
    /// E.g. `vc1/cluster_a`.
    public let cluster: String
    /// Nova's own, on both sides.
    public let owned: [Machine]
    /// Made by Nova and still in vCenter, but Nova has no such instance.
    public let onlyInVCenter: [Machine]
    /// Nova has an instance there that vCenter has not.
    public let onlyInNova: [Instance]
    /// In this cluster, and Nova has the instance on another cluster's service: somebody moved it in vCenter.
    public let moved: [Moved]
    /// Images that Nova imports (`OSTACK_IMG_…`), which are machines meanwhile; one whose import failed may stay one.
    public let imports: [Machine]
    /// How many others there are: made by hand or by another program.
    public let others: Int

    /// A virtual machine.
    public struct Machine: Sendable, Equatable, Encodable {
        /// As vCenter has it.
        public let name: String
        /// vCenter's id, e.g. `vm-42`.
        public let reference: String
        /// The id by which OpenStack knows it; nil: none can be read.
        public let instance: String?
        /// `poweredOn`, `poweredOff` or `suspended`.
        public let powerState: String
        /// Nova's status of the instance.
        public let status: String?
    }

    /// A virtual machine that is not where Nova has its instance.
    public struct Moved: Sendable, Equatable, Encodable {
        /// As vCenter has it.
        public let machine: Machine
        /// The compute service's host on which Nova has the instance.
        public let host: String
    }

    /// An instance on another host than the cluster's nova-compute.
    public struct Elsewhere: Sendable, Equatable {
        /// Nova's id of it.
        public let id: String
        /// Nova's `host` on which it is; nil: on none.
        public let host: String?
        /// ACTIVE, SHUTOFF, …
        public let status: String

        /// An instance as Nova lists it.
        public init(id: String, host: String?, status: String) {
            self.id = id
            self.host = host
            self.status = status
        }

        /// Nova itself is moving it, so that for a while it is on both sides (`nova/compute/vm_states.py`, and the
        /// statuses of the API that go with them).
        var isMoving: Bool { ["MIGRATING", "RESIZE", "VERIFY_RESIZE", "REVERT_RESIZE"].contains(status) }
    }

    /// An instance as Nova has it.
    public struct Instance: Sendable, Equatable, Encodable {
        /// Nova's id of it.
        public let id: String
        /// What its owner calls it.
        public let name: String
        /// ACTIVE, SHUTOFF, …
        public let status: String

        /// An instance as Nova lists it.
        public init(id: String, name: String, status: String) {
            self.id = id
            self.name = name
            self.status = status
        }
    }

    /// - Parameters:
    ///   - machines: all of the cluster.
    ///   - instances: those that Nova has on the cluster's nova-compute.
    ///   - elsewhere: the instances on other hosts: one that Nova is migrating is not orphaned, nor moved by hand.
    public init(
        of cluster: String, machines: [ManagedVirtualMachine], instances: [Instance], elsewhere: [Elsewhere] = []
    ) {
        self.cluster = cluster
        let known = Dictionary(instances.map { ($0.id.lowercased(), $0) }) { first, _ in first }
        let elsewhere = Dictionary(elsewhere.map { ($0.id.lowercased(), $0) }) { first, _ in first }
        let all = machines.map { machine in
            (machine, known[machine.instanceUUID?.lowercased() ?? ""])
        }
        owned = all.filter { $0.1 != nil }.map { Machine($0.0, $0.1) }
        onlyInVCenter = all.filter { machine, instance in
            instance == nil && machine.extensionKey == ManagedVirtualMachine.novaExtension
                && elsewhere[machine.instanceUUID?.lowercased() ?? ""] == nil
        }.map { Machine($0.0, nil) }
        moved = machines.compactMap { machine in
            guard let other = elsewhere[machine.instanceUUID?.lowercased() ?? ""], let host = other.host,
                machine.extensionKey == ManagedVirtualMachine.novaExtension, !other.isMoving
            else { return nil }
            return Moved(machine: Machine(machine, nil), host: host)
        }
        let seen = Set(machines.compactMap { $0.instanceUUID?.lowercased() })
        // An instance in BUILD or ERROR need not have come as far as vCenter.
        onlyInNova = instances.filter { !seen.contains($0.id.lowercased()) && !["BUILD", "ERROR"].contains($0.status) }
        imports = all.filter { machine, instance in
            instance == nil && machine.extensionKey != ManagedVirtualMachine.novaExtension
                && OrphanSearch.isImport(machine.name)
        }.map { Machine($0.0, nil) }
        others = machines.count - owned.count - onlyInVCenter.count - imports.count - moved.count
    }

    /// Whether both sides agree.
    public var agrees: Bool { onlyInVCenter.isEmpty && onlyInNova.isEmpty && moved.isEmpty }

    /// For a terminal.
    public var text: String {
        var lines = ["\(cluster): \(owned.count) of Nova's, \(others) others"]
        lines += owned.map { "  \($0.instance ?? "")  \($0.powerState)  \($0.status ?? "")  \($0.name)" }
        lines += onlyInVCenter.map {
            "  only in vCenter: \($0.name) (\($0.reference), instance \($0.instance ?? "unknown"), \($0.powerState))"
        }
        lines += moved.map {
            "  moved here in vCenter: \($0.machine.name) (\($0.machine.reference)); Nova has instance "
                + "\($0.machine.instance ?? "unknown") on \($0.host): migrate it back to that cluster in vCenter"
        }
        lines += imports.map {
            "  import of an image: \($0.name) (\($0.reference)); if Nova imports none now, one that failed: delete it"
        }
        lines += onlyInNova.map { "  only in Nova: \($0.id) \($0.name), \($0.status)" }
        return VisibleText(lines.joined(separator: "\n")).text
    }
}

extension OwnedMachines.Machine {
    fileprivate init(_ machine: ManagedVirtualMachine, _ instance: OwnedMachines.Instance?) {
        self.init(
            name: machine.name, reference: machine.reference.value, instance: machine.instanceUUID,
            powerState: machine.powerState, status: instance?.status)
    }
}
