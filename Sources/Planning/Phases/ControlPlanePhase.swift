import Release

/// The control plane in the order that spares it time-outs: APIs, then Nova's workers, then, once Neutron takes
/// messages, the agents (their first call would wait 60 seconds otherwise).
enum ControlPlanePhase {
    @Sendable static func steps(_ view: LabView) -> [Step] {
        guard let controller = view.controller else { return [] }
        let migrated = Service.installed.filter { $0.migration != nil }.map { service in
            Goal.migrated(service.name, on: controller.name)
        }
        let queue = Goal.queueAccount(on: controller.name)
        let steps = [
            controller.start(.apis, in: .controlPlane, after: migrated + view.identityUp + [queue]),
            controller.start(.novaWorkers, in: .controlPlane, after: migrated + view.apisUp + [queue]),
            neutronListens(view, controller),
            controller.start(
                .networkAgents, in: .controlPlane, after: view.apisUp + [.neutronListens(on: controller.name)]),
        ]
        return steps.compactMap(\.self)
    }

    /// Needed whenever an agent of any node starts.
    private static func neutronListens(_ view: LabView, _ controller: NodeView) -> Step? {
        guard view.nodes.contains(where: { !$0.restarts(.networkAgents).isEmpty }) else { return nil }
        return Step(
            .controlPlane, .neutronListens(on: controller.name), because: "network agents start", .awaitNeutron,
            after: view.apisUp)
    }
}
