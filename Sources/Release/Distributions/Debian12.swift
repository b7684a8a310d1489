import Topology

extension Distribution {
    /// Debian 12, which carries Zed: the lists with which the first lab of this kind was built and run.
    static let debian12 = Distribution(
        name: "debian12", title: "Debian 12", system: System(id: "debian", version: "12"), releases: ["zed"],
        packageSystem: .apt(answers: answers), base: bookworm, networkConfig: .ifupdown,
        pythonPath: "/usr/lib/python3/dist-packages", logFolder: "/var/log", accounts: debianAccounts,
        units: debianUnits, packages: debian12Packages, computePackages: debian12ComputePackages,
        rolePackages: [.controller: ["python3-openstackclient"]],
        unwanted: [
            .novncProxy: ["nova-serialproxy", "nova-spicehtml5proxy"],
            // The metadata proxy starts its own haproxy processes; the package's service is in the way.
            .metadataAgent: ["haproxy"],
        ])

    private static let debian12Packages: [Daemon: [String]] = [
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
        .linuxbridgeAgent: ["neutron-linuxbridge-agent", "ipset", "conntrack", "ebtables", "iptables"],
        .dhcpAgent: ["neutron-dhcp-agent", "dnsmasq-base", "arping"],
        .metadataAgent: ["neutron-metadata-agent"],
        .libvirt: ["libvirt-daemon-system", "libvirt-clients"],
    ]

    /// nova-compute-kvm serves QEMU too: nova-compute-qemu differs in bringing every architecture's emulator.
    private static let qemuPackages = ["nova-compute-kvm", "qemu-system-x86", "qemu-utils", "genisoimage"]

    private static let debian12ComputePackages: [HypervisorKind: [String]] = [
        .kvm: qemuPackages, .qemu: qemuPackages,
        // nova-compute-lxc brings the tools of LXC, which libvirt does not use, but not libvirt's own driver.
        .lxc: ["nova-compute", "nova-compute-lxc", "libvirt-daemon-driver-lxc", "genisoimage"],
        // Debian has no package for the VMware driver: nova-compute lacks its library, python3-oslo.vmware, and
        // demands some nova-compute-hypervisor. nova-compute-ironic is the one without libvirt and QEMU (460
        // packages, 153 MB instead of 528, 198 MB); its configuration is not read, for nova-compute itself is masked.
        .vmware: ["nova-compute", "nova-compute-ironic", "python3-oslo.vmware", "genisoimage"],
    ]

    private static let bookworm = BaseSystem(
        suite: "bookworm",
        sources: [
            "deb http://deb.debian.org/debian bookworm main",
            "deb http://deb.debian.org/debian bookworm-updates main",
            "deb http://deb.debian.org/debian-security bookworm-security main",
        ],
        packages: [
            "systemd", "systemd-sysv", "dbus", "libpam-systemd", "openssh-server", "iproute2", "iputils-ping",
            "ca-certificates", "sudo", "procps", "kmod", "curl", "less", "python3", "debconf-utils", "netbase",
            "nftables", "iptables", "udev",
        ],
        maskedUnits: [
            "systemd-udevd.service", "systemd-udev-trigger.service", "systemd-udev-settle.service",
            "systemd-networkd-wait-online.service", "getty.target", "console-getty.service", "systemd-logind.service",
            "apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_all.timer", "fstrim.timer",
            "systemd-sysctl.service",
        ])

    /// So that no package asks, or configures anything by itself.
    private static let answers = [
        "dbconfig-common dbconfig-common/dbconfig-install boolean false",
        "keystone keystone/configure_db boolean false",
        "keystone keystone/create-admin-tenant boolean false",
        "keystone keystone/register-endpoint boolean false",
        "glance-common glance/configure_db boolean false",
        "glance-common glance/configure_ksat boolean false",
        "glance-common glance/configure_rabbit boolean false",
        "glance-api glance/register-endpoint boolean false",
        "nova-common nova/configure_db boolean false",
        "nova-common nova/configure_ksat boolean false",
        "nova-common nova/configure_rabbit boolean false",
        "nova-common nova-api/configure_db boolean false",
        "nova-api nova/register-endpoint boolean false",
        "placement-common placement/configure_db boolean false",
        "placement-api placement/register-endpoint boolean false",
        "neutron-common neutron/configure_db boolean false",
        "neutron-common neutron/configure_ksat boolean false",
        "neutron-common neutron/configure_rabbit boolean false",
        "neutron-server neutron/register-endpoint boolean false",
    ]
}
