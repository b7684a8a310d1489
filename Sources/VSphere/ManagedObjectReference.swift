/// The name by which a vCenter knows one of its objects: a type and an id, such as `domain-c9`.
///
/// It stays the same for as long as the object is registered, also over sessions; another vCenter
/// may use the same id for another object.
public struct ManagedObjectReference: Sendable, Hashable, CustomStringConvertible {
    /// VMware's name of the type, e.g. `ClusterComputeResource`.
    public let type: String
    /// VMware calls it the moref, or MOID.
    public let value: String

    /// A reference by its two parts, which no server has confirmed.
    public init(type: String, value: String) {
        self.type = type
        self.value = value
    }

    public var description: String { "\(type):\(value)" }
}
