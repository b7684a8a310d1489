import Topology

extension Distribution {
    /// Debian 12, which carries Zed: the lists with which the first lab of this kind was built and run.
    static let debian12 = Distribution(
        name: "debian12", title: "Debian 12", system: System(id: "debian", version: "12"), releases: ["zed"],
        packageSystem: .apt(answers: answers), base: bookworm, networkConfig: .ifupdown,
        pythonPath: "/usr/lib/python3/dist-packages", logFolder: "/var/log", accounts: debianAccounts,
        units: debianUnits, packages: debian12Packages, computePackages: debianComputePackages,
        rolePackages: [.controller: ["python3-openstackclient"]],
        unwanted: [
            .novncProxy: ["nova-serialproxy", "nova-spicehtml5proxy"],
            // The metadata proxy starts its own haproxy processes; the package's service is in the way.
            .metadataAgent: ["haproxy"],
        ])

    private static let debian12Packages = debianPackages.merging([
        .linuxbridgeAgent: ["neutron-linuxbridge-agent", "ipset", "conntrack", "ebtables", "iptables"]
    ]) { _, own in own }

    private static let bookworm = BaseSystem(
        suite: "bookworm", sources: debianSources("bookworm"), packages: debianBasePackages,
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
