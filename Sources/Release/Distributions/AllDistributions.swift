extension Distribution {
    /// Those that carry a release; of several the first is what a sandbox's nodes are made of.
    static let all = [debian12, debian13]

    /// The names that most distributions have had in all releases, for a cloud that Polyvisor did not build.
    public static let usual = unpackaged(.modern)

    /// Of those that carry a release, or of one that nothing carries.
    static func all(carrying release: String) -> [Distribution] { all.filter { $0.releases.contains(release) } }
}

extension Release {
    /// The releases that `up` can install, in their order.
    public static let installable = names.filter { !Distribution.all(carrying: $0).isEmpty }

    /// What carries the release where nobody asked the node.
    public var distribution: Distribution { distributions.first ?? .unpackaged(era) }

    /// The distribution of a node, by what its os-release says; nil when that does not carry the release.
    public func distribution(of system: Distribution.System) -> Distribution? {
        distributions.first { $0.system == system }
    }
}
