extension Service {
    /// Images.
    public static let glance = Service(
        name: .glance, catalogue: CatalogueEntry(type: "image"), databases: ["glance"],
        migration: Migration([.init(words: ["glance-manage", "db_sync"])]),
        processes: [
            .init(.glanceAPI, on: .controllers, in: .apis, port: (9292, "Glance"), log: "glance/glance-api.log")
        ])
}
