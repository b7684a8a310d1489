import Testing

@testable import ImageMeta

@Suite("What Nova makes of properties")
struct ImageMetaTests {
    private func severities(_ properties: [String: String], _ target: ImageTarget?) -> [PropertyProblem.Severity] {
        ImageMeta(properties).problems(for: target).map(\.severity)
    }

    @Test("older names are read as current ones, and the current one wins")
    func legacyNames() {
        let meta = ImageMeta(["vmware_disktype": "thin", "hw_disk_type": "sparse", "vmware_adaptertype": "paraVirtual"])
        #expect(meta.diskType == .sparse)
        #expect(meta.vmwareAdapter == .paraVirtual)
        #expect(meta.problems(for: .vmware).map(\.name) == ["vmware_disktype"])
        #expect(ImageMeta(["vmware_adaptertype": "ide"]).vmwareAdapter == .ide)
        #expect(ImageMeta([:]).diskType == .preallocated)
        #expect(ImageMeta(["vmware_disktype": "bogus"]).diskType == nil)
    }

    @Test(
        "values that Nova refuses are errors, with what it takes",
        arguments: [
            ("hw_disk_bus", "virtio-scsi", "scsi"), ("hw_disk_bus", "IDE", "ide"),
            ("hw_scsi_model", "pvscsi", "vmpvscsi"),
            ("hw_firmware_type", "efi", "uefi"), ("hw_firmware_type", "UEFI", "uefi"),
            ("img_hv_type", "esxi", "vmware"),
            ("hw_vif_model", "vmxnet4", "vmxnet3"), ("os_type", "macos", "linux"), ("hw_cpu_sockets", "two", "number"),
            ("hw_cpu_policy", "pinned", "dedicated"), ("hw_video_model", "vmware", "vmvga"),
            ("hw_mem_page_size", "huge", "large"), ("vmware_adaptertype", "sata", "lsiLogic"),
            ("hw_architecture", "x64", "x86_64"), ("os_secure_boot", "yes", "required"),
        ])
    func refused(_ name: String, _ value: String, _ hint: String) {
        for target in [nil, ImageTarget.vmware, .kvm] {
            let problems = ImageMeta([name: value]).problems(for: target)
            #expect(problems.map(\.severity) == [.error], "\(problems)")
            #expect(problems.first?.fix.contains(hint) == true, "\(problems)")
        }
    }

    @Test(
        "values that Nova takes are none",
        arguments: [
            ("hw_scsi_model", "virtio-scsi"), ("hw_vif_model", "VIRTIO"), ("os_type", "Windows"),
            ("hw_cpu_sockets", "2"),
            ("hw_vif_multiqueue_enabled", "yes"), ("hw_architecture", "amd64"), ("hw_mem_page_size", "2MB"),
            ("hw_mem_page_size", "1048576"), ("hw_machine_type", "q35"), ("hw_machine_type", "pc-i440fx-7.2"),
            ("img_hv_type", "KVM"), ("hypervisor_type", "qemu"), ("os_distro", "debian"), ("os_version", "12"),
            ("hw_rng_model", "virtio"), ("my_own", "anything"), ("trait:HW_CPU_X86_AVX2", "required"),
            ("hw_numa_cpus.0", "0,1"), ("cinder_img_volume_type", "fast"), ("polyvisor_sha256", "00"),
        ])
    func accepted(_ name: String, _ value: String) { #expect(severities([name: value], .kvm).isEmpty) }

    @Test(
        "what a hypervisor's driver refuses, though Nova knows it",
        arguments: [
            (ImageTarget.vmware, "hw_vif_model", "virtio", .error), (.kvm, "hw_vif_model", "vmxnet", .error),
            (.vmware, "img_hv_type", "qemu", .error), (.kvm, "img_hv_type", "vmware", .error),
            (.vmware, "hw_disk_bus", "virtio", .warning), (.kvm, "hw_disk_bus", "xen", .error),
            (.vmware, "hw_disk_bus", "scsi", .warning), (.vmware, "hw_architecture", "aarch64", .error),
            (.vmware, "os_distro", "ubuntu", .error), (.vmware, "vmware_ostype", "ubuntu", .error),
            (.vmware, "vmware_ostype", "rhel9_64Guest", .warning), (.vmware, "vmware_disktype", "Sparse", .error),
            (.vmware, "vmware_adaptertype", "lsilogic", .warning), (.vmware, "vmware_adaptertype", "IDE", .error),
            (.vmware, "hw_cpu_policy", "dedicated", .warning), (.kvm, "hw_machine_type", "Q35", .error),
            (.kvm, "hw_vif_multiqueue_enabled", "on please", .warning), (.kvm, "hw_disk-bus", "virtio", .warning),
            (.vmware, "vmware_disk_type", "sparse", .warning), (.kvm, "hw_vm_mode", "xen", .error),
        ] as [(ImageTarget, String, String, PropertyProblem.Severity)])
    func drivers(_ target: ImageTarget, _ name: String, _ value: String, _ severity: PropertyProblem.Severity) {
        let problems = ImageMeta([name: value]).problems(for: target)
        #expect(problems.map(\.severity) == [severity], "\(problems)")
        #expect(problems.allSatisfy { !$0.fix.isEmpty })
    }

    @Test("an IDE disk needs a machine with an IDE controller")
    func machine() {
        #expect(severities(["hw_machine_type": "pc-q35-8.2", "hw_disk_bus": "ide"], .kvm) == [.error])
        #expect(severities(["hw_machine_type": "pc", "hw_disk_bus": "ide"], .kvm).isEmpty)
    }

    @Test(
        "what Polyvisor tags its own images with is taken", arguments: VMwareDiskType.allCases, VMwareAdapter.allCases)
    func tags(_ type: VMwareDiskType, _ adapter: VMwareAdapter) {
        let meta = ImageMeta(ImageTags.vmware(type, adapter))
        #expect(meta.problems(for: .vmware).isEmpty)
        #expect(meta.diskType == type && meta.vmwareAdapter == adapter && meta.target == .vmware)
        #expect(ImageMeta(ImageTags.libvirt).problems(for: .kvm).isEmpty)
    }

    @Test(
        "vSphere refuses memory that is not a multiple of 4 MB, and the next more is a way out",
        arguments: [(512, nil), (510, "use 512 MB"), (513, "use 516 MB"), (1, "use 4 MB")] as [(Int, String?)])
    func memory(_ memory: Int, _ fix: String?) {
        let refusal = VSphereMemory.refusal(ofMiB: memory)
        #expect(refusal?.fix == fix)
        #expect(refusal?.what.hasPrefix("\(memory) MB of memory is not a multiple of 4 MB") ?? true)
    }

    @Test("any names and values give problems with a way out, never a crash")
    func anything() {
        var state: UInt64 = 7
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        let names =
            Array(PropertyKind.table.keys).sorted() + ImageMeta.legacyNames.keys.sorted() + ["vmware_adaptertype", ""]
        let values = [
            "", " ", "1", "-1", "true", "ide", "scsi", "Guest", "\u{0}", "é", String(repeating: "9", count: 400),
        ]
        for _ in 0..<3000 {
            var given: [String: String] = [:]
            for _ in 0...next(5) { given[names[next(names.count)]] = values[next(values.count)] }
            for target in [nil, ImageTarget.vmware, .kvm] {
                for problem in ImageMeta(given).problems(for: target) {
                    #expect(!problem.what.isEmpty && !problem.fix.isEmpty)
                    #expect(given[problem.name] != nil, "\(problem) is about none of \(given)")
                }
            }
        }
    }
}
