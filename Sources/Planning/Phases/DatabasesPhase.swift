import Release

/// Each service's databases migrated, in two lanes: Keystone first in one, Nova in the other.
enum DatabasesPhase {
    @Sendable static func steps(_ view: LabView) -> [Step] {
        guard let controller = view.controller else { return [] }
        var previous: [Migration.Lane: Goal] = [.first: .running(.messageQueue, on: controller.name)]
        return Service.installed.compactMap { service in
            guard let migration = service.migration else { return nil }
            let before = previous[migration.lane]
            previous[migration.lane] = .migrated(service.name, on: controller.name)
            return step(service, on: controller, after: before)
        }
    }

    private static func step(_ service: Service, on controller: NodeView, after before: Goal?) -> Step? {
        let stamp = controller.migrationStamp(of: service)
        let found = controller.facts.stamps[stamp.name]
        let isThere = service.databases.allSatisfy(controller.facts.databases.contains)
        guard found != stamp.value || !isThere else { return nil }
        let ready: [Goal] = [
            .files(on: controller.name), .repairs(on: controller.name), .running(.database, on: controller.name),
            .databases(on: controller.name),
        ]
        return Step(
            .databases, .migrated(service.name, on: controller.name),
            because: found == nil || !isThere ? "it is not done yet" : "the package is another version",
            .migrate(service.name, version: stamp.value), after: ready + [before].compactMap(\.self))
    }
}
