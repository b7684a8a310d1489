import XML

/// Which of the privileges that were asked for an account has on an object (`EntityPrivilege`).
public struct EntityPrivilege: Sendable, Equatable {
    /// The object that was asked about.
    public let entity: ManagedObjectReference
    /// Ids such as `VirtualMachine.Inventory.Create`.
    public let granted: Set<String>
    /// In the order in which they were asked for.
    public let missing: [String]
}

/// A set of privileges with a name (`AuthorizationRole`).
public struct AuthorizationRole: Sendable, Equatable {
    /// The server's number; vCenter's own roles have -1 (Administrator), -2 (Read-only) and so on.
    public let roleId: Int64
    /// The server's name of it: `Admin` is what vCenter shows as Administrator.
    public let name: String
    /// Whether it is one of vCenter's own, which cannot be changed.
    public let system: Bool
    /// Ids such as `VirtualMachine.Inventory.Create`.
    public let privileges: Set<String>
}

/// What an account or a group may do on an object, and on what is below it if it propagates (`Permission`).
public struct Permission: Sendable, Equatable {
    /// Where it was given: the object itself or one above it.
    public let entity: ManagedObjectReference?
    /// `DOMAIN\name`.
    public let principal: String
    /// Whether the principal is a group.
    public let group: Bool
    /// The role that was given.
    public let roleId: Int64
    /// Whether it counts for what is below the object, too.
    public let propagate: Bool
}

extension AuthorizationRole {
    init(_ element: XMLElement) {
        roleId = element.child("roleId")?.integer ?? 0
        name = element.child("name")?.text ?? ""
        system = element.child("system")?.bool ?? false
        privileges = Set(element.children("privilege").map(\.text))
    }
}

extension Permission {
    init(_ element: XMLElement) {
        entity = element.child("entity")?.reference
        principal = element.child("principal")?.text ?? ""
        group = element.child("group")?.bool ?? false
        roleId = element.child("roleId")?.integer ?? 0
        propagate = element.child("propagate")?.bool ?? false
    }
}
