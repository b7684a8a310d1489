import Foundation
import HTTP
import OpenStack
public import VSphere

/// A datastore that Glance knows by its vSphere store: images go there without passing through Glance, which is told
/// where they are.
///
/// A file is named as Glance's store names its own, `DIRECTORY/IMAGE-ID`, so nothing else can be of that name, and
/// Glance deletes it with the image. Nova's VMware driver copies such an image from datastore to datastore, where it is
/// sparse or flat; streamOptimized ones it imports, for which it reads them through Glance
/// (nova/virt/vmwareapi/vmops.py `_get_image_callbacks`, Train to 2026.2).
public struct GlanceStore: Sendable {
    /// `vmware_store_image_dir` of a Glance that `up` configured, and the name that Glance has for it of its own.
    public static let usualDirectory = "openstack_glance"

    private let datastore: DatastoreAccess
    private let directory: DatastorePath
    private let vcenter: String
    private let host: String
    private let readsBack: Bool

    /// - Parameters:
    ///   - vcenter: its name, for messages and marks.
    ///   - host: the vCenter as `vmware_server_host` of Glance has it.
    ///   - readsBack: whether what arrived is read back to compare its checksum.
    /// - Throws: `UploadRefusal` where an address of it would not work.
    public init(
        of vcenter: String, on datastore: DatastoreAccess, in directory: DatastorePath, host: String, readsBack: Bool
    ) throws {
        (self.vcenter, self.datastore, self.directory) = (vcenter, datastore, directory)
        (self.host, self.readsBack) = (host, readsBack)
        try checkAddress()
    }

    /// Nova takes the path as it stands in the address, without decoding it.
    private func checkAddress() throws {
        let plain = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
        guard directory.path.unicodeScalars.allSatisfy(plain.contains) else {
            throw UploadRefusal(
                cause: "the directory \(directory.path) cannot be written in the address of an image",
                hint: "name one of ASCII letters, digits, dashes, dots and underscores")
        }
        let length = location(of: UUID().uuidString).url.count
        guard length <= 255 else {
            throw UploadRefusal(
                cause: "the address of an image on \(directory) has \(length) characters, and Glance takes 255",
                hint: "name a directory that is nearer to the root")
        }
    }

    /// What an image bears while its data is on the way.
    var place: String { "\(vcenter): \(directory)" }

    func location(of image: String) -> ImageLocation {
        let server = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return ImageLocation(url: "vsphere://\(server)" + datastore.folderURL(of: path(of: image)))
    }

    private func path(of image: String) -> DatastorePath { directory.appending(image) }

    /// With `enabled_backends` the store does not work: glance_store (to 5.7.0, multi_backend.py
    /// `get_store_from_store_identifier`) looks for it by the type `vmware`, and it is registered by its scheme, `vsphere`.
    ///
    /// - Throws: `UploadRefusal` where Glance has that.
    func check(in cloud: Cloud) async throws {
        guard let stores = try await cloud.imageStores() else { return }
        throw UploadRefusal(
            cause: "Glance has its stores (\(stores.joined(separator: ", "))) in enabled_backends, and finds none for "
                + "datastores there, even if one is named",
            hint:
                "[glance_store] stores = file,http,vmware without enabled_backends works; image_datastores of vCenter "
                + "\(vcenter) and `polyvisor up` write that")
    }

    /// Whether an image is here, with all its bytes.
    func has(_ image: Image) async throws -> Bool {
        guard image.locations?.contains(where: { $0.url == location(of: image.id).url }) == true else { return false }
        return try await datastore.find(path(of: image.id))?.size == image.size
    }

    func write(_ body: HTTPBody, of image: Image) async throws {
        guard image.locations != nil else {
            throw UploadRefusal(
                cause: "Glance neither shows nor takes locations of images: [DEFAULT] show_multiple_locations is off",
                hint: "image_datastores of a vCenter and `polyvisor up` turn it on; without it Nova does not see, "
                    + "either, that an image is on a datastore")
        }
        try await datastore.makeDirectory(directory)
        try await datastore.write(body, to: path(of: image.id))
    }

    /// Compares what arrived, and tells Glance where it is.
    ///
    /// - Returns: whether Glance took a hash.
    func finish(_ receipt: UploadReceipt, of image: String, in cloud: Cloud) async throws -> Bool {
        try await datastore.compare(path(of: image), with: receipt, readsBack: readsBack, as: "\(path(of: image))")
        for algorithm in ["sha512", "sha256"] {
            guard let value = receipt.checksums[algorithm] else { continue }
            do {
                try await add(image, hash: (algorithm, value), in: cloud)
                return true
            } catch let error as OpenStackError where error.kind == .status(409) {
                // Glance's hashing_algorithm is another one.
            }
        }
        try await add(image, hash: nil, in: cloud)
        return false
    }

    private func add(_ image: String, hash: (String, String)?, in cloud: Cloud) async throws {
        do {
            try await cloud.add(location: location(of: image), hash: hash, toImage: image)
        } catch let error as OpenStackError where error.kind == .status(403) {
            throw UploadRefusal(
                cause: "\(error)", hint: "the policy set_image_location of Glance says who may: administrators, usually"
            )
        } catch let error as OpenStackError where error.kind == .status(400) {
            throw UploadRefusal(
                cause: "\(error)",
                hint:
                    "Glance did not find it at \(location(of: image).url): has it a store for datastores ([glance_store] "
                    + "stores), is its vmware_server_host \(host), and does that answer on port 443? Its log says more")
        }
    }

    /// Removes an image's file; none is no error.
    func remove(_ image: String) async throws { try await datastore.delete(path(of: image)) }
}
