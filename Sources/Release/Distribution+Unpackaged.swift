extension Distribution {
    /// Of a release whose packages Polyvisor knows on no distribution: its files can be rendered, and no more.
    ///
    /// Users, units and paths are those that Debian and Ubuntu have had in all releases.
    static func unpackaged(_ era: Era) -> Distribution {
        Distribution(
            name: "none",
            pythonPath: era == .legacy ? "/usr/lib/python2.7/dist-packages" : "/usr/lib/python3/dist-packages",
            debconfAnswers: [], parts: [:],
            accounts: ["keystone", "glance", "placement", "nova", "neutron", "cinder"].map {
                ServiceAccount(user: $0, group: $0, home: "/var/lib/\($0)")
            })
    }

    /// Whether Polyvisor can install the release.
    public var hasPackages: Bool { !parts.isEmpty }
}
