/// Keystone, then the users and the catalogue.
///
/// nova-conductor and nova-scheduler end at once when Placement's user does not exist yet, so identity comes before every
/// other service.
enum IdentityPhase {
    @Sendable static func steps(_ view: LabView) -> [Step] {
        guard let controller = view.controller else { return [] }
        let migrated = Goal.migrated(.keystone, on: controller.name)
        let keystone = controller.start(.identity, in: .identity, after: [migrated] + view.serversUp)
        return [keystone, catalogue(view, controller, after: migrated)].compactMap(\.self)
    }

    private static func catalogue(_ view: LabView, _ controller: NodeView, after migrated: Goal) -> Step? {
        let wanted = view.catalogue
        guard view.cloud.map({ !wanted.isFound(in: $0.identity) }) ?? true else { return nil }
        return Step(
            .identity, .catalogue,
            because: view.cloud == nil ? "Keystone does not answer yet" : "users or endpoints differ",
            .cloud(.catalogue(wanted)),
            after: [migrated, .running(.identity, on: controller.name)] + view.serversUp)
    }
}
