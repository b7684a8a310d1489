extension HypervisorKind {
    /// Xen by libvirt; the driver for XenServer is none of Polyvisor's kinds.
    public static let xen = HypervisorKind(
        "xen", title: "XEN", driver: .libvirt(virtType: "xen", uri: "xen:///"), span: goneWithWallaby("Xen", "xen"),
        reports: ["xen", "Xen"], instances: ["xen"],
        image: ImageForm(hypervisorType: "xen", diskFormat: "qcow2"), lacks: [.hostCPU])

    /// Of a choice of libvirt's that Nova had until Victoria.
    static func goneWithWallaby(_ name: String, _ choice: String) -> Span {
        Span(
            until: "wallaby",
            after: "Nova drives no \(name) since Wallaby, which took \(choice) out of libvirt's virt_type")
    }
}
