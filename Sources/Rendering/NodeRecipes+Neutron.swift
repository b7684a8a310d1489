import Release
import Topology

extension NodeRecipes {
    private var servers: [String] { units(.neutronAPI, .neutronRPCServer) }
    private var layer2: [String] { units(cloud.mechanismDriver.agent) }
    private var layer3: [String] {
        units(.dhcpAgent, .metadataAgent) + (cloud.hasRouters ? units(.l3Agent) : [])
    }

    /// neutron.conf: what every Neutron process of the node reads.
    func neutronConf() -> Recipe {
        let units =
            (isController ? servers : []) + (node.hasLayer2Agent ? layer2 : [])
            + (node.has(.network) ? layer3 : [])
        return .service(
            "/etc/neutron/neutron.conf", group: "neutron", units: units, template: "neutron/neutron.conf",
            cloud.tokenCheck(of: "neutron").merging(
                [
                    "transport_url": .text(cloud.transportURL), "region": .text(cloud.region),
                    "is_network": .flag(node.has(.network)),
                    "is_controller": .flag(isController),
                    "dhcp_agents": .text(String(cloud.networkNodes)),
                    "database_url": .text(cloud.databaseURL("neutron", database: "neutron", from: node)),
                    "nova_user": cloud.credentials(of: "nova"),
                    "has_routers": .flag(cloud.hasRouters),
                    "l3_agents": cloud.hasRouters && cloud.networkNodes > 1 ? .text(String(cloud.networkNodes)) : false,
                ]) { _, new in new })
    }

    /// ml2_conf.ini: read by the servers, and on Debian by the linuxbridge agent beside them.
    func ml2() -> Recipe {
        let flat = cloud.physicalNetworks { if case .flat(let name) = $0 { name } else { nil } }
        let vlan = cloud.physicalNetworks { if case .vlan(let name, _) = $0 { name } else { nil } }
        let hosts = cloud.vsphereHosts
        return .service(
            "/etc/neutron/plugins/ml2/ml2_conf.ini", group: "neutron",
            units: servers + (node.hasLayer2Agent ? layer2 : []), template: "neutron/ml2_conf.ini",
            [
                "has_vxlan": .flag(cloud.hasVXLAN),
                "mechanism_drivers": .text(mechanismDrivers.joined(separator: ",")),
                "has_flat": .flag(!flat.isEmpty), "flat_networks": .text(flat.joined(separator: ",")),
                "has_vlans": .flag(!vlan.isEmpty), "network_vlan_ranges": .text(vlan.joined(separator: ",")),
                "has_vsphere": .flag(!hosts.isEmpty), "vsphere_hosts": .text(hosts.joined(separator: ",")),
                "port_groups": .list(cloud.portGroups.map { .text($0) }),
            ])
    }

    private var mechanismDrivers: [String] {
        [cloud.mechanismDriver.rawValue] + (cloud.hasVXLAN ? ["l2population"] : [])
            + (lab.nodes.contains(where: \.isWindows) ? ["hyperv"] : [])
            + (cloud.vsphereHosts.isEmpty ? [] : ["polyvisor_dvs"])
    }

    /// The agent that plugs ports, and what it plugs them into.
    func layer2Agent() -> [Recipe] {
        switch cloud.mechanismDriver {
        case .linuxbridge: [linuxbridgeAgent()]
        case .openvswitch:
            [openvswitchAgent(), openvswitchBridges()] + (isUserspace ? [openvswitchOffload()] : [])
        }
    }

    private func linuxbridgeAgent() -> Recipe {
        let mappings = node.providerInterfaces.map { "\($0.physicalNetwork):\($0.interface)" }
        return .service(
            "/etc/neutron/plugins/ml2/linuxbridge_agent.ini", group: "neutron", units: layer2,
            template: "neutron/linuxbridge_agent.ini",
            [
                "interface_mappings": .text(mappings.joined(separator: ",")), "overlay_address": overlayAddress,
                "has_vxlan": .flag(cloud.hasVXLAN),
            ])
    }

    /// Whether Open vSwitch switches without the kernel: a container can load no module, and cannot know that its host has it.
    private var isUserspace: Bool { lab.provider == .sandbox }

    private func openvswitchAgent() -> Recipe {
        let mappings = node.providerInterfaces.map { "\($0.physicalNetwork):\($0.bridge)" }
        return .service(
            "/etc/neutron/plugins/ml2/openvswitch_agent.ini", group: "neutron", units: layer2,
            template: "neutron/openvswitch_agent.ini",
            [
                "is_userspace": .flag(isUserspace),
                "bridge_mappings": .text(mappings.joined(separator: ",")), "overlay_address": overlayAddress,
                "has_vxlan": .flag(cloud.hasVXLAN),
            ])
    }

    /// Open vSwitch keeps its bridges itself: a unit makes those that the agent expects, once.
    private func openvswitchBridges() -> Recipe {
        .open(
            "/etc/systemd/system/\(distribution.unit(of: .openvswitchBridges)).service",
            units: units(.openvswitchBridges) + layer2,
            template: "neutron/polyvisor-openvswitch.service",
            [
                "is_userspace": .flag(isUserspace),
                "bridges": .list(
                    node.providerInterfaces.map {
                        .map(["bridge": .text($0.bridge), "interface": .text($0.interface)])
                    }),
            ])
    }

    /// What the userspace datapath has to do for frames that come without checksums.
    private func openvswitchOffload() -> Recipe {
        .open(
            "/etc/systemd/system/\(distribution.unit(of: .vswitchd)).service.d/polyvisor.conf",
            units: units(.openvswitch), template: "neutron/ovs-vswitchd.conf")
    }

    /// The agents of a network node.
    func networkAgents() -> [Recipe] {
        let agents: [Recipe] = [
            .service(
                "/etc/neutron/dhcp_agent.ini", group: "neutron", units: units(.dhcpAgent),
                template: "neutron/dhcp_agent.ini", [:]),
            .service(
                "/etc/neutron/metadata_agent.ini", group: "neutron", units: units(.metadataAgent),
                template: "neutron/metadata_agent.ini",
                [
                    "controller_address": .text(cloud.host),
                    "metadata_proxy_secret": .text(cloud.secret(.metadataProxy)),
                ]),
        ]
        guard cloud.hasRouters else { return agents }
        return agents + [
            .service(
                "/etc/neutron/l3_agent.ini", group: "neutron", units: units(.l3Agent),
                template: "neutron/l3_agent.ini", [:])
        ]
    }

    /// The ML2 driver for VMware hosts, as a Python distribution: Neutron finds it by its entry point.
    func mechanismDriver(_ plugins: [String: String]) -> [Recipe] {
        guard !cloud.vsphereHosts.isEmpty else { return [] }
        return plugins.filter { $0.key.hasPrefix("neutron/") }.sorted { $0.key < $1.key }.map { path, text in
            Recipe(
                path: "\(distribution.pythonPath)/\(path.dropFirst("neutron/".count))", source: .text(text),
                units: servers)
        }
    }
}

extension PhysicalInterface {
    /// The Open vSwitch bridge of the interface; Linux allows a name 15 characters.
    var bridge: String { String("br-\(interface)".prefix(15)) }
}
