import XML

/// A cluster, which one nova-compute service sees as one hypervisor.
public struct ClusterComputeResource: Sendable, Equatable {
    /// What Nova makes its compute node's name of: `domain-c9.VCENTER-UUID`.
    public let reference: ManagedObjectReference
    /// As people see it: vCenter's `%2f`, `%5c` and `%25` are `/`, `\` and `%`.
    public let name: String
    /// The folder it is in; nil where the account may not read it.
    public let parent: ManagedObjectReference?
    /// Its ESXi hosts, whatever their state.
    public let hosts: [ManagedObjectReference]
    /// Those that any of its hosts mounts.
    public let datastores: [ManagedObjectReference]
    /// Those that any of its hosts has.
    public let networks: [ManagedObjectReference]
    /// The root resource pool, in which Nova makes its virtual machines.
    public let resourcePool: ManagedObjectReference?
    /// Who chooses a host for a virtual machine.
    public let drs: DRS
    /// Who restarts virtual machines when a host fails.
    public let ha: HA
    /// Sums over its hosts.
    public let summary: Summary

    /// Distributed Resource Scheduler. nil where the account may not read it.
    public struct DRS: Sendable, Equatable {
        /// Whether vCenter chooses hosts at all.
        public let enabled: Bool?
        /// `fullyAutomated`, `partiallyAutomated` or `manual`.
        public let defaultVmBehavior: String?
    }

    /// High availability, "das" in the API. nil where the account may not read it.
    public struct HA: Sendable, Equatable {
        /// Whether virtual machines are restarted at all.
        public let enabled: Bool?
        /// Reserves capacity of which Nova does not know.
        public let admissionControlEnabled: Bool?
        /// How much it reserves; counts only where admission control is enabled.
        public let admissionControlPolicy: AdmissionControlPolicy?
    }

    /// What HA holds back for the failure of hosts: the subtypes of `ClusterDasAdmissionControlPolicy`.
    public enum AdmissionControlPolicy: Sendable, Equatable {
        /// `ClusterFailoverResourcesAdmissionControlPolicy`: a share of the cluster, in percent.
        case resources(cpuPercent: Int64, memoryPercent: Int64)
        /// `ClusterFailoverLevelAdmissionControlPolicy`: as much as so many hosts can run.
        case failoverLevel(hosts: Int64)
        /// `ClusterFailoverHostAdmissionControlPolicy`: these hosts, which run nothing otherwise.
        case failoverHosts([ManagedObjectReference])
        /// Another one, by the name of its type.
        case other(String)
    }

    /// What vCenter counts together, `ClusterComputeResourceSummary`. nil where it does not tell.
    public struct Summary: Sendable, Equatable {
        /// MHz of all hosts.
        public let totalCpu: Int64?
        /// Bytes of all hosts.
        public let totalMemory: Int64?
        /// MHz left for virtual machines by hosts that are connected and not in maintenance.
        public let effectiveCpu: Int64?
        /// MiB (not bytes) left for virtual machines by hosts that are connected and not in maintenance.
        public let effectiveMemory: Int64?
        /// All, whatever their state.
        public let numHosts: Int64?
        /// Connected and not in maintenance.
        public let numEffectiveHosts: Int64?
    }
}

extension ClusterComputeResource {
    static let properties = (
        type: "ClusterComputeResource",
        paths: [
            "host", "datastore", "network", "resourcePool", "configurationEx", "summary.totalCpu",
            "summary.totalMemory", "summary.effectiveCpu", "summary.effectiveMemory", "summary.numHosts",
            "summary.numEffectiveHosts",
        ]
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
            admissionControlEnabled: settings?.at("dasConfig.admissionControlEnabled")?.bool,
            admissionControlPolicy: settings?.at("dasConfig.admissionControlPolicy").map(AdmissionControlPolicy.init))
        summary = Summary(
            totalCpu: content.integer("summary.totalCpu"), totalMemory: content.integer("summary.totalMemory"),
            effectiveCpu: content.integer("summary.effectiveCpu"),
            effectiveMemory: content.integer("summary.effectiveMemory"),
            numHosts: content.integer("summary.numHosts"),
            numEffectiveHosts: content.integer("summary.numEffectiveHosts"))
    }
}

extension ClusterComputeResource.AdmissionControlPolicy {
    init(_ element: XMLElement) {
        func number(_ name: String) -> Int64 { element.child(name)?.integer ?? 0 }
        switch element.type {
        case "ClusterFailoverResourcesAdmissionControlPolicy":
            self = .resources(
                cpuPercent: number("cpuFailoverResourcesPercent"),
                memoryPercent: number("memoryFailoverResourcesPercent"))
        case "ClusterFailoverLevelAdmissionControlPolicy":
            self = .failoverLevel(hosts: number("failoverLevel"))
        case "ClusterFailoverHostAdmissionControlPolicy":
            self = .failoverHosts(element.children("failoverHosts").compactMap(\.reference))
        case let other:
            self = .other(other ?? "unknown")
        }
    }
}
