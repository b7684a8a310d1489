extension HypervisorKind {
    /// A Windows machine.
    public static let hyperv = HypervisorKind(
        "hyperv", title: "HYPERV", driver: .own("nova.virt.hyperv.driver.HyperVDriver"),
        span: Span(
            until: "2024.1", after: "Nova drives no Hyper-V since 2024.1; 2023.2 is the last release that does"),
        reports: ["hyperv"], instances: ["hyperv"],
        image: ImageForm(hypervisorType: "hyperv", diskFormat: "vhdx", accepts: ["vhd", "vhdx"]),
        lacks: [.vnc, .bridges, .overlays, .novaNetwork])
}
