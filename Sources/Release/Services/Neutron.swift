extension Service {
    /// Networks.
    public static let neutron = Service(
        name: .neutron, catalogue: CatalogueEntry(type: "network"), databases: ["neutron"],
        migration: Migration([
            .init(words: [
                "neutron-db-manage", "--config-file", "/etc/neutron/neutron.conf", "--config-file",
                "/etc/neutron/plugins/ml2/ml2_conf.ini", "upgrade", "head",
            ])
        ]),
        processes: [
            .init(.neutronAPI, on: .controllers, in: .apis, port: (9696, "Neutron"), log: "neutron/neutron-api.log"),
            .init(.neutronRPCServer, on: .controllers, in: .apis, log: "neutron/neutron-rpc-server.log"),
            .init(
                .linuxbridgeAgent, on: .layer2(.linuxbridge), in: .networkAgents,
                log: "neutron/neutron-linuxbridge-agent.log"),
            .init(.openvswitch, on: .layer2(.openvswitch), in: .networkAgents),
            .init(.openvswitchBridges, on: .layer2(.openvswitch), in: .networkAgents),
            .init(
                .openvswitchAgent, on: .layer2(.openvswitch), in: .networkAgents,
                log: "neutron/neutron-openvswitch-agent.log"),
            .init(.dhcpAgent, on: .networkNodes, in: .networkAgents, log: "neutron/neutron-dhcp-agent.log"),
            .init(.metadataAgent, on: .networkNodes, in: .networkAgents, log: "neutron/neutron-metadata-agent.log"),
            .init(.l3Agent, on: .routers, in: .networkAgents, log: "neutron/neutron-l3-agent.log"),
        ])
}
