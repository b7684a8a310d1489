/// A cluster, which one nova-compute service sees as one hypervisor.
public struct ClusterComputeResource: Sendable, Equatable {
    public let reference: ManagedObjectReference
    public let name: String
    public let parent: ManagedObjectReference?
    public let hosts: [ManagedObjectReference]
    public let datastores: [ManagedObjectReference]
    public let networks: [ManagedObjectReference]
    /// The root resource pool, in which Nova makes its virtual machines.
    public let resourcePool: ManagedObjectReference?
    public let drs: DRS
    public let ha: HA

    /// Distributed Resource Scheduler. nil where the account may not read it.
    public struct DRS: Sendable, Equatable {
        public let enabled: Bool?
        /// `fullyAutomated`, `partiallyAutomated` or `manual`.
        public let defaultVmBehavior: String?
    }

    /// High availability, "das" in the API. nil where the account may not read it.
    public struct HA: Sendable, Equatable {
        public let enabled: Bool?
        /// Reserves capacity of which Nova does not know.
        public let admissionControlEnabled: Bool?
    }
}

extension ClusterComputeResource {
    static let properties = (
        type: "ClusterComputeResource",
        paths: ["name", "parent", "host", "datastore", "network", "resourcePool", "configurationEx"]
    )

    init(_ content: ObjectContent) throws(Trouble) {
        reference = content.reference
        name = try content.name()
        parent = content.reference("parent")
        hosts = content.references("host")
        datastores = content.references("datastore")
        networks = content.references("network")
        resourcePool = content.reference("resourcePool")
        let settings = content["configurationEx"]
        drs = DRS(
            enabled: settings?.at("drsConfig.enabled")?.bool,
            defaultVmBehavior: settings?.at("drsConfig.defaultVmBehavior")?.text)
        ha = HA(
            enabled: settings?.at("dasConfig.enabled")?.bool,
            admissionControlEnabled: settings?.at("dasConfig.admissionControlEnabled")?.bool)
    }
}
