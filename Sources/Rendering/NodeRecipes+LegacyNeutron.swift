import Release
import Topology

/// Havana to Kilo with Neutron: ML2 with Open vSwitch's or the Linux bridge's agent, which a lab asks for by
/// `mechanism_driver`; without it nova-network serves the lab.
extension NodeRecipes {
    private static let plugins = "/etc/neutron/plugins"

    private var isOpenvswitch: Bool { lab.mechanismDriver == .openvswitch }

    /// The agent's service.
    private var layer2: String { distribution.unit(of: isOpenvswitch ? .openvswitchAgent : .linuxbridgeAgent) }

    /// All files of Neutron that a node has.
    func legacyNeutron() -> [Recipe] {
        let hasAgent = lab.hasLegacyAgent(node)
        var recipes = isController || hasAgent ? [legacyNeutronConf()] : []
        if isController { recipes += [legacyML2(), neutronNetworks()] }
        if hasAgent { recipes += isOpenvswitch ? [openvswitchPlugin(), openvswitchScript()] : [linuxbridgePlugin()] }
        if node.has(.network) { recipes += legacyNetworkAgents() }
        return recipes
    }

    private func neutron(
        _ path: String, units: [String], template: String, _ values: [String: TemplateValue] = [:]
    ) -> Recipe {
        let common: [String: TemplateValue] = [
            "address": address, "overlay_address": overlayAddress, "has_vxlan": .flag(cloud.hasVXLAN),
            // The switch came with Icehouse; before, a firewall driver said as much.
            "has_group_switch": .flag(!cloud.release.isBefore("icehouse")),
            "interface_driver": .text(
                "neutron.agent.linux.interface.\(isOpenvswitch ? "OVS" : "Bridge")InterfaceDriver"),
        ]
        return legacyService(
            path, group: "neutron", units: units, template: "neutron/\(template)",
            legacyAccess(of: "neutron").merging(common) { $1 }.merging(values) { $1 })
    }

    private func legacyNeutronConf() -> Recipe {
        let release = cloud.release
        let agents = self.units(.dhcpAgent, .metadataAgent) + (cloud.hasRouters ? self.units(.l3Agent) : [])
        let units =
            (isController ? self.units(.neutronServer) : []) + (lab.hasLegacyAgent(node) ? [layer2] : [])
            + (node.has(.network) ? agents : [])
        let notifies = !release.isBefore("kilo")
        return neutron(
            "/etc/neutron/neutron.conf", units: units, template: "neutron.conf",
            [
                "host": .own(node.name), "is_controller": .flag(isController),
                "has_routers": .flag(cloud.hasRouters), "dhcp_agents": .text(String(cloud.networkNodes)),
                "moves_routers": .flag(cloud.hasRouters && cloud.networkNodes > 1 && !release.isBefore("juno")),
                // Neutron tells Nova of ports from Icehouse on, and knows Nova's tenant by its name in Kilo only.
                "may_notify": .flag(!release.isBefore("icehouse")), "notifies": .text(notifies ? "True" : "False"),
                "nova_password": TemplateValue(notifies ? cloud.secret(.user("nova")) : nil),
                "database_url": legacyDatabase("neutron"),
            ])
    }

    /// ml2_conf.ini, which neutron-server reads; the agents have files of their own.
    private func legacyML2() -> Recipe {
        let flat = cloud.physicalNetworks { if case .flat(let name) = $0 { name } else { nil } }
        let vlan = cloud.physicalNetworks { if case .vlan(let name, _) = $0 { name } else { nil } }
        let firewall = isOpenvswitch ? "OVSHybridIptablesFirewallDriver" : "IptablesFirewallDriver"
        let drivers =
            [isOpenvswitch ? "openvswitch" : "linuxbridge"] + (cloud.hasVXLAN ? ["l2population"] : [])
            + (lab.nodes.contains(where: \.isWindows) ? ["hyperv"] : [])
        return neutron(
            "\(Self.plugins)/ml2/ml2_conf.ini", units: units(.neutronServer), template: "ml2_conf.ini",
            [
                "mechanism_drivers": .text(drivers.joined(separator: ",")),
                "has_flat": .flag(!flat.isEmpty), "flat_networks": .text(flat.joined(separator: ",")),
                "has_vlans": .flag(!vlan.isEmpty), "network_vlan_ranges": .text(vlan.joined(separator: ",")),
                "firewall_driver": .text("neutron.agent.linux.iptables_firewall.\(firewall)"),
            ])
    }

    private func openvswitchPlugin() -> Recipe {
        let mappings = node.providerInterfaces.map { "\($0.physicalNetwork):\($0.bridge)" }
        return neutron(
            "\(Self.plugins)/openvswitch/ovs_neutron_plugin.ini", units: [layer2], template: "ovs_neutron_plugin.ini",
            [
                "bridge_mappings": .text(mappings.joined(separator: ",")),
                // Juno and Kilo take the types of tunnels for the wish to have them.
                "asks_for_tunnels": .flag(cloud.release.isBefore("juno")),
            ])
    }

    private func linuxbridgePlugin() -> Recipe {
        let mappings = node.providerInterfaces.map { "\($0.physicalNetwork):\($0.interface)" }
        return neutron(
            "\(Self.plugins)/linuxbridge/linuxbridge_conf.ini", units: [layer2], template: "linuxbridge_conf.ini",
            ["interface_mappings": .text(mappings.joined(separator: ","))])
    }

    private func legacyNetworkAgents() -> [Recipe] {
        let agents = [
            neutron("/etc/neutron/dhcp_agent.ini", units: units(.dhcpAgent), template: "dhcp_agent.ini"),
            neutron(
                "/etc/neutron/metadata_agent.ini", units: units(.metadataAgent), template: "metadata_agent.ini",
                ["region": .text(cloud.region), "metadata_proxy_secret": .text(cloud.secret(.metadataProxy))]),
        ]
        guard cloud.hasRouters else { return agents }
        return agents
            + [neutron("/etc/neutron/l3_agent.ini", units: units(.l3Agent), template: "l3_agent.ini")]
    }

    /// The bridges that the agent expects.
    private func openvswitchScript() -> Recipe {
        let bridges = node.providerInterfaces.map { interface in
            TemplateValue.map(["bridge": .text(interface.bridge), "interface": .text(interface.interface)])
        }
        var script = legacyOpen("/root/create-bridges", template: "neutron/bridges.sh", ["bridges": .list(bridges)])
        script.mode = 0o755
        return script
    }
}

// MARK: - What Nova says of it

extension NodeRecipes {
    /// What nova.conf says of Neutron.
    var legacyNeutronValues: [String: TemplateValue] {
        let release = cloud.release
        let has = lab.hasLegacyNeutron
        return [
            "has_neutron": .flag(has), "has_neutron_section": .flag(!release.isBefore("juno")),
            "neutron_section": .flag(has && !release.isBefore("juno")),
            "neutron_password": .text(cloud.secret(.user("neutron"))),
            "metadata_proxy_secret": .text(cloud.secret(.metadataProxy)),
            "linuxnet_driver": .text(
                isOpenvswitch ? "LinuxOVSInterfaceDriver" : "NeutronLinuxBridgeInterfaceDriver"),
            "ignores_ports": .flag(["icehouse", "juno"].contains(release.name)),
        ]
    }
}

// MARK: - The networks

extension NodeRecipes {
    /// The commands that make the topology's networks, and a router where there are overlays.
    private func neutronNetworks() -> Recipe {
        let outer = cloud.hasRouters ? lab.networks.first { $0.type != .vxlan && $0.gateway != nil } : nil
        let inner = lab.networks.filter { $0.type == .vxlan }
        let networks = lab.networks.map { network -> TemplateValue in
            .map([
                "label": .text(Quoting.shell(network.name)), "cidr": .text(network.cidr.description),
                "segment": .text(segment(of: network, isOuter: network.name == outer?.name)),
                "more": .text(Self.subnetOptions(network)),
            ])
        }
        let router: TemplateValue =
            outer.map { outer in
                .map([
                    "name": .text(Quoting.shell("\(lab.name)-router")), "outer": .text(Quoting.shell(outer.name)),
                    "inner": .list(inner.map { .text(Quoting.shell($0.name)) }),
                ])
            } ?? false
        var script = legacyOpen(
            "/root/create-networks", template: "neutron/networks.sh", ["networks": .list(networks), "router": router])
        script.mode = 0o755
        return script
    }

    private func segment(of network: ProviderNetwork, isOuter: Bool) -> String {
        let external = isOuter ? " --router:external=True" : ""
        return switch network.type {
        case .vxlan: ""
        case .flat(let name):
            "\(external) --provider:network_type flat --provider:physical_network \(Quoting.shell(name))"
        case .vlan(let name, let id):
            "\(external) --provider:network_type vlan --provider:physical_network \(Quoting.shell(name))"
                + " --provider:segmentation_id \(id)"
        }
    }

    private static func subnetOptions(_ network: ProviderNetwork) -> String {
        let gateway = network.gateway.map { " --gateway \($0)" } ?? " --no-gateway"
        let pool = network.allocationPool.map { " --allocation-pool start=\($0.first),end=\($0.last)" } ?? ""
        return gateway + pool + network.dnsServers.map { " --dns-nameserver \($0)" }.joined()
    }
}

extension Lab {
    /// Whether Neutron serves a lab of Havana to Kilo, in place of nova-network.
    var hasLegacyNeutron: Bool { mechanismDriver != nil }

    /// Whether Neutron's layer-2 agent runs on a node of a lab of Havana to Kilo.
    ///
    /// Also beside a nova-compute that drives vSphere: ML2 binds a port only where an agent says that it lives, and
    /// Nova then takes the port group that is called like this agent's bridge (virt/vmwareapi/vif.py).
    func hasLegacyAgent(_ node: Node) -> Bool {
        guard hasLegacyNeutron else { return false }
        return node.has(.network) || node.isLinuxBridged || node.isVSphere
    }
}
