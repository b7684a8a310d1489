import Release
import Topology

/// The files of one node; each topic has an extension.
struct NodeRecipes {
    let cloud: Cloud
    let node: Node

    var lab: Lab { cloud.lab }
    var address: TemplateValue { .own(node.address.description) }
    var isController: Bool { node.name == cloud.controller.name }

    /// All of them.
    func all(plugins: [String: String]) -> [Recipe] {
        var recipes = machine() + NodeInterfaces(node, cloud.distribution).recipes
        if isController { recipes += controlPlane() + administrator() + mechanismDriver(plugins) }
        if isController || node.hypervisor != nil { recipes.append(novaConf()) }
        if isController || node.hasLayer2Agent { recipes.append(neutronConf()) }
        if node.hasLayer2Agent { recipes.append(linuxbridgeAgent()) }
        if node.has(.network) { recipes += networkAgents() }
        if node.isLibvirtCompute { recipes += libvirtCompute() }
        if !node.clusters.isEmpty { recipes += vmwareCompute() }
        return recipes
    }

    /// Directories that the services lock files in.
    var directories: [NeededDirectory] {
        var services: [String] = isController ? ["glance", "keystone", "neutron", "nova", "placement"] : []
        if node.hypervisor != nil { services.append("nova") }
        if node.hasLayer2Agent { services.append("neutron") }
        return Set(services).sorted().compactMap { service in
            cloud.distribution.account(of: service).map {
                NeededDirectory(path: "\($0.home)/lock", owner: $0.user, group: $0.group, mode: 0o750)
            }
        }
    }
}

// MARK: - The machine itself

extension NodeRecipes {
    private func machine() -> [Recipe] {
        var recipes = [Recipe.open("/etc/hosts", units: [], template: "node/hosts", ["hosts": .list(hosts)])]
        if node.has(.network) || node.hasLayer2Agent {
            recipes.append(
                .open(
                    "/etc/sysctl.d/60-polyvisor.conf", units: ["systemd-sysctl"], template: "node/sysctl.conf",
                    ["is_network": .flag(node.has(.network))]))
        }
        // A container has no kernel modules to load and no clock to set.
        guard lab.provider == .ssh else { return recipes }
        if node.hasLayer2Agent {
            recipes.append(
                .open(
                    "/etc/modules-load.d/polyvisor.conf", units: ["systemd-modules-load"], template: "node/modules.conf"
                ))
        }
        return recipes + [chrony]
    }

    private var chrony: Recipe {
        .open(
            "/etc/chrony/chrony.conf", units: ["chrony"], template: "chrony/chrony.conf",
            [
                "is_controller": .flag(isController), "management_cidr": .text(lab.management.cidr.description),
                "controller_address": .text(cloud.controller.address.description),
            ])
    }

    /// Nodes, and those vCenters that the topology gives by address.
    private var hosts: [TemplateValue] {
        let nodes = lab.nodes.map { ($0.address, $0.name) }
        let vcenters = lab.vcenters.compactMap { vcenter in
            IPv4Address(vcenter.address).map { ($0, vcenter.name) }
        }
        return (nodes + vcenters).map { .map(["address": .text($0.0.description), "name": .text($0.1)]) }
    }
}
