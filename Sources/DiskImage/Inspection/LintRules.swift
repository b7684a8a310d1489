import Wording
import ImageMeta

/// The rules of `ImageLint`: each looks at one thing and gives the problems that it finds.
enum LintRules {
    static let convert =
        "polyvisor image convert IN OUT.vmdk makes a streamOptimized VMDK with the adapter lsiLogic"

    static func damage(_ image: ImageInspection, _ target: ImageTarget, _: ImageLint.Options) -> [ImageLint.Problem] {
        image.findings.filter { $0.severity == .damage }.map { finding in
            let place = finding.offset.map { ", byte \($0)" } ?? ""
            return .init(
                rule: .damaged, severity: .error, what: "\(finding.file)\(place): \(finding.text)",
                mend: "fetch the image again, or repair it with the tool that made it")
        }
    }

    static func references(_ image: ImageInspection, _ target: ImageTarget, _: ImageLint.Options) -> [ImageLint.Problem]
    {
        let others = image.files.dropFirst()
        guard !others.isEmpty else { return [] }
        return [
            .init(
                rule: .references, severity: .error,
                what: "the disk is in \(others.count + 1) files: \(others.map(\.path).joined(separator: ", ")); "
                    + "Glance keeps one, and Nova refuses images that refer to others",
                mend: "polyvisor image convert makes one file of them")
        ]
    }

    static func format(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard target == .vmware, image.format != .vmdk, !image.isISO else { return [] }
        // A flat extent is a raw disk, to which Nova writes a descriptor; disk_format is vmdk then.
        let isTaggedFlat = options.meta["hw_disk_type"] != nil && options.meta.diskType?.isFlat == true
        if image.format == .raw, isTaggedFlat { return [] }
        return formatProblem(image)
    }

    private static func formatProblem(_ image: ImageInspection) -> [ImageLint.Problem] {
        [
            .init(
                rule: .format, severity: .error,
                what: "\(image.format.rawValue): Nova's VMware driver takes VMDK and ISO",
                mend: convert)
        ]
    }

    static func subtype(_ image: ImageInspection, _ target: ImageTarget, _: ImageLint.Options) -> [ImageLint.Problem] {
        guard target == .vmware, image.format == .vmdk, image.vmwareDiskType == nil else { return [] }
        return [
            .init(
                rule: .subtype, severity: .error,
                what: "\(image.subtype ?? "a VMDK without a descriptor"): Nova's VMware driver takes a single file, "
                    + "streamOptimized or monolithicSparse",
                mend: convert)
        ]
    }

    static func allowedTypes(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard target == .kvm, image.format == .vmdk, image.ova == nil else { return [] }
        let type = image.subtype ?? "none"
        guard !options.vmdkAllowedTypes.contains(type) else {
            return [
                .init(
                    rule: .vmdkAllowedTypes, severity: .warning,
                    what: "Nova allows the type \(type), and converts the VMDK on every compute node that gets it",
                    mend: "polyvisor image convert IN OUT.raw, or upload a qcow2 for KVM")
            ]
        }
        return [
            .init(
                rule: .vmdkAllowedTypes, severity: .error,
                what: "the type \(type) is not in [compute] vmdk_allowed_types "
                    + "(\(options.vmdkAllowedTypes.joined(separator: ",")))",
                mend:
                    "convert it, or add the type to that option for Nova, Glance and Cinder: only for images you trust")
        ]
    }

    static func capacity(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard let flavor = options.flavor, flavor.diskGB > 0, image.capacity > UInt64(flavor.diskGB) << 30 else {
            return []
        }
        return [
            .init(
                rule: .capacity, severity: .error,
                what: "the disk has \(ByteCount.text(image.capacity)), the flavor \(flavor.diskGB) GiB",
                mend: "take a flavor of at least \(image.capacity.blocks(of: 1 << 30)) GiB of disk")
        ]
    }

    static func memory(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard target == .vmware, let flavor = options.flavor,
            let refusal = VSphereMemory.refusal(ofMiB: flavor.ramMB)
        else { return [] }
        return [.init(rule: .memory, severity: .error, what: "the flavor: \(refusal.what)", mend: refusal.fix)]
    }

    static func virtio(
        _ image: ImageInspection, _ target: ImageTarget, _ options: ImageLint.Options
    ) -> [ImageLint.Problem] {
        guard target == .kvm, image.guest.family == .windows, image.guest.hasVirtioDrivers != true else { return [] }
        let bus = options.meta["hw_disk_bus"]?.value
        guard bus == nil || bus == "virtio" else { return [] }
        return [
            .init(
                rule: .virtio, severity: image.guest.hasVirtioDrivers == false ? .error : .warning,
                what: image.guest.hasVirtioDrivers == false
                    ? "this Windows has no virtio driver (viostor.sys, vioscsi.sys): it does not start from a virtio disk"
                    : "whether this Windows has a virtio driver cannot be told",
                mend: "install virtio-win before, or set hw_disk_bus=sata and hw_vif_model=e1000")
        ]
    }
}
