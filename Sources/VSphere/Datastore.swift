import XML

/// A datastore.
public struct Datastore: Sendable, Equatable {
    /// The same on all hosts that mount it.
    public let reference: ManagedObjectReference
    /// As people see it, which is what `datastore_regex` is matched with.
    public let name: String
    /// The name as vCenter writes it, in paths of files too: with `%2f`, `%5c` and `%25`.
    let writtenName: String
    /// A folder of datastores, or a cluster of them (StoragePod).
    public let parent: ManagedObjectReference?
    /// Where it is, in words of its kind; unique in one vCenter.
    public let url: String
    /// Nova takes `VMFS`, `NFS`, `NFS41` and `vsan`.
    public let type: String
    /// Whether any host can reach it. Capacity and free space mean nothing otherwise.
    public let accessible: Bool
    /// Bytes.
    public let capacity: Int64
    /// Bytes.
    public let freeSpace: Int64
    /// `normal`, `enteringMaintenance` or `inMaintenance`; nil is the same as normal.
    public let maintenanceMode: String?
    /// How the hosts see it, in no particular order.
    public let mounts: [Mount]
    /// What lists its files.
    let browser: ManagedObjectReference?

    /// How one host sees it.
    public struct Mount: Sendable, Equatable {
        /// The ESXi host.
        public let host: ManagedObjectReference
        /// Whether this host reaches it.
        public let accessible: Bool
        /// `readWrite` or `readOnly`.
        public let accessMode: String
    }
}

extension Datastore {
    static let properties = (
        type: "Datastore",
        paths: [
            "name", "parent", "summary.url", "summary.type", "summary.accessible", "summary.capacity",
            "summary.freeSpace", "summary.maintenanceMode", "host", "browser",
        ]
    )

    init(_ content: ObjectContent) throws(Trouble) {
        reference = content.reference
        name = try content.name()
        writtenName = try content.required("name")
        parent = content.reference("parent")
        url = content.text("summary.url") ?? ""
        type = try content.required("summary.type")
        accessible = try content.required("summary.accessible") == "true"
        capacity = content.integer("summary.capacity") ?? 0
        freeSpace = content.integer("summary.freeSpace") ?? 0
        maintenanceMode = content.text("summary.maintenanceMode")
        mounts = content["host"]?.children.compactMap(Mount.init) ?? []
        browser = content.reference("browser")
    }
}

extension Datastore.Mount {
    /// A mount that the server does not call inaccessible is accessible: the flag is younger than the type.
    fileprivate init?(_ element: XMLElement) {
        guard let host = element.child("key")?.reference else { return nil }
        self.host = host
        accessible = element.at("mountInfo.accessible")?.bool ?? true
        accessMode = element.at("mountInfo.accessMode")?.text ?? ""
    }
}
