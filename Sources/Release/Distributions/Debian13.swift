extension Distribution {
    /// Debian 13, which carries 2025.1.
    ///
    /// Its package neutron-linuxbridge-agent has no program in it: Neutron dropped the driver with this release.
    static let debian13 = debian(
        "13", suite: "trixie", carrying: ["2025.1"],
        packages: [
            .openvswitch: ["openvswitch-switch"],
            .openvswitchAgent: ["neutron-openvswitch-agent", "ipset", "conntrack", "ebtables", "iptables", "ethtool"],
        ],
        answers: [
            "glance-api glance/configure_api-endpoint boolean false",
            "nova-common nova/configure_neutron boolean false",
            "nova-common nova/configure_placement boolean false",
            "nova-api novaapi/configure_db boolean false",
            "nova-api nova/configure_api-endpoint boolean false",
            "placement-common placement/configure_ksat boolean false",
            "placement-api placement/configure_api-endpoint boolean false",
            "neutron-common neutron/configure_nova boolean false",
            "neutron-api neutron/configure_api-endpoint boolean false",
            "neutron-metadata-agent neutron-metadata/configure boolean false",
        ])
}
