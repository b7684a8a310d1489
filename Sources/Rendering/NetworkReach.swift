import Release
import Topology

/// Which hypervisors of a lab can plug an instance into which network.
struct NetworkReach {
    let lab: Lab
    let release: Release

    var all: [Placement.Reach] {
        lab.networks.map { network in
            var seen: Set<String> = []
            let services = lab.computeServices.filter { seen.insert($0.host(in: release)).inserted }
            let judged = services.map { ($0.host(in: release), obstacle(for: $0, to: network)) }
            return Placement.Reach(
                network: network.name, hosts: judged.filter { $0.1 == nil }.map(\.0), reasons: judged.compactMap(\.1))
        }
    }

    /// Why a hypervisor cannot plug an instance into a network; nil when it can.
    func obstacle(for service: ComputeService, to network: ProviderNetwork) -> String? {
        guard let node = lab.node(service.node) else { return nil }
        let host = service.host(in: release)
        let isVSphere = node.isVSphere
        let hasNeutron = release.era == .modern || lab.hasLegacyNeutron
        if isVSphere, release.era == .legacy, hasNeutron { return bridgeObstacle(host, network) }
        switch network.type {
        case .vxlan where !hasNeutron: return "nova-network has no vxlan"
        case .vxlan where node.hypervisor?.kind.lacks.contains(.overlays) == true:
            return "\(host) cannot attach to \(network.name): no overlay reaches \(isVSphere ? "vSphere" : "it")"
        case .vxlan: return nil
        case .flat(let physical), .vlan(let physical, _):
            if isVSphere { return vsphereObstacle(host, network, hasNeutron: hasNeutron) }
            // Ironic's machines are plugged by Ironic, not by an agent on this node.
            guard node.hypervisor?.kind.isBareMetal != true,
                !node.providerInterfaces.contains(where: { $0.physicalNetwork == physical })
            else { return nil }
            return "\(host) cannot attach to \(network.name): \(node.name) has no interface on \(physical)"
        }
    }

    /// With Open vSwitch of Havana to Kilo every instance of VMware is on one port group, whatever its network.
    private func bridgeObstacle(_ host: String, _ network: ProviderNetwork) -> String? {
        guard network.portGroup == nil else { return nil }
        let own = lab.networks.first { $0.portGroup != nil }?.name ?? "no network"
        return "\(host) puts the instance on \(Lab.integrationBridge), which is \(own) and not \(network.name)"
    }

    private func vsphereObstacle(_ host: String, _ network: ProviderNetwork, hasNeutron: Bool) -> String? {
        // nova-network's port group is called like its bridge, whatever the topology says.
        guard hasNeutron, network.portGroup == nil else { return nil }
        return "\(host) cannot attach to \(network.name), which names no port_group"
    }
}
