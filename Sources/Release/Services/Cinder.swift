extension Service {
    /// Volumes; `up` does not install it yet, `render` writes its files.
    public static let cinder = Service(
        name: .cinder, catalogue: CatalogueEntry(type: "volumev3", path: "/v3"), databases: ["cinder"],
        migration: Migration([.init(words: ["cinder-manage", "db", "sync"])]),
        processes: [
            .init(.cinderAPI, on: .controllers, in: .apis, port: (8776, "Cinder"), log: "cinder/cinder-api.log"),
            .init(.cinderScheduler, on: .controllers, in: .volumes, log: "cinder/cinder-scheduler.log"),
            .init(.cinderVolume, on: .storageNodes, in: .volumes, log: "cinder/cinder-volume.log"),
        ])

    /// The LVM volume group that Cinder takes unless told otherwise (`[DEFAULT] volume_group` in every release).
    public static let volumeGroup = "cinder-volumes"
}
