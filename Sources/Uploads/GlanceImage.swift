public import DiskImage
import Foundation
import GuestImage
import ImageMeta
package import Topology

/// An image of the lab in the form that one kind of hypervisor takes.
public struct GlanceImage: Sendable, Equatable {
    /// `<image>-qcow2` for libvirt, `<image>-lxc` for its containers, `<image>-vmdk` for vSphere.
    public var name: String
    /// What Glance gets beside its own fields: the form's tags, and over them the topology's.
    public var properties: [String: String]
    /// The disk on this machine, in whatever format; it is converted while it is uploaded.
    public var path: String
    /// nil: what is in the file says it.
    public var format: ImageFormat?
    /// What it is converted to.
    public var encoding: ImageEncoding
    /// What the upload consists of, by `DiskDigest`.
    public var digest: String

    package init(
        name: String, properties: [String: String], path: String, format: ImageFormat?, encoding: ImageEncoding,
        digest: String
    ) {
        (self.name, self.properties, self.path, self.format) = (name, properties, path, format)
        (self.encoding, self.digest) = (encoding, digest)
    }

    /// What Glance calls it: qcow2, raw or vmdk.
    public var diskFormat: String { encoding.diskFormat }
}

extension GlanceImage {
    /// The image in every form that its hypervisors need.
    ///
    /// - Parameters:
    ///   - disk: where its disk is, and in which format if that is known.
    ///   - container: the same of its root file system for LXC, which has no partitions.
    /// - Throws: `DiskImageError` when one cannot be read.
    package static func forms(
        of image: Image, disk: (path: String, format: ImageFormat?), container: (path: String, format: ImageFormat?)
    ) async throws -> [GlanceImage] {
        let speaks = image.source == .tinyGuest ? [(GuestReport.imageProperty, "tiny")] : []
        let given = Dictionary(
            speaks + image.properties.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
        var encodings: [ImageEncoding] = []
        if image.hypervisors.contains(where: \.runsQEMU) { encodings.append(.qcow2) }
        if image.hypervisors.contains(where: \.isVSphere) {
            let adapter = ImageMeta(given).vmwareAdapter ?? .lsiLogic
            encodings.append(.streamOptimized(adapter: adapter))
        }
        var forms: [GlanceImage] = []
        if !encodings.isEmpty {
            let digests = try await DiskDigest.of(try ImageFile.open(disk.path, as: disk.format), as: encodings)
            forms = zip(encodings, digests).map { encoding, digest in
                GlanceImage(
                    name: "\(image.name)-\(encoding.diskFormat)",
                    properties: properties(for: encoding).merging(given) { $1 }, path: disk.path,
                    format: disk.format, encoding: encoding, digest: digest)
            }
        }
        guard image.hypervisors.contains(.lxc) else { return forms }
        let root = try ImageFile.open(container.path, as: container.format)
        for digest in try await DiskDigest.of(root, as: [.raw]) {
            forms.append(
                GlanceImage(
                    name: "\(image.name)-lxc", properties: ImageTags.containers.merging(given) { $1 },
                    path: container.path, format: container.format, encoding: .raw, digest: digest))
        }
        return forms
    }
}
