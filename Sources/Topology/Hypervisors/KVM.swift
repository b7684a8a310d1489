extension HypervisorKind {
    /// libvirt calls its driver `QEMU` with KVM too.
    public static let kvm = HypervisorKind(
        "kvm", title: "KVM/QEMU", driver: .libvirt(virtType: "kvm", uri: "qemu:///system"), reports: ["QEMU", "KVM"],
        instances: ["kvm", "qemu"],
        image: ImageForm(hypervisorType: "qemu", diskFormat: "qcow2", target: .kvm),
        matrix: MatrixColumn("libvirt-kvm-x86", [.init(release: "liberty", levels: [.evacuate: .complete])]))
}
