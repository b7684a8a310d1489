import Topology

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
