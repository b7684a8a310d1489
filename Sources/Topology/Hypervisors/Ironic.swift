extension HypervisorKind {
    /// Machines themselves.
    public static let ironic = HypervisorKind(
        "ironic", title: "IRONIC", driver: .own("nova.virt.ironic.IronicDriver"),
        span: Span(since: "juno", before: "Nova's driver for Ironic came with Juno"), reports: ["ironic"],
        instances: ["baremetal"], image: ImageForm(hypervisorType: "baremetal", diskFormat: "qcow2"),
        lacks: [.vnc, .bridges, .overlays])
}
