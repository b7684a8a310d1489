/// The APIs that other services wait for, and the port of each.
private let apiUnits = [
    "glance-api", "placement-api", "neutron-api", "neutron-rpc-server",
    "nova-api", "nova-api-metadata",
]
private let apiPorts = [9292, 8778, 9696, 8774, 8775]
private let workerUnits = ["nova-conductor", "nova-scheduler", "nova-novncproxy"]
/// Agents of layers 2 and 3; on the controller they wait for Neutron's queue.
let agentUnits = [
    "neutron-linuxbridge-agent", "neutron-dhcp-agent", "neutron-metadata-agent",
]

extension LabView {
    /// Keystone, then the users and the catalogue.
    ///
    /// nova-conductor and nova-scheduler end at once when Placement's user does not exist yet, so identity comes
    /// before every other service.
    func identitySteps() -> [Step] {
        guard let view = controller else { return [] }
        let keystone = unitStep(
            .identity, view, "start Keystone", ["keystone"], awaiting: [5000],
            after: [Step.id(view.name, "migrate keystone")] + serversUp)
        let wanted = identity
        guard cloud.map({ !wanted.isFound(in: $0.identity) }) ?? true else { return [keystone].compactMap(\.self) }
        let catalogue = Step(
            .identity, "make users and the catalogue",
            because: cloud == nil ? "Keystone does not answer yet" : "users or endpoints differ",
            .cloud(.identity(wanted)),
            after: [Step.id(view.name, "migrate keystone"), Step.id(view.name, "start Keystone")] + serversUp)
        return [keystone, catalogue].compactMap(\.self)
    }

    /// The control plane in the order that spares it time-outs: APIs, then Nova's workers, then, once Neutron
    /// takes messages, the agents (their first call would wait 60 seconds otherwise).
    func controlPlaneSteps() -> [Step] {
        guard let view = controller else { return [] }
        let migrated = ["keystone", "glance", "placement", "neutron", "nova"].map {
            Step.id(view.name, "migrate \($0)")
        }
        let queue = Step.id(view.name, "make the message queue's account")
        let apis = unitStep(
            .controlPlane, view, "start the APIs", apiUnits, awaiting: apiPorts,
            after: migrated + identityUp + [queue])
        let workers = unitStep(
            .controlPlane, view, "start Nova's workers", workerUnits,
            after: migrated + apisUp + [queue])
        let agents = unitStep(
            .controlPlane, view, "start the network agents", agentUnits,
            after: apisUp + [Step.id(view.name, "wait for Neutron")])
        return [apis, workers, neutronReady(view), agents].compactMap(\.self)
    }

    /// Waits until neutron-rpc-server takes messages. Needed whenever an agent of any node starts.
    private func neutronReady(_ view: NodeView) -> Step? {
        let starting = nodes.contains { !$0.restarts(among: agentUnits).isEmpty }
        guard starting else { return nil }
        let text = """
            deadline=$(($(date +%s) + 180))
            until rabbitmqctl -q list_queues name consumers 2>/dev/null | grep -qE '^q-plugin[[:space:]]+[1-9]'; do
              if [ "$(date +%s)" -gt "$deadline" ]; then
                echo 'neutron-rpc-server takes no messages; see /var/log/neutron/neutron-rpc-server.log' >&2; exit 1
              fi
              sleep 1
            done

            """
        return Step(
            .controlPlane, on: view.name, "wait for Neutron", because: "network agents start",
            .run(Script(text: text, timeoutSeconds: 200, stamp: nil)), after: apisUp)
    }
}
