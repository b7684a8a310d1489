extension Service {
    /// Users, projects, tokens and the catalogue.
    ///
    /// `keystone-manage bootstrap`, which makes the administrator and Keystone's own entry, needs a password; who
    /// performs the migration adds it.
    public static let keystone = Service(
        name: .keystone, catalogue: CatalogueEntry(type: "identity", path: "/v3/", isBootstrapped: true),
        databases: ["keystone"],
        migration: Migration([
            .init(words: ["keystone-manage", "db_sync"]),
            .init(words: keys("fernet_setup"), asRoot: true), .init(words: keys("credential_setup"), asRoot: true),
        ]),
        processes: [
            .init(
                .keystone, on: .controllers, in: .identity, port: (5000, "Keystone"), log: "keystone/keystone.log")
        ])

    private static func keys(_ command: String) -> [String] {
        ["keystone-manage", command, "--keystone-user", "keystone", "--keystone-group", "keystone"]
    }
}
