extension Distribution {
    /// Of a release whose packages Polyvisor knows on no distribution: its files can be rendered, and no more.
    ///
    /// Users, units and paths are those that Debian and Ubuntu have had in all releases.
    static func unpackaged(_ era: Era) -> Distribution {
        Distribution(
            name: "none", title: "no distribution", system: nil, releases: [], packageSystem: .apt(answers: []),
            base: debian12.base,
            // Debian's installer, and the Ubuntus of the legacy releases, bring ifupdown; every other system with
            // systemd has networkd.
            networkConfig: .networkd,
            pythonPath: era == .legacy ? "/usr/lib/python2.7/dist-packages" : "/usr/lib/python3/dist-packages",
            logFolder: "/var/log", accounts: debianAccounts,
            units: era == .legacy ? legacyDebianUnits : debianUnits, packages: [:], computePackages: [:],
            rolePackages: [:], unwanted: [:])
    }
}
