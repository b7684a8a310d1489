import Release
import Topology

/// Havana to Kilo: what a control plane and its compute nodes were before Placement, with nova-network or Neutron.
extension NodeRecipes {
    /// All files of a node.
    func legacy() -> [Recipe] {
        guard !node.isWindows else { return [legacyNova()] + legacyCompute() }
        var recipes = legacyMachine() + NodeInterfaces(node, distribution).recipes
        if isController { recipes += legacyControlPlane() + legacyCluster() + aggregateScript() }
        if isController || node.hypervisor != nil || runsNovaNetwork { recipes.append(legacyNova()) }
        recipes += legacyCompute()
        if runsNovaNetwork { recipes.append(dnsmasq()) }
        if lab.hasLegacyNeutron { recipes += legacyNeutron() }
        if isController || node.has(.storage) { recipes += legacyVolumes() }
        return recipes
    }

    /// A configuration file of a service of this era.
    func legacyService(
        _ path: String, group: String, units: [String], template: String, _ values: [String: TemplateValue]
    ) -> Recipe {
        Recipe(
            path: path, source: .template("legacy/\(template)", legacyFacts.merging(values) { _, new in new }),
            group: group, mode: 0o640, isSecret: true, units: units, syntax: .oslo)
    }

    /// A file that anybody may read.
    func legacyOpen(
        _ path: String, units: [String] = [], template: String, _ values: [String: TemplateValue] = [:]
    ) -> Recipe {
        Recipe(path: path, source: .template("legacy/\(template)", values), units: units)
    }

    /// Where the APIs are, and with one controller everything else.
    var controllerAddress: TemplateValue { .text(cloud.host) }

    /// What the four releases differ in, as their catalogues have it.
    private var legacyFacts: [String: TemplateValue] {
        let release = cloud.release
        return [
            "controller": controllerAddress, "rabbit_hosts": queueHosts,
            "rabbit_password": .text(cloud.secret(.messageQueue)),
            "has_rabbit_section": .flag(!release.isBefore("kilo")),
            "has_concurrency_section": .flag(!release.isBefore("kilo")),
            "has_identity_uri": .flag(!release.isBefore("kilo")),
            "has_glance_section": .flag(!release.isBefore("juno")),
            "has_libvirt_section": .flag(!release.isBefore("icehouse")),
        ]
    }

    /// How a service checks tokens and reaches the queue.
    func legacyAccess(of service: String) -> [String: TemplateValue] {
        // Neutron took oslo.messaging a release after the others.
        let hasOwnRPC = cloud.release.isBefore(service == "neutron" ? "juno" : "icehouse")
        return [
            "service": .text(service), "service_password": .text(cloud.secret(.user(service))),
            "rpc_backend": .text(hasOwnRPC ? "\(service).openstack.common.rpc.impl_kombu" : "rabbit"),
        ]
    }

    /// Databases are asked from other nodes, too: nova-network and cinder-volume do so themselves. Of several
    /// controllers all ask the one with `api_address`: locks of rows do not reach over Galera.
    func legacyDatabase(_ service: String) -> TemplateValue {
        let host = isController && !cloud.isClustered ? "127.0.0.1" : cloud.host
        return .text("mysql://\(service):\(Quoting.percent(cloud.secret(.database(service))))@\(host)/\(service)")
    }

    private func legacyMachine() -> [Recipe] {
        [
            .open("/etc/hosts", units: [], template: "node/hosts", ["hosts": .text(cloud.hostsText)]),
            legacyOpen(
                "/etc/ntp.conf", units: units(.ntp), template: "ntp/ntp.conf",
                [
                    "is_controller": .flag(isController),
                    "controllers": .list(cloud.controllers.map { .text($0.address.description) }),
                ]),
        ]
    }
}

// MARK: - nova-network

extension NodeRecipes {
    /// Whether nova-network runs here: on the network nodes, or with every hypervisor whose bridges it can reach.
    var runsNovaNetwork: Bool { lab.runsNovaNetwork(node) }

    /// What nova.conf says of nova-network.
    private var networkValues: [String: TemplateValue] {
        let settings = lab.novaNetworkSettings
        let isExternal = settings.externalGateway
        let servers = lab.networks.flatMap(\.dnsServers).map(\.description)
        var seen: Set<String> = []
        return [
            "network_manager": .text(lab.hasFlatNetworks ? "FlatDHCPManager" : "VlanManager"),
            "multi_host": .text(lab.isMultiHost ? "True" : "False"),
            "is_flat": .flag(lab.hasFlatNetworks), "flat_network_bridge": .text(settings.flatNetworkBridge),
            "runs_network": .flag(runsNovaNetwork),
            // Without multi_host, nova-compute itself makes the bridges of its instances (virt/libvirt/vif.py).
            "has_bridges": .flag(runsNovaNetwork || node.isLinuxBridged),
            // From Icehouse on nova-network asks nova-conductor instead (cmd/network.py).
            "asks_database": .flag(isController || (runsNovaNetwork && cloud.release.isBefore("icehouse"))),
            "data_interface": .text(lab.dataInterface(node) ?? ""),
            "public_interface": .text(settings.publicInterface),
            "dns_servers": .list(servers.filter { seen.insert($0).inserted }.map { .text($0) }),
            "share_dhcp_address": .text(lab.isMultiHost && !isExternal ? "True" : "False"),
            // With multi_host each host has its own nova-api-metadata; elsewhere only the controller.
            "metadata_host": TemplateValue(
                lab.isMultiHost || isController ? nil : cloud.host),
        ]
    }

    /// The file that `dnsmasq_config_file` names: instances get the route by a router instead of nova-network.
    private func dnsmasq() -> Recipe {
        let isExternal = lab.novaNetworkSettings.externalGateway
        let routes = lab.networks.compactMap { network -> TemplateValue? in
            guard let gateway = network.gateway else { return nil }
            return .map([
                "name": .text(network.name), "cidr": .text(network.cidr.description),
                // nova-network gives each network's label to dnsmasq as its tag; a flat lab has one network.
                "tag": TemplateValue(lab.hasFlatNetworks ? nil : network.name),
                "gateway": .text(gateway.description),
            ])
        }
        return legacyOpen(
            "/etc/nova/dnsmasq-nova.conf", units: units(.novaNetwork), template: "nova/dnsmasq-nova.conf",
            ["is_external": .flag(isExternal), "controller": controllerAddress, "routes": .list(routes)])
    }

    /// nova.conf: what every Nova service of the node reads.
    func legacyNova() -> Recipe {
        let isWindows = node.isWindows
        let hasVNC = isController || node.hypervisor?.kind.lacks.contains(.vnc) != true
        let values: [String: TemplateValue] = [
            "host": .own(node.name), "address": address, "is_controller": .flag(isController),
            "is_linux": .flag(!isWindows),
            "state_path": .text(isWindows ? #"C:\OpenStack\Nova"# : "/var/lib/nova"),
            "log_dir": .text(isWindows ? #"C:\OpenStack\Log"# : "/var/log/nova"),
            "lock_path": .text(lockPath), "has_vnc": .flag(hasVNC),
            "memcached_servers": TemplateValue(cloud.isClustered && isController ? cloud.memcachedServers : nil),
            "has_ironic": .flag(lab.hasBareMetal),
            "weights": .list(isController ? cloud.weightOptions : []),
            "metrics": isController ? cloud.metricsWeight : false,
            "has_aggregate_properties": .flag(cloud.hasAggregateProperties),
            "database_url": legacyDatabase("nova"),
        ]
        return legacyService(
            "/etc/nova/nova.conf", group: "nova", units: legacyNovaUnits, template: "nova/nova.conf",
            legacyAccess(of: "nova").merging(networkValues) { $1 }.merging(legacyNeutronValues) { $1 }
                .merging(values) { $1 })
    }

    private var lockPath: String {
        if node.isWindows { return #"C:\OpenStack\Nova\lock"# }
        return cloud.release.isBefore("kilo") ? "/var/lock/nova" : "/var/lib/nova/tmp"
    }

    private var legacyNovaUnits: [String] {
        let controller = units(
            .novaAPI, .novaCert, .novaConductor, .novaConsoleAuth, .novncProxy, .novaScheduler)
        return (isController ? controller : []) + (runsNovaNetwork ? units(.novaNetwork) : [])
            + (runsNovaNetwork && lab.isMultiHost && !isController ? units(.novaMetadataAPI) : [])
            + (node.hypervisor == nil ? [] : units(.novaCompute))
    }
}

extension Lab {
    /// nova-network as the topology has it, or as it is by default.
    var novaNetworkSettings: NovaNetwork { novaNetwork ?? NovaNetwork(mark: releaseMark) }

    /// Whether every compute node serves its own instances: by default where no VMware is, for nova-network cannot
    /// run inside a cluster.
    var isMultiHost: Bool { novaNetworkSettings.multiHost ?? !hasVMware }

    /// Whether nova-network runs on a node.
    func runsNovaNetwork(_ node: Node) -> Bool {
        !hasLegacyNeutron && (node.has(.network) || (isMultiHost && node.isLinuxBridged))
    }

    /// The interface of a node that carries the instances' networks.
    func dataInterface(_ node: Node) -> String? {
        let wire = networks.lazy.compactMap { network -> String? in
            switch network.type {
            case .flat(let name), .vlan(let name, _): name
            case .vxlan: nil
            }
        }.first
        return node.physicalInterfaces.first { $0.physicalNetwork == wire }?.interface
    }

    /// Whether some nova-compute drives machines of Ironic.
    var hasBareMetal: Bool { nodes.contains { $0.hypervisor?.kind.isBareMetal == true } }

    /// Whether some nova-compute drives vSphere.
    var hasVMware: Bool { nodes.contains { $0.isVSphere } }

    /// Whether the networks are flat; the other kind is VLANs.
    var hasFlatNetworks: Bool { networks.contains { if case .flat = $0.type { true } else { false } } }
}

extension Node {
    /// Whether instances' bridges are this machine's own.
    var isLinuxBridged: Bool {
        hypervisor.map { !$0.kind.lacks.contains(.bridges) } ?? false
    }
}
