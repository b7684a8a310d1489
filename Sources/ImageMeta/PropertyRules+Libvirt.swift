/// What Nova's libvirt driver takes for KVM and QEMU (nova/virt/libvirt of 20.6.1, 26.2.2 and 34.0.0).
extension PropertyRules {
    static let libvirt: [Rule] = [libvirtType, libvirtMode, libvirtBus, libvirtCard, machineType, machineBus]

    /// KVM hosts report kvm and qemu, QEMU hosts qemu alone.
    @Sendable private static func libvirtType(_ meta: ImageMeta) -> [PropertyProblem] {
        wrongType(meta, accepted: ["qemu", "kvm"], driver: "KVM")
    }

    @Sendable private static func libvirtMode(_ meta: ImageMeta) -> [PropertyProblem] {
        guard let property = meta["hw_vm_mode"], let value = property.value, value != "hvm" else { return [] }
        return [
            PropertyProblem(
                property, .error, "no KVM host has it, so the scheduler finds none", fix: "set it to hvm, or remove it")
        ]
    }

    /// blockinfo.py, `SUPPORTED_DEVICE_BUSES`: UnsupportedHardware.
    @Sendable private static func libvirtBus(_ meta: ImageMeta) -> [PropertyProblem] {
        ["hw_disk_bus", "hw_cdrom_bus", "hw_rescue_bus"].flatMap {
            refused(meta, $0, ["virtio", "scsi", "sata", "ide", "usb", "fdc"], driver: "libvirt")
        }
    }

    /// vif.py, `SUPPORTED_VIF_MODELS`: vmxnet3 is not in Train, igb not in 2024.1, and lan9118 is for QEMU alone.
    @Sendable private static func libvirtCard(_ meta: ImageMeta) -> [PropertyProblem] {
        let accepted = [
            "virtio", "e1000", "e1000e", "igb", "ne2k_pci", "pcnet", "rtl8139", "vmxnet3", "lan9118", "spapr-vlan",
        ]
        return refused(meta, "hw_vif_model", accepted, driver: "libvirt")
    }

    /// Nova passes it on; QEMU's names of machines are in small letters.
    @Sendable private static func machineType(_ meta: ImageMeta) -> [PropertyProblem] {
        guard let property = meta["hw_machine_type"] else { return [] }
        let lower = property.givenValue.lowercased()
        guard lower != property.givenValue || lower.contains(where: \.isWhitespace) else { return [] }
        let isKnown = ["q35", "pc", "virt", "pseries"].contains(lower)
        return [
            PropertyProblem(
                property, isKnown ? .error : .warning, "QEMU's names of machines have small letters and no blanks",
                fix: isKnown
                    ? "set it to \(lower)" : "take one of `virsh capabilities` or `qemu-system-x86_64 -machine help`")
        ]
    }

    /// libvirt: "IDE controllers are unsupported for this QEMU binary or machine type".
    @Sendable private static func machineBus(_ meta: ImageMeta) -> [PropertyProblem] {
        guard let machine = meta["hw_machine_type"]?.givenValue, machine == "q35" || machine.hasPrefix("pc-q35-")
        else { return [] }
        return ["hw_disk_bus", "hw_cdrom_bus"].compactMap { meta[$0] }.filter { $0.value == "ide" }.map {
            PropertyProblem($0, .error, "the machine \(machine) has no IDE controller", fix: "set it to sata or virtio")
        }
    }
}
