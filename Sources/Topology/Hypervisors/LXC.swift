extension HypervisorKind {
    /// Containers of libvirt's own LXC driver.
    public static let lxc = HypervisorKind(
        "lxc", title: "LXC", driver: .libvirt(virtType: "lxc", uri: "lxc:///"), reports: ["LXC"], instances: ["lxc"],
        image: ImageForm(hypervisorType: "lxc", diskFormat: "raw"),
        matrix: MatrixColumn(
            "libvirt-lxc",
            [
                .init(
                    release: "havana",
                    levels: [.resize: .missing, .snapshot: .missing, .attachVolume: .missing, .liveMigrate: .missing])
            ]),
        lacks: [.screen, .hostCPU])
}
