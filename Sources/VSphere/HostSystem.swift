import XML

/// An ESXi host.
public struct HostSystem: Sendable, Equatable {
    /// vCenter's id of it, e.g. `HostSystem:host-12`.
    public let reference: ManagedObjectReference
    /// The name or address under which it was added to vCenter. Nova uploads images to it.
    public let name: String
    /// Its cluster, or a ComputeResource of its own.
    public let parent: ManagedObjectReference?
    /// `connected`, `disconnected` or `notResponding`.
    public let connectionState: String
    /// Whether an administrator has taken it out of use.
    public let inMaintenanceMode: Bool
    /// `poweredOn`, `poweredOff`, `standBy` or `unknown`.
    public let powerState: String
    /// Bytes. This and what follows is nil where the host has not told it.
    public let memorySize: Int64?
    /// In use, MiB.
    public let overallMemoryUsage: Int64?
    /// Of all its sockets.
    public let numCpuCores: Int64?
    /// Twice the cores with hyper-threading. A virtual machine cannot have more vCPUs.
    public let numCpuThreads: Int64?
    /// Of one core, MHz.
    public let cpuMhz: Int64?
    /// In use, MHz.
    public let overallCpuUsage: Int64?
    /// ESXi's version.
    public let version: String?
    /// ESXi's build, digits as text.
    public let build: String?
    /// The port groups of its own standard switches, with their VLANs; empty where the account may not read them.
    public let portGroups: [HostPortGroup]
    /// Those that it mounts.
    public let datastores: [ManagedObjectReference]
    /// Those that it has, standard and distributed.
    public let networks: [ManagedObjectReference]

    /// Whether Nova counts on it: connected, not in maintenance.
    public var isUsable: Bool { connectionState == "connected" && !inMaintenanceMode }

    /// What all its cores give, MHz.
    public var totalCpu: Int64? {
        guard let cpuMhz, let numCpuCores else { return nil }
        return cpuMhz.multipliedReportingOverflow(by: numCpuCores).partialValue
    }
}

/// A port group of a host's own standard switch.
public struct HostPortGroup: Sendable, Equatable {
    /// The network's name in vCenter, too.
    public let name: String
    /// 0: untagged; 4095: all VLANs, tagged.
    public let vlanID: Int64
    /// E.g. `vSwitch0`.
    public let switchName: String
}

extension HostSystem {
    static let properties = (
        type: "HostSystem",
        paths: [
            "name", "parent", "runtime.connectionState", "runtime.inMaintenanceMode", "runtime.powerState",
            "summary.hardware.memorySize", "summary.hardware.numCpuCores", "summary.hardware.numCpuThreads",
            "summary.hardware.cpuMhz", "summary.quickStats.overallMemoryUsage", "summary.quickStats.overallCpuUsage",
            "summary.config.product.version", "summary.config.product.build", "config.network.portgroup", "datastore",
            "network",
        ]
    )

    init(_ content: ObjectContent) throws(Trouble) {
        reference = content.reference
        name = try content.name()
        parent = content.reference("parent")
        connectionState = try content.required("runtime.connectionState")
        inMaintenanceMode = try content.required("runtime.inMaintenanceMode") == "true"
        powerState = try content.required("runtime.powerState")
        memorySize = content.integer("summary.hardware.memorySize")
        overallMemoryUsage = content.integer("summary.quickStats.overallMemoryUsage")
        numCpuCores = content.integer("summary.hardware.numCpuCores")
        numCpuThreads = content.integer("summary.hardware.numCpuThreads")
        overallCpuUsage = content.integer("summary.quickStats.overallCpuUsage")
        cpuMhz = content.integer("summary.hardware.cpuMhz")
        version = content.text("summary.config.product.version")
        build = content.text("summary.config.product.build")
        portGroups = content["config.network.portgroup"]?.children.compactMap(HostPortGroup.init) ?? []
        datastores = content.references("datastore")
        networks = content.references("network")
    }
}

extension HostPortGroup {
    fileprivate init?(_ element: XMLElement) {
        guard let name = element.at("spec.name")?.text else { return nil }
        self.name = name
        vlanID = element.at("spec.vlanId")?.integer ?? 0
        switchName = element.at("spec.vswitchName")?.text ?? ""
    }
}
