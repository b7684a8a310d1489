extension HypervisorKind {
    /// QEMU without KVM: it emulates its own processor.
    public static let qemu = HypervisorKind(
        "qemu", title: "KVM/QEMU", driver: .libvirt(virtType: "qemu", uri: "qemu:///system"), reports: ["QEMU", "KVM"],
        instances: ["qemu"], image: ImageForm(hypervisorType: "qemu", diskFormat: "qcow2", target: .kvm),
        bootsImagesOf: "kvm", matrix: MatrixColumn("libvirt-qemu-x86"), lacks: [.hostCPU])
}
