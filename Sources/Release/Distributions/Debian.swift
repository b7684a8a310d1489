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
    static let debianPackages: [Daemon: [String]] = [
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
    static let debianComputePackages: [HypervisorKind: [String]] = [
        .kvm: qemuPackages, .qemu: qemuPackages,
        // nova-compute-lxc brings the tools of LXC, which libvirt does not use, but not libvirt's own driver.
        .lxc: ["nova-compute", "nova-compute-lxc", "libvirt-daemon-driver-lxc", "genisoimage"],
        // Debian has no package for the VMware driver: nova-compute lacks its library, python3-oslo.vmware, and
        // demands some nova-compute-hypervisor. nova-compute-ironic is the one without libvirt and QEMU (460
        // packages, 153 MB instead of 528, 198 MB); its configuration is not read, for nova-compute itself is masked.
        .vmware: ["nova-compute", "nova-compute-ironic", "python3-oslo.vmware", "genisoimage"],
    ]

    /// What an ordinary small server has.
    static let debianBasePackages = [
        "systemd", "systemd-sysv", "dbus", "libpam-systemd", "openssh-server", "iproute2", "iputils-ping",
        "ca-certificates", "sudo", "procps", "kmod", "curl", "less", "python3", "debconf-utils", "netbase",
        "nftables", "iptables", "udev",
    ]

    /// Units that have no business in a container, or that would change the host's kernel settings.
    static let containerMaskedUnits = [
        "systemd-udevd.service", "systemd-udev-trigger.service", "systemd-udev-settle.service",
        "systemd-networkd-wait-online.service", "getty.target", "console-getty.service", "systemd-logind.service",
        "apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_all.timer", "fstrim.timer",
        "systemd-sysctl.service",
    ]

    /// Lines of sources.list.
    static func debianSources(_ suite: String) -> [String] {
        [
            "deb http://deb.debian.org/debian \(suite) main", "deb http://deb.debian.org/debian \(suite)-updates main",
            "deb http://deb.debian.org/debian-security \(suite)-security main",
        ]
    }
}
