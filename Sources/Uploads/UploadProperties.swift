public import DiskImage

extension GlanceImage {
    /// The properties that an image needs for the hypervisors that take its format.
    public static func properties(for encoding: ImageEncoding) -> [String: String] {
        switch encoding {
        case .raw, .qcow2: libvirtProperties
        case .streamOptimized(_, let adapter): vmwareProperties(diskType: "streamOptimized", adapter)
        case .monolithicSparse(let adapter): vmwareProperties(diskType: "sparse", adapter)
        }
    }

    /// libvirt reports the type qemu for KVM and for QEMU.
    private static let libvirtProperties = ["img_hv_type": "qemu"]

    /// Nova takes the disk for preallocated unless told; it knows the adapter only in this spelling.
    private static func vmwareProperties(diskType: String, _ adapter: VMDKAdapter) -> [String: String] {
        [
            "img_hv_type": "vmware", "vmware_disktype": diskType, "vmware_adaptertype": adapter.rawValue,
            "vmware_ostype": "otherLinux64Guest", "hw_vif_model": "VirtualVmxnet3",
        ]
    }
}
