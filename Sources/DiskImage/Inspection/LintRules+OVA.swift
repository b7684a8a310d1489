import ImageMeta

/// Virtual machines in one file.
extension LintRules {
    static func ova(_ image: ImageInspection, _ target: ImageTarget, _: ImageLint.Options) -> [ImageLint.Problem] {
        guard let ova = image.ova else { return [] }
        return target == .kvm ? [ovaOnKVM(image)] : ovaOnVMware(image, ova)
    }

    private static func ovaOnKVM(_ image: ImageInspection) -> ImageLint.Problem {
        .init(
            rule: .format, severity: .error,
            what: "an OVA: Nova's libvirt driver takes disks, and would start the archive itself",
            mend: "polyvisor image convert \(image.path) OUT.qcow2 makes a disk of it, without unpacking")
    }

    /// The driver reads the archive once, from its beginning, and sends the first disk of the descriptor to vSphere.
    private static func ovaOnVMware(_ image: ImageInspection, _ ova: OVAInspection) -> [ImageLint.Problem] {
        let instead = "upload its disk instead: polyvisor image upload \(image.path) --format streamOptimized"
        var problems: [ImageLint.Problem] = []
        if let why = ova.hiddenFromNova {
            problems.append(
                .init(
                    rule: .ova, severity: .warning,
                    what: "Nova would not find the disk in this OVA (container format ova), as \(why)", mend: instead))
        }
        if image.format == .vmdk, image.subtype != "streamOptimized" {
            problems.append(
                .init(
                    rule: .ova, severity: .error,
                    what: "its disk is \(image.subtype ?? "without a descriptor"), and vSphere imports streamOptimized",
                    mend: instead))
        }
        if ova.disks.count > 1 {
            problems.append(
                .init(
                    rule: .ova, severity: .warning,
                    what: "it has \(ova.disks.count) disks, and Nova takes the first alone, \(ova.disks.first ?? "")",
                    mend: "upload the others as images of their own (--disk NAME)"))
        }
        return problems
    }
}

extension ImageInspection {
    /// The adapter of the machine that the OVF describes, or else of the descriptor of a VMDK.
    var adapter: VMwareAdapter? { ova?.hardware.adapter ?? adapterType.flatMap(VMwareAdapter.init(descriptor:)) }

    /// Where `adapter` is written.
    var adapterWords: String? {
        ova?.hardware.adapter != nil ? ova?.hardware.controller.map { "\($0), by its OVF" } : adapterType
    }
}
