extension Distribution {
    /// Debian 12, which carries Zed: the lists with which the first lab of this kind was built and run.
    static let debian12 = debian(
        "12", suite: "bookworm", carrying: ["zed"],
        packages: [.linuxbridgeAgent: ["neutron-linuxbridge-agent", "ipset", "conntrack", "ebtables", "iptables"]],
        answers: [
            "glance-api glance/register-endpoint boolean false",
            "nova-common nova-api/configure_db boolean false",
            "nova-api nova/register-endpoint boolean false",
            "placement-api placement/register-endpoint boolean false",
            "neutron-server neutron/register-endpoint boolean false",
        ])
}
