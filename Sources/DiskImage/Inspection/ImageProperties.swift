public import ImageMeta

/// The properties of a Glance image that follow from a disk.
///
/// Nova reads the `vmware_` names by its map of legacy names (nova/objects/image_meta.py), in every release from Havana
/// on; where a current name is set as well, that one wins.
public struct ImageProperties: Sendable, Equatable, Encodable {
    /// One property, and why it has this value.
    public struct Property: Sendable, Equatable, Encodable {
        /// As Glance gets it.
        public let name: String
        /// As Glance gets it.
        public let value: String
        /// What in the image it follows from.
        public let reason: String
    }

    /// Glance's `disk_format`.
    public let diskFormat: String
    /// Glance's `container_format`; `ova` where Nova takes the archive as it is.
    public let containerFormat: String
    /// What to set, in the order in which a person would look for it.
    public let properties: [Property]
    /// What has to be chosen by hand, and why.
    public let open: [String]

    /// The names and values alone.
    public var values: [String: String] {
        Dictionary(properties.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
    }

    private enum CodingKeys: String, CodingKey {
        case properties, open
        case diskFormat = "disk_format"
        case containerFormat = "container_format"
    }

    /// What to set on an image.
    ///
    /// - Parameters:
    ///   - target: the kind of hypervisor; nil: VMware for a VMDK that its driver takes, KVM for all else.
    public init(of inspection: ImageInspection, for target: ImageTarget? = nil) {
        let target = target ?? (inspection.vmwareDiskType == nil ? .kvm : .vmware)
        var list = PropertyList()
        switch target {
        case .vmware: list.addVMware(inspection)
        case .kvm: list.addKVM(inspection)
        }
        list.addCommon(inspection)
        diskFormat = inspection.diskFormat
        containerFormat = inspection.ova != nil && target == .vmware ? "ova" : "bare"
        properties = list.properties
        open = list.open
    }

    /// Options for `openstack image create` or `openstack image set`, one a line.
    public var text: String {
        let options = properties.map { "--property \($0.name)=\($0.value)" }
        let container = containerFormat == "bare" ? "" : " --container-format \(containerFormat)"
        return (["--disk-format \(diskFormat)\(container)"] + options).joined(separator: " \\\n")
            + (open.isEmpty ? "" : "\n" + open.map { "# \($0)" }.joined(separator: "\n"))
    }
}

/// Gathers properties in the order in which a person would look for them.
private struct PropertyList {
    var properties: [ImageProperties.Property] = []
    var open: [String] = []

    private mutating func add(_ name: String, _ value: String, _ reason: String) {
        properties.append(.init(name: name, value: value, reason: reason))
    }

    mutating func addVMware(_ inspection: ImageInspection) {
        add(
            "img_hv_type", ImageTags.hypervisorType(for: .vmware),
            "keeps the image off other hypervisors (ImagePropertiesFilter)")
        // Nova puts a CD into a drive, and makes an empty disk beside it.
        if !inspection.isISO {
            addDiskType(inspection)
            addAdapter(inspection)
        }
        if let model = inspection.ova?.hardware.vifModel {
            add("hw_vif_model", model, "the OVF's machine has \(inspection.ova?.hardware.networkCard ?? "")")
        }
        if let type = inspection.ova?.hardware.guestID {
            add("vmware_ostype", type, "the OVF says so")
        } else if let type = VSphereGuestID.fitting(inspection.guest) {
            add("vmware_ostype", type, inspection.guest.distribution?.name ?? "the disk has a Linux file system")
        } else {
            open.append(
                inspection.guest.family == .windows
                    ? "vmware_ostype: windows9Server64Guest for Windows Server 2016, windows9_64Guest for Windows 10, …"
                    : "vmware_ostype: the guest is not known; without it Nova takes otherGuest")
        }
    }

    private mutating func addDiskType(_ inspection: ImageInspection) {
        if let type = inspection.vmwareDiskType {
            add("vmware_disktype", type.rawValue, "the VMDK is \(inspection.subtype ?? "of that type")")
        } else {
            open.append(
                "vmware_disktype: Nova's driver takes no \(inspection.format.rawValue)"
                    + (inspection.subtype.map { " of type \($0)" } ?? "")
                    + "; polyvisor image convert makes a streamOptimized VMDK, whose vmware_disktype is streamOptimized"
            )
        }
    }

    private mutating func addAdapter(_ inspection: ImageInspection) {
        if let adapter = inspection.adapter {
            add("vmware_adaptertype", adapter.rawValue, "it is on \(inspection.adapterWords ?? "")")
            for (name, value) in adapter.properties { add(name, value, "the same by its current name") }
        } else {
            open.append(
                "vmware_adaptertype: the image names no adapter that Nova knows; without it Nova takes lsiLogic")
        }
    }

    mutating func addKVM(_ inspection: ImageInspection) {
        if inspection.ova != nil {
            open.append(
                "Nova's libvirt driver takes no OVA: polyvisor image convert \(inspection.path) OUT.qcow2 makes a disk of it"
            )
        }
        add(
            "img_hv_type", ImageTags.hypervisorType(for: .kvm),
            "libvirt offers it with KVM and without; keeps the image off VMware")
        if inspection.guest.family == .windows, inspection.guest.hasVirtioDrivers != true {
            add("hw_disk_bus", "sata", "no virtio driver was found in this Windows")
            add("hw_vif_model", "e1000", "no virtio driver was found in this Windows")
        } else if inspection.guest.family != nil {
            add("hw_disk_bus", "virtio", "\(inspection.guest.family?.rawValue ?? "") with virtio drivers")
        } else if !inspection.isISO {
            open.append("hw_disk_bus: the guest is not known; without it Nova takes virtio")
        }
        if let distribution = inspection.guest.distribution {
            add("os_distro", distribution.id, "ID in os-release")
            if let version = distribution.version { add("os_version", version, "VERSION_ID in os-release") }
        }
    }

    mutating func addCommon(_ inspection: ImageInspection) {
        if let family = inspection.guest.family { add("os_type", family.rawValue, "what the file systems are") }
        if inspection.guest.firmware != .bios, inspection.ova?.hardware.firmware == .uefi {
            add("hw_firmware_type", "uefi", "the OVF's machine starts by it")
        } else if inspection.guest.firmware == .uefi {
            add(
                "hw_firmware_type", "uefi",
                inspection.isISO
                    ? "El Torito offers UEFI only" : "an EFI system partition, and nothing that a BIOS could start")
        }
    }
}

extension ImageInspection {
    /// `vmware_disktype` for Nova's driver (nova/virt/vmwareapi/vmops.py); nil when it takes no such file.
    var vmwareDiskType: VMwareDiskType? {
        guard format == .vmdk, files.allSatisfy({ $0.role == .image }) else { return nil }
        return switch subtype {
        case "streamOptimized": .streamOptimized
        case "monolithicSparse": .sparse
        default: nil
        }
    }
}
