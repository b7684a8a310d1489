extension Service {
    /// What hosts have, and what of it is taken.
    public static let placement = Service(
        name: .placement, catalogue: CatalogueEntry(type: "placement"), databases: ["placement"],
        migration: Migration([.init(words: ["placement-manage", "db", "sync"])]),
        processes: [
            .init(
                .placementAPI, on: .controllers, in: .apis, port: (8778, "Placement"),
                log: "placement/placement-api.log")
        ])
}
