import Topology

/// libvirt, nova-compute and the layer 2 agent of each compute node, then the mapping of new hosts into the cell.
enum ComputePhase {
    @Sendable static func steps(_ view: LabView) -> [Step] {
        guard let controller = view.controller else { return [] }
        return view.nodes.flatMap { steps(on: $0, view, controller) } + mapping(view, controller)
    }

    private static func steps(on node: NodeView, _ view: LabView, _ controller: NodeView) -> [Step] {
        let before: [Goal] = [
            .running(.libvirt, on: node.name), .running(.novaSSH, on: node.name),
            .running(.novaWorkers, on: controller.name),
        ]
        // The controller's own agents start with the control plane.
        let agents =
            node.name == controller.name
            ? nil
            : node.start(
                .networkAgents, in: .compute, after: view.apisUp + [.neutronListens(on: controller.name)])
        return [
            node.start(.libvirt, in: .compute), node.start(.novaSSH, in: .compute),
            node.start(.compute, in: .compute, after: view.apisUp + before), agents,
        ].compactMap(\.self)
    }

    private static func mapping(_ view: LabView, _ controller: NodeView) -> [Step] {
        let missing = view.lab.computeServices.map(\.host).filter { view.cloud?.computeHosts.contains($0) != true }
        guard !missing.isEmpty else { return [] }
        let reason = "\(missing.joined(separator: ", ")) not seen yet"
        let started = view.nodes.map { Goal.running(.compute, on: $0.name) }
        return [
            Step(
                .compute, .computeServicesUp, because: reason, .cloud(.awaitComputeServices(missing)),
                after: started + view.apisUp + [.running(.novaWorkers, on: controller.name)]),
            Step(
                .compute, .hostsMapped(on: controller.name), because: reason, .discoverHosts,
                after: [.computeServicesUp]),
            Step(
                .compute, .hypervisorsSeen, because: reason, .cloud(.awaitHypervisors(missing)),
                after: [.hostsMapped(on: controller.name)]),
        ]
    }
}
