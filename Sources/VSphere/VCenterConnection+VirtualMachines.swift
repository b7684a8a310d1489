extension VCenterConnection {
    /// The virtual machine of an OpenStack instance; nil if there is none.
    ///
    /// - Throws: `ambiguous` if several have that instance UUID, as after a restore by hand.
    public func virtualMachine(instanceUUID: String) async throws(VSphereError) -> VirtualMachine? {
        try await perform("find the virtual machine of instance \(instanceUUID)") {
            (session) throws(Trouble) -> VirtualMachine? in
            let found = try await self.references(instanceUUID: instanceUUID, in: session)
            guard let reference = found.first else { return nil }
            guard found.count == 1 else {
                throw Trouble(
                    .ambiguous, "\(found.count) virtual machines have this instance UUID",
                    hint: "see \(found.map(\.value).joined(separator: ", ")) in vCenter; remove the wrong ones")
            }
            do throws(Trouble) {
                let objects = try await self.retrieve(VirtualMachine.query(reference), in: session)
                let own = objects.first { $0.reference == reference }
                return try own.map { (own) throws(Trouble) in try VirtualMachine(own, among: objects) }
            } catch {
                guard error.kind == .objectNotFound else { throw error }
                return nil  // deleted since it was found
            }
        }
    }

    /// The virtual machines on the hosts of a cluster, templates included.
    public func virtualMachines(
        inCluster cluster: ManagedObjectReference
    ) async throws(VSphereError) -> [VirtualMachineSummary] {
        let query = PropertyQuery.virtualMachines(inCluster: cluster, properties: VirtualMachineSummary.properties)
        return try await perform("list the virtual machines of \(cluster.value)") { (session) throws(Trouble) in
            try await self.retrieve(query, in: session, VirtualMachineSummary.init)
        }
    }

    /// All virtual machines that the account can see, templates included, in no order.
    public func virtualMachines() async throws(VSphereError) -> [VirtualMachineSummary] {
        try await perform("list the virtual machines") { (session) throws(Trouble) in
            let view = try await self.view(of: ["VirtualMachine"], in: session)
            let query = PropertyQuery.view(view, properties: [VirtualMachineSummary.properties])
            return try await self.retrieve(query, in: session, VirtualMachineSummary.init)
        }
    }

    /// The files of all virtual machines' disks, those that a disk hangs on included (`parent`), with the names of the
    /// machines.
    public func diskFiles() async throws(VSphereError) -> [String: Set<String>] {
        let machines = try await perform("list the disks of virtual machines") { (session) throws(Trouble) in
            let view = try await self.view(of: ["VirtualMachine"], in: session)
            let query = PropertyQuery.view(
                view, properties: [("VirtualMachine", ["name", "config.hardware.device"])])
            return try await self.retrieve(query, in: session) { (content) throws(Trouble) in
                (name: try content.name(), files: VirtualDisk.files(content["config.hardware.device"]?.children ?? []))
            }
        }
        return machines.reduce(into: [:]) { all, machine in
            for file in machine.files { all[file, default: []].insert(machine.name) }
        }
    }

    /// By the search index, or by reading every virtual machine's UUID where it lacks that search.
    private func references(
        instanceUUID: String, in session: Session
    ) async throws(Trouble) -> [ManagedObjectReference] {
        do throws(Trouble) {
            let method = VimMethod.findAll(content.searchIndex, instanceUUID: instanceUUID)
            return try await call(method, in: session).values.compactMap(\.reference)
        } catch {
            guard [.fault("MethodNotFound"), .fault("NotSupported")].contains(error.kind) else { throw error }
            return try await searchedReferences(instanceUUID: instanceUUID, in: session)
        }
    }

    func searchedReferences(
        instanceUUID: String, in session: Session
    ) async throws(Trouble) -> [ManagedObjectReference] {
        let view = try await view(of: ["VirtualMachine"], in: session)
        let query = PropertyQuery.view(view, properties: [("VirtualMachine", ["config.instanceUuid"])])
        return try await retrieve(query, in: session)
            .filter { $0.text("config.instanceUuid")?.lowercased() == instanceUUID.lowercased() }
            .map(\.reference)
    }
}

/// What there is to know of many virtual machines at once.
public struct VirtualMachineSummary: Sendable, Equatable {
    /// vCenter's id of it, e.g. `VirtualMachine:vm-42`.
    public let reference: ManagedObjectReference
    /// As people see it in vCenter.
    public let name: String
    /// The UUID by which OpenStack knows it; nil if its configuration cannot be read.
    public let instanceUUID: String?
    /// `poweredOn`, `poweredOff` or `suspended`.
    public let powerState: String
    /// The folder it is in; nil for one in a vApp.
    public let folder: ManagedObjectReference?
    /// nil for one that is on no host, as an orphaned one may be.
    public let host: ManagedObjectReference?
}

extension VirtualMachineSummary {
    static let properties = (
        type: "VirtualMachine", paths: ["name", "config.instanceUuid", "runtime.powerState", "parent", "runtime.host"]
    )

    init(_ content: ObjectContent) throws(Trouble) {
        reference = content.reference
        name = try content.name()
        instanceUUID = content.text("config.instanceUuid")
        powerState = try content.required("runtime.powerState")
        folder = content.reference("parent")
        host = content.reference("runtime.host")
    }
}
