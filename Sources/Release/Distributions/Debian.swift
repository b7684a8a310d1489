/// What Debian and Ubuntu call things, whichever release they carry.
extension Distribution {
    static let debianUnits: [Daemon: String] = [
        .chrony: "chrony", .mariadb: "mariadb", .rabbitmq: "rabbitmq-server", .memcached: "memcached",
        .apache: "apache2", .keepalived: "keepalived", .libvirt: "libvirtd", .openvswitch: "openvswitch-switch",
        .keystone: "keystone", .glanceAPI: "glance-api", .placementAPI: "placement-api",
        .neutronAPI: "neutron-api", .neutronRPCServer: "neutron-rpc-server",
        .linuxbridgeAgent: "neutron-linuxbridge-agent", .openvswitchAgent: "neutron-openvswitch-agent",
        .dhcpAgent: "neutron-dhcp-agent", .metadataAgent: "neutron-metadata-agent", .l3Agent: "neutron-l3-agent",
        .novaAPI: "nova-api", .novaMetadataAPI: "nova-api-metadata", .novaConductor: "nova-conductor",
        .novaScheduler: "nova-scheduler", .novncProxy: "nova-novncproxy", .novaCompute: "nova-compute",
        .cinderAPI: "cinder-api", .cinderScheduler: "cinder-scheduler", .cinderVolume: "cinder-volume",
        .novaComputeOfCluster: "polyvisor-nova-compute", .novaSSH: "polyvisor-nova-ssh",
        .openvswitchBridges: "polyvisor-openvswitch",
        .sysctl: "systemd-sysctl", .modulesLoad: "systemd-modules-load",
    ]

    /// What the releases from Havana to Kilo had besides, or called otherwise.
    static let legacyDebianUnits = debianUnits.merging([
        .ntp: "ntp", .mysql: "mysql", .glanceRegistry: "glance-registry", .neutronServer: "neutron-server",
        .linuxbridgeAgent: "neutron-plugin-linuxbridge-agent", .openvswitchAgent: "neutron-plugin-openvswitch-agent",
        .novaCert: "nova-cert", .novaConsoleAuth: "nova-consoleauth", .novaNetwork: "nova-network",
    ]) { _, legacy in legacy }

    static let debianAccounts = ["keystone", "glance", "placement", "nova", "neutron", "cinder"].map {
        ServiceAccount(user: $0, group: $0, home: "/var/lib/\($0)")
    }
}
