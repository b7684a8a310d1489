extension Distribution {
    /// Zed in Debian 12: the lists with which the first lab of this kind was built and run.
    static let debian12Zed = Distribution(
        name: "debian12",
        pythonPath: "/usr/lib/python3/dist-packages",
        debconfAnswers: debian12Answers,
        parts: [
            .controller: controller, .network: network, .libvirtCompute: libvirtCompute,
            .containerCompute: containerCompute, .vmwareCompute: vmwareCompute,
            .timekeeping: PartOfNode(packages: ["chrony"], start: ["chrony"]),
        ],
        accounts: ["keystone", "glance", "placement", "nova", "neutron", "cinder"].map {
            ServiceAccount(user: $0, group: $0, home: "/var/lib/\($0)")
        })

    /// Conductor and scheduler end with an error when Placement does not know them yet, so they come after the
    /// APIs; neutron's agents wait 60 s for an answer when neutron-rpc-server is not there yet.
    private static let controller = PartOfNode(
        packages: [
            "mariadb-server", "rabbitmq-server", "memcached", "python3-memcache", "python3-pymysql", "keystone",
            "glance-api", "placement-api", "nova-api", "nova-conductor", "nova-scheduler", "nova-consoleproxy",
            "neutron-api", "neutron-rpc-server", "python3-openstackclient",
        ],
        start: [
            "mariadb", "rabbitmq-server", "memcached", "keystone", "glance-api", "placement-api", "neutron-api",
            "neutron-rpc-server", "nova-api", "nova-api-metadata", "nova-conductor", "nova-scheduler",
            "nova-novncproxy",
        ],
        disable: ["nova-serialproxy", "nova-spicehtml5proxy"])

    /// The metadata proxy starts its own haproxy processes; the package's service is in the way.
    private static let network = PartOfNode(
        packages: [
            "neutron-linuxbridge-agent", "neutron-dhcp-agent", "neutron-metadata-agent", "dnsmasq-base", "ipset",
            "conntrack", "ebtables", "iptables", "arping",
        ],
        start: ["neutron-linuxbridge-agent", "neutron-dhcp-agent", "neutron-metadata-agent"],
        disable: ["haproxy"])

    /// nova-compute-kvm serves QEMU too: nova-compute-qemu differs in bringing every architecture's emulator.
    private static let libvirtCompute = PartOfNode(
        packages: [
            "nova-compute-kvm", "neutron-linuxbridge-agent", "qemu-system-x86", "qemu-utils",
            "libvirt-daemon-system", "libvirt-clients", "ipset", "conntrack", "ebtables", "iptables", "genisoimage",
        ],
        start: ["libvirtd", "neutron-linuxbridge-agent"],
        // Where it was wanted before, with a second node.
        disable: [Distribution.novaSSHUnit])

    /// nova-compute-lxc brings the tools of LXC, which libvirt does not use, but not libvirt's own driver.
    private static let containerCompute = PartOfNode(
        packages: [
            "nova-compute", "nova-compute-lxc", "libvirt-daemon-driver-lxc", "libvirt-daemon-system",
            "libvirt-clients", "neutron-linuxbridge-agent", "ipset", "conntrack", "ebtables", "iptables", "genisoimage",
        ],
        start: ["libvirtd", "neutron-linuxbridge-agent"])

    /// Debian has no package for the VMware driver: nova-compute lacks its library, python3-oslo.vmware, and
    /// demands some nova-compute-hypervisor. nova-compute-ironic is the one without libvirt and QEMU (460
    /// packages, 153 MB instead of 528, 198 MB); its configuration is not read, for nova-compute itself is masked.
    private static let vmwareCompute = PartOfNode(
        packages: ["nova-compute", "nova-compute-ironic", "python3-oslo.vmware", "genisoimage"],
        mask: ["nova-compute"])

    private static let debian12Answers = [
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
