/// A network that virtual machines can be attached to.
public struct Network: Sendable, Equatable {
    public let reference: ManagedObjectReference
    /// The port group's name.
    public let name: String
    public let parent: ManagedObjectReference?
    public let kind: Kind

    public enum Kind: Sendable, Equatable {
        /// A port group of that name on each host's own switch.
        case standard
        /// A port group of a distributed switch.
        case distributed
        /// One that something else than vCenter manages, such as NSX.
        case opaque
    }
}

extension Network {
    /// Includes the types below: DistributedVirtualPortgroup and OpaqueNetwork.
    static let properties = (type: "Network", paths: ["name", "parent"])
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
    }
}
