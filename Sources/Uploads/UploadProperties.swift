public import DiskImage
import ImageMeta

extension GlanceImage {
    /// The properties that an image needs for the hypervisors that take its format.
    ///
    /// - Parameter hardware: the machine that the disk comes from, which says more than the disk.
    public static func properties(
        for encoding: ImageEncoding, of hardware: VirtualMachineHardware? = nil
    ) -> [String: String] {
        var tags: [String: String]
        switch encoding {
        case .raw, .qcow2: tags = ImageTags.libvirt
        case .streamOptimized(_, let adapter): tags = ImageTags.vmware(.streamOptimized, adapter)
        case .monolithicSparse(let adapter): tags = ImageTags.vmware(.sparse, adapter)
        }
        if hardware?.firmware == .uefi { tags["hw_firmware_type"] = "uefi" }
        guard tags["vmware_disktype"] != nil else { return tags }
        if let id = hardware?.guestID { tags["vmware_ostype"] = id }
        if let model = hardware?.vifModel { tags["hw_vif_model"] = model }
        return tags
    }
}
