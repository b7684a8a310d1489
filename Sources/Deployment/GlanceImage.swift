import Foundation
import Topology

/// An image of the lab in the form that one kind of hypervisor takes.
public struct GlanceImage: Sendable, Equatable {
    /// `<image>-qcow2` for libvirt, `<image>-vmdk` for vSphere.
    public var name: String
    /// What Glance calls it: qcow2 or vmdk.
    public var diskFormat: String
    public var properties: [String: String]
    /// The file on this machine.
    public var path: String
    /// SHA-256 of the file.
    public var digest: String

    /// What Glance has to show for the image to be the right one.
    struct Expected: Sendable, Equatable {
        var digest: String
        var properties: [String: String]
    }

    /// The property in which an image of ours carries the SHA-256 of its file.
    static let digestProperty = "polyvisor_sha256"

    var expected: Expected { Expected(digest: digest, properties: properties) }

    /// The properties that it is uploaded with.
    var allProperties: [String: String] { properties.merging([Self.digestProperty: digest]) { ours, _ in ours } }
}

/// The files of an image, for each kind of hypervisor that it is for.
struct ImageFiles: Sendable {
    var qcow2: String
    var vmdk: String
}

extension GlanceImage {
    /// The image in every form that its hypervisors need.
    static func forms(of image: Image, files: ImageFiles) throws -> [GlanceImage] {
        let given = Dictionary(image.properties.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
        var forms: [GlanceImage] = []
        if image.hypervisors.contains(where: { $0 == .kvm || $0 == .qemu }) {
            forms.append(try form(image.name, "qcow2", files.qcow2, libvirtProperties.merging(given) { $1 }))
        }
        if image.hypervisors.contains(.vmware) {
            forms.append(try form(image.name, "vmdk", files.vmdk, vmwareProperties.merging(given) { $1 }))
        }
        return forms
    }

    private static func form(
        _ name: String, _ format: String, _ path: String, _ properties: [String: String]
    ) throws -> GlanceImage {
        GlanceImage(
            name: "\(name)-\(format)", diskFormat: format, properties: properties, path: path,
            digest: try fileDigest(path))
    }

    /// libvirt reports the type qemu for KVM and for QEMU.
    private static let libvirtProperties = ["img_hv_type": "qemu"]

    /// Nova takes the disk for preallocated unless told; it knows the adapter only in this spelling.
    private static let vmwareProperties = [
        "img_hv_type": "vmware", "vmware_disktype": "streamOptimized", "vmware_adaptertype": "lsiLogic",
        "vmware_ostype": "otherLinux64Guest", "hw_vif_model": "VirtualVmxnet3",
    ]
}
