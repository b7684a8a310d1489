import Topology

extension NodeRecipes {
    private static let servers = ["neutron-api", "neutron-rpc-server"]
    private static let layer2 = ["neutron-linuxbridge-agent"]
    private static let layer3 = ["neutron-dhcp-agent", "neutron-metadata-agent"]

    /// neutron.conf: what every Neutron process of the node reads.
    func neutronConf() -> Recipe {
        let units =
            (isController ? Self.servers : []) + (node.hasLayer2Agent ? Self.layer2 : [])
            + (node.has(.network) ? Self.layer3 : [])
        return .service(
            "/etc/neutron/neutron.conf", group: "neutron", units: units, template: "neutron/neutron.conf",
            cloud.tokenCheck(of: "neutron").merging(
                [
                    "transport_url": .text(cloud.transportURL), "region": .text(cloud.region),
                    "is_network": .flag(node.has(.network)),
                    "is_controller": .flag(isController),
                    "dhcp_agents": .text(String(lab.nodes.count { $0.has(.network) })),
                    "database_url": .text(cloud.databaseURL("neutron", database: "neutron")),
                    "nova_user": cloud.credentials(of: "nova"),
                ]) { _, new in new })
    }

    /// ml2_conf.ini: read by the servers, and on Debian by the linuxbridge agent beside them.
    func ml2() -> Recipe {
        let flat = cloud.physicalNetworks { if case .flat(let name) = $0 { name } else { nil } }
        let vlan = cloud.physicalNetworks { if case .vlan(let name, _) = $0 { name } else { nil } }
        let hosts = cloud.vsphereHosts
        return .service(
            "/etc/neutron/plugins/ml2/ml2_conf.ini", group: "neutron",
            units: Self.servers + (node.hasLayer2Agent ? Self.layer2 : []), template: "neutron/ml2_conf.ini",
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
        ["linuxbridge"] + (cloud.hasVXLAN ? ["l2population"] : [])
            + (cloud.vsphereHosts.isEmpty ? [] : ["polyvisor_dvs"])
    }

    /// linuxbridge_agent.ini.
    func linuxbridgeAgent() -> Recipe {
        let mappings = node.physicalInterfaces.map { "\($0.physicalNetwork):\($0.interface)" }
        return .service(
            "/etc/neutron/plugins/ml2/linuxbridge_agent.ini", group: "neutron", units: Self.layer2,
            template: "neutron/linuxbridge_agent.ini",
            [
                "interface_mappings": .text(mappings.joined(separator: ",")), "address": address,
                "has_vxlan": .flag(cloud.hasVXLAN),
            ])
    }

    /// The agents of a network node.
    func networkAgents() -> [Recipe] {
        [
            .service(
                "/etc/neutron/dhcp_agent.ini", group: "neutron", units: ["neutron-dhcp-agent"],
                template: "neutron/dhcp_agent.ini", [:]),
            .service(
                "/etc/neutron/metadata_agent.ini", group: "neutron", units: ["neutron-metadata-agent"],
                template: "neutron/metadata_agent.ini",
                [
                    "controller_address": .text(cloud.controller.address.description),
                    "metadata_proxy_secret": .text(cloud.secret(.metadataProxy)),
                ]),
        ]
    }

    /// The ML2 driver for VMware hosts, as a Python distribution: Neutron finds it by its entry point.
    func mechanismDriver(_ plugins: [String: String]) -> [Recipe] {
        guard !cloud.vsphereHosts.isEmpty else { return [] }
        return plugins.filter { $0.key.hasPrefix("neutron/") }.sorted { $0.key < $1.key }.map { path, text in
            Recipe(
                path: "\(cloud.distribution.pythonPath)/\(path.dropFirst("neutron/".count))", source: .text(text),
                units: Self.servers)
        }
    }
}
