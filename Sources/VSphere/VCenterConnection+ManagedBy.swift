/// A virtual machine with who says that it is theirs.
public struct ManagedVirtualMachine: Sendable, Equatable {
    /// vCenter's id of it, e.g. `VirtualMachine:vm-42`.
    public let reference: ManagedObjectReference
    /// Nova's is `NAME (UUID)` or the UUID, unless somebody renamed it.
    public let name: String
    /// nil if its configuration cannot be read.
    public let instanceUUID: String?
    /// `poweredOn`, `poweredOff` or `suspended`.
    public let powerState: String
    /// The key of the extension that made it (`config.managedBy.extensionKey`); nil for what people made by hand.
    public let extensionKey: String?
    /// Its ESXi host.
    public let host: ManagedObjectReference?

    /// What Nova's driver registers itself as, and writes into what it makes (`constants.EXTENSION_KEY`).
    public static let novaExtension = "org.openstack.compute"
}

extension VCenterConnection {
    /// The virtual machines on the hosts of a cluster, templates included, in order of names.
    public func managedVirtualMachines(
        inCluster cluster: ManagedObjectReference
    ) async throws(VSphereError) -> [ManagedVirtualMachine] {
        let query = PropertyQuery.virtualMachines(inCluster: cluster, properties: ManagedVirtualMachine.properties)
        let all = try await perform("list the virtual machines of \(cluster.value)") { (session) throws(Trouble) in
            try await self.retrieve(query, in: session) { (content) throws(Trouble) in
                try ManagedVirtualMachine(content)
            }
        }
        return all.sorted { ($0.name, $0.reference.value) < ($1.name, $1.reference.value) }
    }
}

extension ManagedVirtualMachine {
    static let properties = (
        type: "VirtualMachine",
        paths: ["name", "config.instanceUuid", "config.managedBy", "runtime.powerState", "runtime.host"]
    )

    fileprivate init(_ content: ObjectContent) throws(Trouble) {
        reference = content.reference
        name = try content.name()
        instanceUUID = content.text("config.instanceUuid")
        powerState = try content.required("runtime.powerState")
        extensionKey = content["config.managedBy"]?.child("extensionKey")?.text
        host = content.reference("runtime.host")
    }
}
