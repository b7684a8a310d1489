import Release
import Topology

extension LabView {
    /// libvirt, nova-compute and the layer 2 agent of each compute node, then the mapping of new hosts into the cell.
    func computeSteps() -> [Step] {
        let started = nodes.flatMap(computeSteps(on:))
        guard let view = controller else { return started }
        let hosts = lab.computeServices.map(\.host)
        let missing = hosts.filter { cloud?.computeHosts.contains($0) != true }
        guard !missing.isEmpty else { return started }
        let up = Step(
            .compute, "wait for nova-compute", because: "\(missing.joined(separator: ", ")) not seen yet",
            .cloud(.awaitComputeServices(missing)),
            after: nodes.map { Step.id($0.name, "start nova-compute") } + apisUp
                + [Step.id(view.name, "start Nova's workers")])
        let map = Step(
            .compute, on: view.name, "map hosts into the cell",
            because: "\(missing.joined(separator: ", ")) not seen yet",
            .run(
                Script(
                    text: "su -s /bin/sh nova -c 'nova-manage cell_v2 discover_hosts'\n", timeoutSeconds: 120,
                    stamp: nil)),
            after: [up.id])
        let seen = Step(
            .compute, "wait for hypervisors", because: "\(missing.joined(separator: ", ")) not seen yet",
            .cloud(.awaitHypervisors(missing)), after: [map.id])
        return started + [up, map, seen]
    }

    private func computeSteps(on view: NodeView) -> [Step] {
        guard view.node.hypervisor != nil, let control = controller else { return [] }
        let libvirt = unitStep(.compute, view, "start libvirt", ["libvirtd"])
        let ssh = unitStep(.compute, view, "start Nova's SSH", Distribution.usual.units(.novaSSH))
        let services = view.units.filter { $0.contains("nova-compute") }
        let compute = unitStep(
            .compute, view, "start nova-compute", services,
            after: apisUp
                + [
                    Step.id(view.name, "start libvirt"), Step.id(view.name, "start Nova's SSH"),
                    Step.id(control.name, "start Nova's workers"),
                ])
        // The controller's own agents start with the control plane.
        let agents =
            view.name == control.name
            ? nil
            : unitStep(
                .compute, view, "start the network agents", agentUnits,
                after: apisUp + [Step.id(control.name, "wait for Neutron")])
        return [libvirt, ssh, compute, agents].compactMap(\.self)
    }
}
