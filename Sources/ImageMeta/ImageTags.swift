/// What Polyvisor tags images with, so that Nova takes them for what they are and to the hypervisors that take them.
public enum ImageTags {
    /// The property in which an image that Polyvisor uploaded carries the digest of what it was made from.
    public static let digest = "polyvisor_sha256"

    /// The `img_hv_type` that keeps an image off other hypervisors (ImagePropertiesFilter). libvirt reports the type qemu for
    /// KVM and for QEMU.
    public static func hypervisorType(for target: ImageTarget) -> String {
        switch target {
        case .kvm: "qemu"
        case .vmware: "vmware"
        }
    }

    /// A disk for KVM and QEMU.
    public static let libvirt = ["img_hv_type": hypervisorType(for: .kvm)]

    /// A root file system for containers of libvirt.
    public static let containers = ["img_hv_type": "lxc"]

    /// A disk for the VMware driver, in names that every release knows.
    ///
    /// - Parameters:
    ///   - guestID: vSphere's name of the system; Nova takes otherGuest, which has 32 bits, where there is none.
    ///   - vif: the network card, as releases before Liberty spell it; later ones take both spellings.
    public static func vmware(
        _ type: VMwareDiskType, _ adapter: VMwareAdapter, guestID: String = "otherLinux64Guest",
        vif: String = "VirtualVmxnet3"
    ) -> [String: String] {
        [
            "img_hv_type": hypervisorType(for: .vmware), "vmware_disktype": type.rawValue,
            "vmware_adaptertype": adapter.rawValue,
            "vmware_ostype": guestID, "hw_vif_model": vif,
        ]
    }
}
