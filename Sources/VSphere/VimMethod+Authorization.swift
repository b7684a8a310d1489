/// Methods of the AuthorizationManager.
extension VimMethod {
    /// Since vSphere 5.5.
    static func hasPrivileges(
        _ manager: ManagedObjectReference, entities: [ManagedObjectReference], session: String, ids: [String]
    ) -> VimMethod {
        VimMethod(
            name: "HasPrivilegeOnEntities", this: manager,
            arguments: entities.map { SOAPElement("entity", $0) } + [SOAPElement("sessionId", session)]
                + ids.map { SOAPElement("privId", $0) }, isRead: true)
    }

    static func hasPrivilege(
        _ manager: ManagedObjectReference, entity: ManagedObjectReference, session: String, ids: [String]
    ) -> VimMethod {
        VimMethod(
            name: "HasPrivilegeOnEntity", this: manager,
            arguments: [SOAPElement("entity", entity), SOAPElement("sessionId", session)]
                + ids.map { SOAPElement("privId", $0) }, isRead: true)
    }

    /// Since vSphere 6.5.
    static func fetchUserPrivileges(
        _ manager: ManagedObjectReference, entities: [ManagedObjectReference], user: String
    ) -> VimMethod {
        VimMethod(
            name: "FetchUserPrivilegeOnEntities", this: manager,
            arguments: entities.map { SOAPElement("entities", $0) } + [SOAPElement("userName", user)], isRead: true)
    }

    static func retrievePermissions(
        _ manager: ManagedObjectReference, entity: ManagedObjectReference, inherited: Bool
    ) -> VimMethod {
        VimMethod(
            name: "RetrieveEntityPermissions", this: manager,
            arguments: [SOAPElement("entity", entity), SOAPElement("inherited", inherited)], isRead: true)
    }
}
