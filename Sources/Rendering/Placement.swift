public import Release
public import Topology

/// Where an instance of an image and a flavor may land, as Nova of the release decides it from the lab's own settings.
///
/// Which of the hosts that remain is taken depends on what is free there, which no topology tells.
public struct Placement: Sendable, Encodable {
    /// One hypervisor and what speaks against it.
    public struct Candidate: Sendable, Encodable {
        /// Nova's `host`.
        public var host: String
        public var node: String
        public var hypervisor: String
        public var zone: String?
        /// Why the image does not land there; empty: it may.
        public var reasons: [String]
        public var fits: Bool { reasons.isEmpty }

        private enum Key: String, CodingKey { case host, node, hypervisor, zone, fits, reasons }
        public func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: Key.self)
            try values.encode(host, forKey: .host)
            try values.encode(node, forKey: .node)
            try values.encode(hypervisor, forKey: .hypervisor)
            try values.encodeIfPresent(zone, forKey: .zone)
            try values.encode(fits, forKey: .fits)
            try values.encode(reasons, forKey: .reasons)
        }
    }

    /// One form in which the image is in Glance.
    public struct Form: Sendable, Encodable {
        /// E.g. `tiny-vmdk`.
        public var name: String
        public var diskFormat: String
        /// The `img_hv_type` that it is tagged with.
        public var hypervisorType: String
        public var candidates: [Candidate]
    }

    /// The image's forms; a hypervisor for which the image is not has none.
    public let forms: [Form]
    public let flavor: String
    /// What decides among the hosts that remain.
    public let order: String

    /// - Parameter zone: The availability zone that the instance is asked for; nil: any.
    /// - Throws: For an image, flavor or zone that the lab has not.
    public init(of image: String, flavor: String, zone: String? = nil, in lab: Lab, release: Release)
        throws(PlacementError)
    {
        guard let image = lab.images.first(where: { $0.name == image }) else {
            throw PlacementError("image", image, among: lab.images.map(\.name))
        }
        guard let flavor = lab.flavors.first(where: { $0.name == flavor }) else {
            throw PlacementError("flavor", flavor, among: lab.flavors.map(\.name))
        }
        let zones = lab.computeServices.map { $0.availabilityZone ?? "nova" }
        if let zone, !zones.contains(zone) {
            throw PlacementError("availability zone", zone, among: Array(Set(zones)).sorted())
        }
        let judge = PlacementJudge(lab: lab, release: release, image: image, flavor: flavor, zone: zone)
        forms = ImageForm.forms(of: image).map { form in
            Form(
                name: "\(image.name)-\(form.diskFormat)", diskFormat: form.diskFormat,
                hypervisorType: form.hypervisorType,
                candidates: lab.computeServices.map { judge.candidate($0, form) })
        }
        self.flavor = "\(flavor.name) (\(flavor.vcpus) vCPU, \(flavor.ramMB) MB, \(flavor.diskGB) GB)"
        order =
            "of the hosts that remain, Nova takes the one with the most free memory, CPU and disk (the default weights)"
    }
}

/// A name that the lab has not.
public struct PlacementError: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String

    init(_ what: String, _ name: String, among names: [String]) {
        let guess = nearest(to: name, among: names).map { "did you mean \($0)?" }
        description =
            "the lab has no \(what) \(name)\n  hint: "
            + (guess ?? (names.isEmpty ? "it has none at all" : "there are \(names.joined(separator: ", "))"))
    }
}

/// How an image is in Glance for a family of hypervisors.
struct ImageForm: Hashable {
    var hypervisorType: String
    var diskFormat: String

    /// A form for each family of hypervisors, or the one that the image's own properties ask for.
    static func forms(of image: Image) -> [ImageForm] {
        let properties = Dictionary(image.properties.map { ($0.name, $0.value) }) { _, last in last }
        let given = properties["img_hv_type"] ?? properties["hypervisor_type"]
        var forms: [ImageForm] = []
        for kind in image.hypervisors {
            var form = ImageForm(kind)
            form.hypervisorType = given ?? form.hypervisorType
            if !forms.contains(form) { forms.append(form) }
        }
        return forms
    }

    private init(_ kind: HypervisorKind) {
        (hypervisorType, diskFormat) =
            switch kind {
            case .kvm, .qemu: ("qemu", "qcow2")
            case .lxc: ("lxc", "raw")
            case .uml: ("uml", "raw")
            case .xen: ("xen", "qcow2")
            case .vmware, .vmwareESX: ("vmware", "vmdk")
            case .hyperv: ("hyperv", "vhdx")
            case .ironic: ("baremetal", "qcow2")
            case .docker: ("docker", "docker")
            }
    }
}

extension HypervisorKind {
    /// The types that the driver reports in `supported_instances`, with which ImagePropertiesFilter compares.
    var reportedTypes: [String] {
        switch self {
        case .kvm: ["kvm", "qemu"]
        case .vmware, .vmwareESX: ["vmware"]
        case .ironic: ["baremetal"]
        default: [rawValue]
        }
    }

    /// Disk formats that the driver declares (`supports_image_type_…` in nova/virt/*/driver.py).
    var diskFormats: [String] {
        switch self {
        case .vmware, .vmwareESX: ["vmdk", "iso"]
        case .hyperv: ["vhd", "vhdx"]
        case .docker: ["docker"]
        default: ["raw", "qcow2", "iso", "ami"]
        }
    }
}

/// Judges one hypervisor after the other.
private struct PlacementJudge {
    let lab: Lab
    let release: Release
    let image: Image
    let flavor: Flavor
    let zone: String?

    func candidate(_ service: ComputeService, _ form: ImageForm) -> Placement.Candidate {
        let kind = lab.node(service.node)?.hypervisor?.kind ?? .kvm
        return Placement.Candidate(
            host: service.host, node: service.node, hypervisor: kind.rawValue, zone: service.availabilityZone,
            reasons: reasons(service, kind, form))
    }

    private func reasons(_ service: ComputeService, _ kind: HypervisorKind, _ form: ImageForm) -> [String] {
        var reasons: [String] = []
        if case .noDriver(let why) = release.support(for: kind) { reasons.append(why) }
        if !kind.reportedTypes.contains(form.hypervisorType) {
            reasons.append(
                "ImagePropertiesFilter: the image is for \(form.hypervisorType), and the host reports"
                    + " \(kind.reportedTypes.joined(separator: " and "))")
        }
        if release.era == .modern, !kind.diskFormats.contains(form.diskFormat) {
            let trait = "COMPUTE_IMAGE_TYPE_\(form.diskFormat.uppercased())"
            reasons.append("Placement: the host has not the trait \(trait) (query_placement_for_image_type_support)")
        }
        if let zone, service.availabilityZone ?? "nova" != zone {
            let own = service.availabilityZone.map { "in zone \($0)" } ?? "in no zone of its own (Nova says nova)"
            reasons.append("Placement: the host is \(own), not in \(zone)")
        }
        return reasons + flavorReasons(kind)
    }

    private func flavorReasons(_ kind: HypervisorKind) -> [String] {
        switch kind {
        case .vmware where flavor.ramMB % 4 != 0, .vmwareESX where flavor.ramMB % 4 != 0:
            ["vSphere: \(flavor.ramMB) MB is no multiple of 4, so the virtual machine cannot be made"]
        case .ironic where release.era == .modern:
            [
                "Placement: Ironic's nodes have resource classes of their own, and flavor \(flavor.name) asks for vCPUs"
                    + " and memory"
            ]
        default: []
        }
    }
}

extension Placement: CustomStringConvertible {
    public var description: String {
        var lines: [String] = []
        for form in forms {
            lines.append("\(form.name) (img_hv_type \(form.hypervisorType), \(form.diskFormat)), flavor \(flavor)")
            let width = form.candidates.map(\.host.count).max() ?? 0
            for candidate in form.candidates {
                let host = candidate.host + String(repeating: " ", count: width - candidate.host.count)
                let zone = candidate.zone.map { ", zone \($0)" } ?? ""
                lines.append("  \(candidate.fits ? "✓" : "✗") \(host)  \(candidate.hypervisor)\(zone)")
                lines += candidate.reasons.map { "      \($0)" }
            }
            lines.append("")
        }
        return (lines + [order]).joined(separator: "\n") + "\n"
    }
}
