extension HypervisorKind {
    /// A single ESXi host.
    public static let vmwareESX = HypervisorKind(
        "vmware_esx", title: "VMWARE_ESX", driver: .own("vmwareapi.VMwareESXDriver"),
        span: Span(
            until: "juno",
            after: "Nova drives no single ESXi host since Juno; put the host into a cluster of a vCenter"),
        reports: ["VMware ESX", "VMware vCenter Server"], instances: ["vmware"], image: vmdk,
        bootsImagesOf: "vmware", lacks: [.bridges, .overlays, .novaNetwork])
}
