import Release
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
        (hypervisorType, diskFormat) = (kind.image.hypervisorType, kind.image.diskFormat)
    }
}
