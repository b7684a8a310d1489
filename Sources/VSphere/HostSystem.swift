/// An ESXi host.
public struct HostSystem: Sendable, Equatable {
    public let reference: ManagedObjectReference
    /// The name or address under which it was added to vCenter. Nova uploads images to it.
    public let name: String
    /// Its cluster, or a ComputeResource of its own.
    public let parent: ManagedObjectReference?
    /// `connected`, `disconnected` or `notResponding`.
    public let connectionState: String
    public let inMaintenanceMode: Bool
    /// `poweredOn`, `poweredOff`, `standBy` or `unknown`.
    public let powerState: String
    /// Bytes. This and what follows is nil where the host has not told it.
    public let memorySize: Int64?
    /// In use, MiB.
    public let overallMemoryUsage: Int64?
    public let numCpuCores: Int64?
    public let numCpuThreads: Int64?
    /// In use, MHz.
    public let overallCpuUsage: Int64?
    /// ESXi's version.
    public let version: String?
    public let datastores: [ManagedObjectReference]
    public let networks: [ManagedObjectReference]

    /// Whether Nova counts on it: connected, not in maintenance.
    public var isUsable: Bool { connectionState == "connected" && !inMaintenanceMode }
}

extension HostSystem {
    static let properties = (
        type: "HostSystem",
        paths: [
            "name", "parent", "runtime.connectionState", "runtime.inMaintenanceMode", "runtime.powerState",
            "summary.hardware.memorySize", "summary.hardware.numCpuCores", "summary.hardware.numCpuThreads",
            "summary.quickStats.overallMemoryUsage", "summary.quickStats.overallCpuUsage",
            "summary.config.product.version", "datastore", "network",
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
        version = content.text("summary.config.product.version")
        datastores = content.references("datastore")
        networks = content.references("network")
    }
}
