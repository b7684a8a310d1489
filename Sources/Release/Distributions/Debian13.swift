import Topology

extension Distribution {
    /// Debian 13, which carries 2025.1.
    ///
    /// Its package neutron-linuxbridge-agent has no program in it: Neutron dropped the driver with this release.
    static let debian13 = Distribution(
        name: "debian13", title: "Debian 13", system: System(id: "debian", version: "13"), releases: ["2025.1"],
        packageSystem: .apt(answers: answers), base: trixie, networkConfig: .ifupdown,
        pythonPath: "/usr/lib/python3/dist-packages", logFolder: "/var/log", accounts: debianAccounts,
        units: debianUnits, packages: debian13Packages, computePackages: debianComputePackages,
        rolePackages: [.controller: ["python3-openstackclient"]],
        unwanted: [
            .novncProxy: ["nova-serialproxy", "nova-spicehtml5proxy"],
            // The metadata proxy starts its own haproxy processes; the package's service is in the way.
            .metadataAgent: ["haproxy"],
        ])

    private static let debian13Packages = debianPackages.merging([
        .openvswitch: ["openvswitch-switch"],
        .openvswitchAgent: ["neutron-openvswitch-agent", "ipset", "conntrack", "ebtables", "iptables", "ethtool"],
    ]) { _, own in own }

    private static let trixie = BaseSystem(
        suite: "trixie", sources: debianSources("trixie"), packages: debianBasePackages,
        maskedUnits: containerMaskedUnits)

    /// So that no package asks, or configures anything by itself.
    private static let answers = [
        "dbconfig-common dbconfig-common/dbconfig-install boolean false",
        "keystone keystone/configure_db boolean false",
        "keystone keystone/create-admin-tenant boolean false",
        "keystone keystone/register-endpoint boolean false",
        "glance-common glance/configure_db boolean false",
        "glance-common glance/configure_ksat boolean false",
        "glance-common glance/configure_rabbit boolean false",
        "glance-api glance/configure_api-endpoint boolean false",
        "nova-common nova/configure_db boolean false",
        "nova-common nova/configure_ksat boolean false",
        "nova-common nova/configure_rabbit boolean false",
        "nova-common nova/configure_neutron boolean false",
        "nova-common nova/configure_placement boolean false",
        "nova-api novaapi/configure_db boolean false",
        "nova-api nova/configure_api-endpoint boolean false",
        "placement-common placement/configure_db boolean false",
        "placement-common placement/configure_ksat boolean false",
        "placement-api placement/configure_api-endpoint boolean false",
        "neutron-common neutron/configure_db boolean false",
        "neutron-common neutron/configure_ksat boolean false",
        "neutron-common neutron/configure_rabbit boolean false",
        "neutron-common neutron/configure_nova boolean false",
        "neutron-api neutron/configure_api-endpoint boolean false",
        "neutron-metadata-agent neutron-metadata/configure boolean false",
    ]
}
