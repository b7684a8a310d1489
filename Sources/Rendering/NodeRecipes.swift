import Release
import Topology

/// The files of one node; each topic has an extension.
struct NodeRecipes {
    let cloud: CloudDesign
    let node: Node
    /// What every template may ask: see `CloudDesign.releaseFacts`.
    let facts: [String: TemplateValue]

    var lab: Lab { cloud.lab }
    var address: TemplateValue { .own(node.address.description) }
    /// Where the tunnels of overlay networks end.
    var overlayAddress: TemplateValue { .own((node.traffic.overlay ?? node.address).description) }
    /// Where volumes are served, and where a hypervisor is reached by what serves them.
    var storageAddress: TemplateValue { .own((node.traffic.storage ?? node.address).description) }
    var isController: Bool { node.has(.controller) }

    /// What the node's system calls things.
    var distribution: Distribution { cloud.input.distribution(of: node) }

    /// The units of some daemons.
    func units(_ daemons: Daemon...) -> [String] { daemons.map { distribution.unit(of: $0) } }

    /// All of them.
    func all(plugins: [String: String]) -> [Recipe] {
        if cloud.release.era == .legacy { return legacy() }
        if node.isWindows { return [novaConf()] + ownDriver() }
        var recipes = machine() + NodeInterfaces(node, distribution).recipes
        if isController { recipes += controlPlane() + administrator() + mechanismDriver(plugins) + aggregateScript() }
        if isController, cloud.isForFiles { recipes += dashboard() + messageQueue() }
        if isController, cloud.isClustered { recipes += virtualAddress() }
        if isController || node.hypervisor != nil { recipes.append(novaConf()) }
        if isController || node.hasLayer2Agent { recipes.append(neutronConf()) }
        if node.hasLayer2Agent { recipes += layer2Agent() }
        if node.has(.network) { recipes += networkAgents() }
        if node.hasLibvirt { recipes += libvirtCompute() }
        recipes += ownDriver()
        if !node.clusters.isEmpty { recipes += vmwareCompute() }
        if cloud.hasVolumes, isController || node.has(.storage) { recipes += volumes() }
        return recipes
    }

    /// Directories that the services lock files in.
    var directories: [NeededDirectory] {
        if cloud.release.era == .legacy { return [] }
        guard !node.isWindows else { return [] }
        var services: [String] = isController ? ["glance", "keystone", "neutron", "nova", "placement"] : []
        if cloud.hasVolumes, isController || node.has(.storage) { services.append("cinder") }
        if node.hypervisor != nil { services.append("nova") }
        if node.hasLayer2Agent { services.append("neutron") }
        let locks = Set(services).sorted().compactMap { service in
            distribution.account(of: service).map {
                NeededDirectory(path: "\($0.home)/lock", owner: $0.user, group: $0.group, mode: 0o750)
            }
        }
        return locks + (lab.sharesInstancesPath(of: node) ? sharedInstancesPath : [])
    }

    /// The folder that a sandbox puts there belongs to nobody of the node.
    private var sharedInstancesPath: [NeededDirectory] {
        distribution.account(of: "nova").map {
            [NeededDirectory(path: "\($0.home)/instances", owner: $0.user, group: $0.group, mode: 0o755)]
        } ?? []
    }
}

// MARK: - The machine itself

extension NodeRecipes {
    private func machine() -> [Recipe] {
        var recipes = [Recipe.open("/etc/hosts", units: [], template: "node/hosts", ["hosts": .text(cloud.hostsText)])]
        if node.has(.network) || (node.hasLayer2Agent && cloud.mechanismDriver == .linuxbridge) {
            recipes.append(
                .open(
                    "/etc/sysctl.d/60-polyvisor.conf", units: units(.sysctl), template: "node/sysctl.conf",
                    ["is_network": .flag(node.has(.network))]))
        }
        // A container has no kernel modules to load and no clock to set.
        guard lab.provider == .ssh else { return recipes }
        if node.hasLayer2Agent, cloud.mechanismDriver == .linuxbridge {
            recipes.append(
                .open(
                    "/etc/modules-load.d/polyvisor.conf", units: units(.modulesLoad), template: "node/modules.conf"
                ))
        }
        return recipes + [chrony]
    }

    private var chrony: Recipe {
        .open(
            "/etc/chrony/chrony.conf", units: units(.chrony), template: "chrony/chrony.conf",
            [
                "is_controller": .flag(isController), "management_cidr": .text(lab.management.cidr.description),
                "controllers": .list(cloud.controllers.map { .text($0.address.description) }),
            ])
    }
}
