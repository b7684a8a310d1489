/// The clocks of all nodes; MariaDB with its databases and accounts, RabbitMQ with its user, memcached.
enum InfrastructurePhase {
    @Sendable static func steps(_ view: LabView) -> [Step] {
        guard let controller = view.controller else { return [] }
        let clocks = view.nodes.map { $0.start(.timekeeping, in: .infrastructure) }
        let database = controller.start(.database, in: .infrastructure)
        let queue = controller.start(.messageQueue, in: .infrastructure)
        let steps =
            clocks + [
                database, databases(view, controller, after: database), queue,
                queueAccount(view, controller, after: queue),
            ]
        return steps.compactMap(\.self)
    }

    private static func databases(_ view: LabView, _ controller: NodeView, after start: Step?) -> Step? {
        let missing = view.databases.filter { !controller.facts.databases.contains($0) }
        guard !missing.isEmpty || controller.lacks(view.seal.databaseAccounts) else { return nil }
        return Step(
            .infrastructure, .databases(on: controller.name),
            because: missing.isEmpty ? "the accounts differ" : "\(missing.count) databases are missing",
            .makeDatabases, after: [start?.goal].compactMap(\.self))
    }

    private static func queueAccount(_ view: LabView, _ controller: NodeView, after start: Step?) -> Step? {
        guard controller.lacks(view.seal.queueAccount) || start != nil else { return nil }
        return Step(
            .infrastructure, .queueAccount(on: controller.name),
            because: start == nil ? "it is not made yet" : "RabbitMQ starts", .makeQueueAccount,
            after: [start?.goal].compactMap(\.self))
    }
}
