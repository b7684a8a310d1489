extension HypervisorKind {
    /// User Mode Linux.
    public static let uml = HypervisorKind(
        "uml", title: "UML", driver: .libvirt(virtType: "uml", uri: "uml:///system"),
        span: goneWithWallaby("UML", "uml"), reports: ["UML"], instances: ["uml"],
        image: ImageForm(hypervisorType: "uml", diskFormat: "raw"), lacks: [.hostCPU])
}
