public import Topology

extension SecretName {
    /// What Keystone of Havana to Kilo takes for the first administrator, who makes all others.
    static let adminToken = SecretName("admin-token")
}

extension Rendering {
    /// The releases before Placement, cells and `transport_url`.
    private static let legacyReleases: Set = ["havana", "icehouse", "juno", "kilo"]

    /// What a lab of these releases needs of secrets beside what every lab needs.
    static func legacySecretNames(for lab: Lab) -> [SecretName] {
        guard legacyReleases.contains(lab.release) else { return [] }
        return [.adminToken]
    }

    /// The passwords of the single ESXi hosts that nodes drive, with where each comes from.
    public static func esxiSecretNames(for lab: Lab) -> [(name: SecretName, source: SecretReference)] {
        lab.nodes.compactMap { node in
            guard node.hypervisor?.kind == .vmwareESX else { return nil }
            return node.esxiLogin.password.map { (.esxi(node.name), $0) }
        }
    }
}
