extension Service {
    /// Instances.
    ///
    /// Neutron's own database is small; Nova's cells take as long as all others together, so it has a lane of its own.
    public static let nova = Service(
        name: .nova, catalogue: CatalogueEntry(type: "compute", path: "/v2.1"),
        databases: ["nova_api", "nova_cell0", "nova"],
        migration: Migration(
            [
                .init(words: ["nova-manage", "api_db", "sync"]),
                .init(words: ["nova-manage", "cell_v2", "map_cell0"]),
                // 2: a cell with the same database and queue exists.
                .init(words: ["nova-manage", "cell_v2", "create_cell", "--name", "cell1"], alsoSucceedsWith: 2),
                .init(words: ["nova-manage", "db", "sync"]),
            ], lane: .second),
        processes: [
            .init(.novaAPI, on: .controllers, in: .apis, port: (8774, "Nova"), log: "nova/nova-api.log"),
            .init(
                .novaMetadataAPI, on: .controllers, in: .apis, port: (8775, "Nova's metadata"),
                log: "nova/nova-api-metadata.log"),
            .init(.novaConductor, on: .controllers, in: .novaWorkers, log: "nova/nova-conductor.log"),
            .init(.novaScheduler, on: .controllers, in: .novaWorkers, log: "nova/nova-scheduler.log"),
            .init(
                .novncProxy, on: .controllers, in: .novaWorkers, port: (6080, "noVNC"),
                log: "nova/nova-novncproxy.log"),
            // The port that Kolla has for the same.
            .init(.novaSSH, on: .movingNodes, in: .novaSSH, port: (8022, "Nova's SSH")),
            .init(.novaCompute, on: .hosts, in: .compute, log: "nova/nova-compute.log"),
            .init(.novaComputeOfCluster, on: .clusters, in: .compute, log: "nova/nova-compute-*.log"),
        ])

    /// What tells the cell of hosts that are new, as Nova's user.
    public static let discoverHosts = Migration.Command(words: ["nova-manage", "cell_v2", "discover_hosts"])
}
