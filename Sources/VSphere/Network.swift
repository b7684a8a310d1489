import XML

/// A network that virtual machines can be attached to.
public struct Network: Sendable, Equatable {
    /// vCenter's id of it; its type says of which kind it is.
    public let reference: ManagedObjectReference
    /// The port group's name.
    public let name: String
    /// A folder of networks.
    public let parent: ManagedObjectReference?
    /// Who manages it.
    public let kind: Kind
    /// The hosts that have it.
    public let hosts: [ManagedObjectReference]
    /// Of a distributed port group; a standard one has its VLAN on each host (`HostSystem.portGroups`). nil where
    /// vCenter does not tell.
    public let vlan: VLAN?
    /// The switch of a distributed port group.
    public let distributedSwitch: ManagedObjectReference?
    /// Whether it is a switch's own port group for its uplinks, to which nothing else is attached.
    public let isUplink: Bool

    /// Who manages a port group.
    public enum Kind: Sendable, Equatable {
        /// A port group of that name on each host's own switch.
        case standard
        /// A port group of a distributed switch.
        case distributed
        /// One that something else than vCenter manages, such as NSX.
        case opaque
    }

    /// The subtypes of `VmwareDistributedVirtualSwitchVlanSpec`.
    public enum VLAN: Sendable, Equatable {
        /// 0: untagged.
        case id(Int64)
        /// The guest tags; these it may use, ends included.
        case trunk([Range])
        case privateVLAN(Int64)

        /// VLANs one after the other.
        public struct Range: Sendable, Equatable {
            /// The first.
            public let start: Int64
            /// The last, which is among them.
            public let end: Int64
        }
    }
}

/// A distributed switch.
public struct DistributedVirtualSwitch: Sendable, Equatable {
    /// vCenter's id of it, e.g. `VmwareDistributedVirtualSwitch:dvs-7`.
    public let reference: ManagedObjectReference
    /// Unique in its datacenter.
    public let name: String
    /// A folder of networks.
    public let parent: ManagedObjectReference?
    /// The hosts that are members.
    public let hosts: [ManagedObjectReference]
}

extension Network {
    /// Includes the types below: DistributedVirtualPortgroup and OpaqueNetwork.
    static let properties = (type: "Network", paths: ["name", "parent", "host"])
    /// What only a distributed one has, to be asked for in a specification of its own: which of two that fit a type
    /// counts is not said anywhere.
    static let distributedProperties = (
        type: "DistributedVirtualPortgroup",
        paths: ["config.defaultPortConfig", "config.distributedVirtualSwitch", "tag"]
    )
    static let types = ["Network", "DistributedVirtualPortgroup", "OpaqueNetwork"]

    init(_ content: ObjectContent) throws(Trouble) {
        reference = content.reference
        name = try content.name()
        parent = content.reference("parent")
        kind =
            switch content.reference.type {
            case "DistributedVirtualPortgroup": .distributed
            case "OpaqueNetwork": .opaque
            default: .standard
            }
        hosts = content.references("host")
        vlan = content["config.defaultPortConfig"]?.child("vlan").flatMap(VLAN.init)
        distributedSwitch = content.reference("config.distributedVirtualSwitch")
        isUplink = content["tag"]?.children.contains { $0.child("key")?.text == "SYSTEM/DVS.UPLINKPG" } ?? false
    }
}

extension Network.VLAN {
    fileprivate init?(_ element: XMLElement) {
        switch element.type {
        case "VmwareDistributedVirtualSwitchVlanIdSpec":
            guard let id = element.child("vlanId")?.integer else { return nil }
            self = .id(id)
        case "VmwareDistributedVirtualSwitchPvlanSpec":
            guard let id = element.child("pvlanId")?.integer else { return nil }
            self = .privateVLAN(id)
        case "VmwareDistributedVirtualSwitchTrunkVlanSpec":
            self = .trunk(
                element.children("vlanId").compactMap { range in
                    guard let start = range.child("start")?.integer, let end = range.child("end")?.integer else {
                        return nil
                    }
                    return Range(start: start, end: end)
                })
        default:
            return nil
        }
    }
}

extension DistributedVirtualSwitch {
    static let properties = (type: "DistributedVirtualSwitch", paths: ["name", "parent", "summary.hostMember"])
    static let types = ["DistributedVirtualSwitch", "VmwareDistributedVirtualSwitch"]

    init(_ content: ObjectContent) throws(Trouble) {
        reference = content.reference
        name = try content.name()
        parent = content.reference("parent")
        hosts = content.references("summary.hostMember")
    }
}
