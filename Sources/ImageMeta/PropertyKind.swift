/// What values Nova takes for a property of an image.
///
/// The table is the union over the releases from Liberty to 2026.2 (nova/objects/image_meta.py and fields.py, read in
/// 20.6.1, 26.2.2, 29.2.0, 32.0.0 and 34.0.0): what any of them takes is taken.
enum PropertyKind: Sendable {
    /// One of some words.
    case words(Words)
    case integer
    /// oslo.utils' `bool_from_string`: what it does not know counts as false.
    case boolean
    /// `small`, `large`, `any`, or a size (nova/virt/hardware.py, `_get_flavor_image_meta`).
    case pageSize
    /// Anything; the driver may be choosier.
    case text

    struct Words: Sendable {
        var values: [String]
        /// Whether Nova makes small letters of it first.
        var isFolded = false
        /// Older spellings, in small letters, and what Nova makes of them.
        var aliases: [String: String] = [:]

        init(_ values: String, isFolded: Bool = false, aliases: [String: String] = [:]) {
            self.values = values.split(separator: " ").map(String.init)
            self.isFolded = isFolded
            self.aliases = aliases
        }

        /// What Nova makes of a value; nil: it refuses it.
        func value(of text: String) -> String? {
            let word = isFolded ? text.lowercased() : text
            let meant = isFolded ? aliases[word] ?? word : word
            return values.contains(meant) ? meant : nil
        }
    }

    private static let disk = PropertyKind.words(.init("fdc ide sata scsi usb virtio xen lxc uml"))

    /// By the current name.
    static let table: [String: PropertyKind] = [
        "hw_architecture": .words(architectures), "hw_emulation_architecture": .words(architectures),
        "hw_auto_disk_config": .text, "hw_boot_menu": .boolean, "hw_cdrom_bus": disk, "hw_cpu_cores": .integer,
        "hw_cpu_max_cores": .integer, "hw_cpu_max_sockets": .integer, "hw_cpu_max_threads": .integer,
        "hw_cpu_policy": .words(.init("dedicated shared mixed")), "hw_cpu_realtime_mask": .text,
        "hw_cpu_sockets": .integer, "hw_cpu_thread_policy": .words(.init("prefer isolate require")),
        "hw_cpu_threads": .integer, "hw_device_id": .integer, "hw_disk_bus": disk, "hw_disk_type": .text,
        "hw_ephemeral_encryption": .boolean, "hw_firmware_stateless": .boolean,
        "hw_firmware_type": .words(.init("uefi bios")), "hw_floppy_bus": disk,
        "hw_input_bus": .words(.init("usb virtio")), "hw_ipxe_boot": .boolean, "hw_locked_memory": .boolean,
        "hw_machine_type": .text, "hw_maxphysaddr_bits": .integer,
        "hw_maxphysaddr_mode": .words(.init("passthrough emulate")), "hw_mem_encryption": .boolean,
        "hw_mem_encryption_model": .words(.init("amd-sev amd-sev-es amd-sev-snp")), "hw_mem_page_size": .pageSize,
        "hw_numa_nodes": .integer,
        "hw_pci_numa_affinity_policy": .words(.init("required legacy preferred socket")), "hw_pmu": .boolean,
        "hw_pointer_model": .words(.init("usbtablet")), "hw_qemu_guest_agent": .boolean,
        "hw_redirected_usb_ports": .integer, "hw_rescue_bus": disk,
        "hw_rescue_device": .words(.init("cdrom disk floppy fs lun")), "hw_rng_model": .words(.init("virtio")),
        "hw_scsi_model": .words(scsiModels), "hw_serial_port_count": .integer,
        "hw_sound_model": .words(.init("sb16 es1370 pcspk ac97 ich6 ich9 usb virtio")), "hw_time_hpet": .boolean,
        "hw_tpm_model": .words(.init("tpm-tis tpm-crb")), "hw_tpm_version": .words(.init("1.2 2.0")),
        "hw_usb_model": .words(.init("none nec-xhci qemu-xhci")),
        "hw_video_model": .words(.init("cirrus qxl vga vmvga xen virtio gop none bochs")), "hw_video_ram": .integer,
        "hw_vif_model": .words(vifModels), "hw_vif_multiqueue_enabled": .boolean,
        "hw_viommu_model": .words(.init("intel smmuv3 virtio auto")), "hw_virtio_packed_ring": .boolean,
        "hw_vm_mode": .words(
            .init("hvm xen uml exe", isFolded: true, aliases: ["pv": "xen", "hv": "hvm", "baremetal": "hvm"])),
        "hw_watchdog_action": .words(.init("none pause poweroff reset disabled")), "img_bdm_v2": .boolean,
        "img_bittorrent": .boolean, "img_cache_in_nova": .boolean, "img_compression_level": .integer,
        "img_config_drive": .words(.init("optional mandatory")), "img_hide_hypervisor_id": .boolean,
        "img_hv_requested_version": .text, "img_hv_type": .words(hypervisors), "img_linked_clone": .boolean,
        "img_owner_id": .text, "img_root_device_name": .text, "img_use_agent": .boolean, "img_version": .integer,
        "os_admin_user": .text, "os_command_line": .text, "os_distro": .text, "os_require_quiesce": .boolean,
        "os_secure_boot": .words(.init("required disabled optional")),
        "os_skip_agent_inject_files_at_boot": .boolean, "os_skip_agent_inject_ssh": .boolean,
        "os_type": .words(.init("linux windows", isFolded: true)),
    ]

    static let scsiModels = Words(
        "buslogic ibmvscsi lsilogic lsisas1068 lsisas1078 virtio-scsi vmpvscsi", isFolded: true,
        aliases: ["lsilogicsas": "lsisas1068", "paravirtual": "vmpvscsi"])

    static let vifModels = Words(
        "e1000 e1000e igb lan9118 ne2k_pci netfront pcnet rtl8139 spapr-vlan sriov virtio vmxnet vmxnet3",
        isFolded: true,
        aliases: [
            "virtuale1000": "e1000", "virtuale1000e": "e1000e", "virtualpcnet32": "pcnet",
            "virtualsriovethernetcard": "sriov", "virtualvmxnet": "vmxnet", "virtualvmxnet3": "vmxnet3",
        ])

    private static let hypervisors = Words(
        "baremetal bhyve docker fake hyperv ironic kqemu kvm lxc lxd openvz parallels vz phyp qemu test uml vbox vmware xen "
            + "zvm prsm", isFolded: true, aliases: ["xapi": "xen"])

    private static let architectures = Words(
        "alpha armv6 armv7l armv7b aarch64 cris i686 ia64 lm32 m68k microblaze microblazeel mips mipsel mips64 mips64el "
            + "openrisc parisc parisc64 ppc ppcle ppc64 ppc64le ppcemb s390 s390x sh4 sh4eb sparc sparc64 unicore32 x86_64 "
            + "xtensa xtensaeb",
        isFolded: true,
        aliases: [
            "i386": "i686", "i486": "i686", "i586": "i686", "x86_32": "i686", "x86_32p": "i686", "amd64": "x86_64",
        ])
}
