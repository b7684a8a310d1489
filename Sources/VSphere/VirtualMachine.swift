import XML

/// A virtual machine, with the names of what it is in and attached to.
public struct VirtualMachine: Sendable, Equatable {
    /// vCenter's id of it, e.g. `VirtualMachine:vm-42`.
    public let reference: ManagedObjectReference
    /// As people see it in vCenter.
    public let name: String
    /// The UUID by which OpenStack knows it; nil if its configuration cannot be read.
    public let instanceUUID: String?
    /// `poweredOn`, `poweredOff` or `suspended`.
    public let powerState: String
    /// `connected`, or why vCenter cannot manage it: `disconnected`, `orphaned`, `inaccessible`, `invalid`.
    public let connectionState: String
    /// The ESXi host that runs it, or last did.
    public let host: ManagedObjectReference?
    /// That host's name; nil where the account may not read it.
    public let hostName: String?
    /// nil on a host that is in no cluster.
    public let cluster: ManagedObjectReference?
    /// The name of that cluster.
    public let clusterName: String?
    /// Where its files are.
    public let datastoreNames: [String]
    /// Of its port groups.
    public let networkNames: [String]
    /// In the order of its hardware.
    public let disks: [VirtualDisk]
    /// In the order of its hardware.
    public let networkAdapters: [VirtualEthernetCard]
}

/// A disk of a virtual machine.
public struct VirtualDisk: Sendable, Equatable {
    /// The number by which its hardware refers to it, e.g. 2000.
    public let key: Int64
    /// Bytes.
    public let capacity: Int64
    /// The type of its controller, e.g. `VirtualLsiLogicController`.
    public let controller: String?
    /// The type of its backing, e.g. `VirtualDiskFlatVer2BackingInfo`.
    public let backing: String?
    /// E.g. `[shared-1] 0123…/0123….vmdk`.
    public let fileName: String?
    /// Whether blocks are allocated when they are first written; nil where the backing does not tell.
    public let thinProvisioned: Bool?
}

/// A network adapter of a virtual machine.
public struct VirtualEthernetCard: Sendable, Equatable {
    /// The number by which its hardware refers to it, e.g. 4000.
    public let key: Int64
    /// Its type, e.g. `VirtualVmxnet3` or `VirtualE1000`.
    public let type: String
    /// As vSphere writes it: `00:50:56:…` in lower case.
    public let macAddress: String?
    /// The name of its port group, if that is one of a standard switch.
    public let deviceName: String?
    /// The key of its port group, if that is one of a distributed switch: the id of that Network's reference.
    public let portgroupKey: String?
}

extension VirtualMachine {
    static let properties = (
        type: "VirtualMachine",
        paths: [
            "name", "config.instanceUuid", "config.hardware.device", "runtime.powerState", "runtime.connectionState",
            "runtime.host", "datastore", "network",
        ]
    )

    /// The virtual machine itself, its host, its cluster, its datastores and its networks in one call.
    static func query(_ reference: ManagedObjectReference) -> PropertyQuery {
        let host = PropertyQuery.Traversal(
            type: "VirtualMachine", path: "runtime.host",
            then: [PropertyQuery.Traversal(type: "HostSystem", path: "parent")])
        return PropertyQuery(
            start: reference,
            traversals: [
                host, PropertyQuery.Traversal(type: "VirtualMachine", path: "datastore"),
                PropertyQuery.Traversal(type: "VirtualMachine", path: "network"),
            ],
            properties: [
                properties, ("HostSystem", ["name", "parent"]), ("ComputeResource", ["name"]), ("Datastore", ["name"]),
                ("Network", ["name"]),
            ])
    }

    /// - Parameter others: the objects that `content` refers to.
    init(_ content: ObjectContent, among others: [ObjectContent]) throws(Trouble) {
        func name(_ reference: ManagedObjectReference?) throws(Trouble) -> String? {
            try others.first { $0.reference == reference }?.name()
        }
        func names(_ references: [ManagedObjectReference]) throws(Trouble) -> [String] {
            var names: [String] = []
            for reference in references { names.append(try name(reference) ?? reference.value) }
            return names
        }
        reference = content.reference
        self.name = try content.name()
        instanceUUID = content.text("config.instanceUuid")
        powerState = try content.required("runtime.powerState")
        connectionState = try content.required("runtime.connectionState")
        host = content.reference("runtime.host")
        hostName = try name(host)
        let parent = others.first { [host] in $0.reference == host }?.reference("parent")
        cluster = parent?.type == "ClusterComputeResource" ? parent : nil
        clusterName = try name(cluster)
        datastoreNames = try names(content.references("datastore"))
        networkNames = try names(content.references("network"))
        let devices = content["config.hardware.device"]?.children ?? []
        disks = devices.filter { $0.type == "VirtualDisk" }.map { VirtualDisk($0, among: devices) }
        networkAdapters = devices.filter { $0.child("macAddress") != nil }.map(VirtualEthernetCard.init)
    }
}

extension VirtualDisk {
    fileprivate init(_ device: XMLElement, among devices: [XMLElement]) {
        key = device.child("key")?.integer ?? 0
        let kibibytes = device.child("capacityInKB")?.integer ?? 0
        capacity = device.child("capacityInBytes")?.integer ?? kibibytes * 1024
        let controllerKey = device.child("controllerKey")?.integer
        controller = devices.first { controllerKey != nil && $0.child("key")?.integer == controllerKey }?.type
        backing = device.child("backing")?.type
        fileName = device.at("backing.fileName")?.text
        thinProvisioned = device.at("backing.thinProvisioned")?.bool
    }

    /// What the disks among these devices are made of, and what those hang on.
    static func files(_ devices: [XMLElement]) -> [String] {
        var files: [String] = []
        for device in devices where device.type == "VirtualDisk" {
            var backing = device.child("backing")
            while let here = backing {
                if let file = here.child("fileName")?.text { files.append(file) }
                backing = here.child("parent")
            }
        }
        return files
    }
}

extension VirtualEthernetCard {
    fileprivate init(_ device: XMLElement) {
        key = device.child("key")?.integer ?? 0
        type = device.type ?? ""
        macAddress = device.child("macAddress")?.text
        deviceName = device.at("backing.deviceName")?.text
        portgroupKey = device.at("backing.port.portgroupKey")?.text
    }
}
