import Topology

/// What Debian and Ubuntu call things, whichever release they carry.
extension Distribution {
    static let debianUnits: [Daemon: String] = [
        .chrony: "chrony", .mariadb: "mariadb", .rabbitmq: "rabbitmq-server", .memcached: "memcached",
        .apache: "apache2", .keepalived: "keepalived", .libvirt: "libvirtd", .openvswitch: "openvswitch-switch",
        .vswitchd: "ovs-vswitchd",
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

    /// The packages of the daemons that every Debian calls alike; the layer-2 agent is each one's own.
    private static let debianPackages: [Daemon: [String]] = [
        .chrony: ["chrony"],
        .mariadb: ["mariadb-server", "python3-pymysql"],
        .rabbitmq: ["rabbitmq-server"],
        .memcached: ["memcached", "python3-memcache"],
        .keystone: ["keystone"],
        .glanceAPI: ["glance-api"],
        .placementAPI: ["placement-api"],
        .novaAPI: ["nova-api"],
        .novaConductor: ["nova-conductor"],
        .novaScheduler: ["nova-scheduler"],
        .novncProxy: ["nova-consoleproxy"],
        .neutronAPI: ["neutron-api"],
        .neutronRPCServer: ["neutron-rpc-server"],
        .dhcpAgent: ["neutron-dhcp-agent", "dnsmasq-base", "arping"],
        .metadataAgent: ["neutron-metadata-agent"],
        .libvirt: ["libvirt-daemon-system", "libvirt-clients"],
    ]

    /// nova-compute-kvm serves QEMU too: nova-compute-qemu differs in bringing every architecture's emulator.
    private static let qemuPackages = ["nova-compute-kvm", "qemu-system-x86", "qemu-utils", "genisoimage"]

    /// The packages of nova-compute.
    private static let debianComputePackages: [HypervisorKind: [String]] = [
        .kvm: qemuPackages, .qemu: qemuPackages,
        // nova-compute-lxc brings the tools of LXC, which libvirt does not use, but not libvirt's own driver.
        .lxc: ["nova-compute", "nova-compute-lxc", "libvirt-daemon-driver-lxc", "genisoimage"],
        // Debian has no package for the VMware driver: nova-compute lacks its library, python3-oslo.vmware, and
        // demands some nova-compute-hypervisor. nova-compute-ironic is the one without libvirt and QEMU (460
        // packages, 153 MB instead of 528, 198 MB); its configuration is not read, for nova-compute itself is masked.
        .vmware: ["nova-compute", "nova-compute-ironic", "python3-oslo.vmware", "genisoimage"],
    ]

    /// What an ordinary small server has.
    private static let debianBasePackages = [
        "systemd", "systemd-sysv", "dbus", "libpam-systemd", "openssh-server", "iproute2", "iputils-ping",
        "ca-certificates", "sudo", "procps", "kmod", "curl", "less", "python3", "debconf-utils", "netbase",
        "nftables", "iptables", "udev",
    ]

    /// Units that have no business in a container, or that would change the host's kernel settings.
    private static let containerMaskedUnits = [
        "systemd-udevd.service", "systemd-udev-trigger.service", "systemd-udev-settle.service",
        "systemd-networkd-wait-online.service", "getty.target", "console-getty.service", "systemd-logind.service",
        "apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_all.timer", "fstrim.timer",
        "systemd-sysctl.service",
    ]

    /// So that no package asks, or configures anything by itself.
    private static let debianAnswers = [
        "dbconfig-common dbconfig-common/dbconfig-install boolean false",
        "keystone keystone/configure_db boolean false",
        "keystone keystone/create-admin-tenant boolean false",
        "keystone keystone/register-endpoint boolean false",
        "glance-common glance/configure_db boolean false",
        "glance-common glance/configure_ksat boolean false",
        "glance-common glance/configure_rabbit boolean false",
        "nova-common nova/configure_db boolean false",
        "nova-common nova/configure_ksat boolean false",
        "nova-common nova/configure_rabbit boolean false",
        "placement-common placement/configure_db boolean false",
        "neutron-common neutron/configure_db boolean false",
        "neutron-common neutron/configure_ksat boolean false",
        "neutron-common neutron/configure_rabbit boolean false",
    ]

    /// One version of Debian.
    ///
    /// - Parameters:
    ///   - packages: of the layer-2 agents that it has.
    ///   - answers: for debconf, beside those that all versions take.
    static func debian(
        _ version: String, suite: String, carrying releases: [String], packages: [Daemon: [String]], answers: [String]
    ) -> Distribution {
        Distribution(
            name: "debian\(version)", title: "Debian \(version)", system: System(id: "debian", version: version),
            releases: releases, packageSystem: .apt(answers: debianAnswers + answers),
            base: BaseSystem(
                suite: suite, sources: debianSources(suite), packages: debianBasePackages,
                maskedUnits: containerMaskedUnits),
            networkConfig: .ifupdown, pythonPath: "/usr/lib/python3/dist-packages", logFolder: "/var/log",
            accounts: debianAccounts, units: debianUnits,
            packages: debianPackages.merging(packages) { _, own in own }, computePackages: debianComputePackages,
            rolePackages: [.controller: ["python3-openstackclient"]],
            unwanted: [
                .novncProxy: ["nova-serialproxy", "nova-spicehtml5proxy"],
                // The metadata proxy starts its own haproxy processes; the package's service is in the way.
                .metadataAgent: ["haproxy"],
            ])
    }

    /// Lines of sources.list.
    private static func debianSources(_ suite: String) -> [String] {
        [
            "deb http://deb.debian.org/debian \(suite) main", "deb http://deb.debian.org/debian \(suite)-updates main",
            "deb http://deb.debian.org/debian-security \(suite)-security main",
        ]
    }
}
