/// What Nova's VMware driver takes (nova/virt/vmwareapi of 20.6.1, 26.2.2 and 34.0.0).
extension PropertyRules {
    static let vmware: [Rule] = [
        hypervisorType, machine, diskType, adapterCase, bus, scsiModel, networkCard, guestID, pinning,
    ]

    /// ImagePropertiesFilter compares with what the driver reports (driver.py, `get_available_resource`).
    @Sendable private static func hypervisorType(_ meta: ImageMeta) -> [PropertyProblem] {
        wrongType(meta, accepted: ["vmware"], driver: "VMware")
    }

    /// `supported_instances` of host.py: i686 and x86_64, hvm.
    @Sendable private static func machine(_ meta: ImageMeta) -> [PropertyProblem] {
        [("hw_architecture", ["x86_64", "i686"]), ("hw_vm_mode", ["hvm"])].compactMap { name, accepted in
            guard let property = meta[name], let value = property.value, !accepted.contains(value) else { return nil }
            return PropertyProblem(
                property, .error, "no VMware host has it, so the scheduler finds none",
                fix: "set it to \(accepted.joined(separator: " or ")), or remove it")
        }
    }

    /// vmops.py, `_get_image_callbacks`.
    @Sendable private static func diskType(_ meta: ImageMeta) -> [PropertyProblem] {
        guard let property = meta["hw_disk_type"], meta.diskType == nil else { return [] }
        let near = VMwareDiskType.allCases.first { $0.rawValue.lowercased() == property.givenValue.lowercased() }
        let all = VMwareDiskType.allCases.map(\.rawValue).joined(separator: ", ")
        return [
            PropertyProblem(
                property, .error,
                "Nova's VMware driver refuses it: \"disk type '\(property.givenValue)' not supported\"",
                fix: near.map { "set it to \($0.rawValue): case counts" } ?? "set it to one of \(all)")
        ]
    }

    /// Newer releases fold the case of SCSI models (nova/objects/fields.py); the older ones compare as it stands.
    @Sendable private static func adapterCase(_ meta: ImageMeta) -> [PropertyProblem] {
        guard let word = meta.given["vmware_adaptertype"], VMwareAdapter(rawValue: word) == nil,
            let meant = VMwareAdapter.allCases.first(where: { $0.rawValue.lowercased() == word.lowercased() })
        else { return [] }
        return [
            PropertyProblem(
                "vmware_adaptertype", .warning,
                "vmware_adaptertype=\(word): case counts in releases before Liberty",
                fix: "set it to \(meant.rawValue)")
        ]
    }

    /// images.py, `from_image`: only ide and scsi say anything.
    @Sendable private static func bus(_ meta: ImageMeta) -> [PropertyProblem] {
        guard let property = meta["hw_disk_bus"], let value = property.value, value != "ide", value != "scsi" else {
            return []
        }
        return [
            PropertyProblem(
                property, .warning, "Nova's VMware driver passes it over and takes the adapter lsiLogic",
                fix: "set vmware_adaptertype to one of "
                    + VMwareAdapter.allCases.map(\.rawValue).joined(separator: ", ") + " instead")
        ]
    }

    /// images.py: with any other model the driver has no adapter, and makes an lsiLogic controller for each disk.
    @Sendable private static func scsiModel(_ meta: ImageMeta) -> [PropertyProblem] {
        guard let bus = meta["hw_disk_bus"], bus.value == "scsi", meta.vmwareAdapter == nil else { return [] }
        let model = meta["hw_scsi_model"]
        if let model, model.value == nil { return [] }
        return [
            PropertyProblem(
                model ?? bus, .warning,
                model == nil
                    ? "Nova's VMware driver needs hw_scsi_model with it, and takes lsiLogic without"
                    : "Nova's VMware driver knows no adapter of this model, and takes lsiLogic",
                fix: "set hw_scsi_model to lsilogic, lsisas1068, buslogic or vmpvscsi")
        ]
    }

    /// vm_util.py, `convert_vif_model`: "… is not supported."
    @Sendable private static func networkCard(_ meta: ImageMeta) -> [PropertyProblem] {
        let accepted = ["vmxnet3", "e1000", "e1000e", "pcnet", "sriov", "vmxnet"]
        return refused(meta, "hw_vif_model", accepted, driver: "VMware")
    }

    /// The guest's id is `vmware_ostype`, or `os_distro`, which wins. vSphere's ids end with Guest or Guest64.
    @Sendable private static func guestID(_ meta: ImageMeta) -> [PropertyProblem] {
        guard let property = meta["os_distro"], !VSphereGuestID.known.contains(property.givenValue) else { return [] }
        let type = property.givenValue
        let fix = "set \(property.givenName) to \(VSphereGuestID.respelled(type) ?? "otherLinux64Guest")"
        guard type.hasSuffix("Guest") || type.hasSuffix("Guest64") else {
            return [
                PropertyProblem(
                    property, .error,
                    "Nova's VMware driver takes it for vSphere's id of the guest system, which vCenter refuses with "
                        + "\"A specified parameter was not correct\"",
                    fix: property.givenName == "os_distro" ? "remove it, or " + fix : fix)
            ]
        }
        return [
            PropertyProblem(
                property, .warning,
                "it is not in Nova's list; a vCenter that does not know it refuses the server with "
                    + "\"A specified parameter was not correct\"",
                fix: fix + ", or see that vCenter knows it (govc vm.option.info)")
        ]
    }

    /// driver.py, `update_provider_tree`: VCPU, MEMORY_MB and DISK_GB; no PCPU, and no NUMA cells.
    @Sendable private static func pinning(_ meta: ImageMeta) -> [PropertyProblem] {
        let policy = meta["hw_cpu_policy"].flatMap { ["dedicated", "mixed"].contains($0.givenValue) ? $0 : nil }
        return [policy, meta["hw_numa_nodes"]].compactMap(\.self).map { property in
            PropertyProblem(
                property, .warning,
                "VMware hosts report neither pinned CPUs nor NUMA cells, so the scheduler may find none",
                fix: "remove it")
        }
    }

    /// A hypervisor's type that keeps the image from a driver's hosts.
    static func wrongType(_ meta: ImageMeta, accepted: [String], driver: String) -> [PropertyProblem] {
        guard let property = meta["img_hv_type"], let value = property.value, !accepted.contains(value) else {
            return []
        }
        return [
            PropertyProblem(
                property, .error, "it keeps the image off \(driver) hosts (ImagePropertiesFilter)",
                fix: "set it to \(accepted.joined(separator: " or "))")
        ]
    }

    /// A value that Nova knows and a driver refuses.
    static func refused(
        _ meta: ImageMeta, _ name: String, _ accepted: [String], driver: String
    ) -> [PropertyProblem] {
        guard let property = meta[name], let value = property.value, !accepted.contains(value) else { return [] }
        return [
            PropertyProblem(
                property, .error, "Nova's \(driver) driver refuses it",
                fix: "set it to one of \(accepted.joined(separator: ", "))")
        ]
    }
}
