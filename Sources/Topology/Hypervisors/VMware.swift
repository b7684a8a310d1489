extension HypervisorKind {
    /// A cluster of a vCenter.
    public static let vmware = HypervisorKind(
        "vmware", title: "VMware", driver: .own("vmwareapi.VMwareVCDriver"), reports: ["VMware vCenter Server"],
        instances: ["vmware"], image: vmdk,
        matrix: MatrixColumn(
            "vmware",
            [
                .init(release: "havana", levels: [.liveMigrate: .missing]),
                .init(release: "stein", levels: [.liveMigrate: .complete]),
            ]),
        lacks: [.bridges, .overlays, .novaNetwork])

    static let vmdk = ImageForm(
        hypervisorType: "vmware", diskFormat: "vmdk", accepts: ["vmdk", "iso"], target: .vmware)
}
