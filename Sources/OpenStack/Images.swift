import Foundation
import HTTP

extension Cloud {
    /// Every image, page after page.
    public func images() async throws -> [Image] {
        var found: [Image] = []
        var next: String? = "/images?limit=200"
        while let path = next {
            let page = try await get(.image, path, as: ImagePage.self, doing: "list images")
            found += page.images
            next = page.next.map { String($0.trimmingPrefix("/v2")) }
        }
        return found
    }

    /// An image as it is now; nil when there is none.
    public func image(_ id: String) async throws -> Image? {
        try await find(.image, "/images/\(id)", as: Image.self, doing: "look at image \(id)")
    }

    /// An image that is ours, with this data and at least these properties: made, or its properties changed.
    ///
    /// Images of this name with other data, or that a killed run left half, are replaced.
    ///
    /// - Parameters:
    ///   - path: the file with the data.
    ///   - mark: the property that only images of ours have, e.g. the SHA-256 of the file; its value in `image` tells
    ///     whether the data is the same.
    /// - Throws: a conflict if there is an image of this name without the mark.
    @discardableResult
    public func ensureImage(
        _ image: NewImage, from path: String, markedBy mark: String, progress: (@Sendable (Int64) -> Void)? = nil
    ) async throws -> Ensured {
        let there = try await images().filter { $0.name == image.name }
        if let stranger = there.first(where: { $0.properties[mark] == nil }) {
            throw OpenStackError(
                .conflict, doing: "upload image \(image.name)",
                reason:
                    "there is one (\(stranger.id)) without the property \(mark), so it is not ours; remove it, or give "
                    + "yours another name")
        }
        let kept = there.first {
            $0.status == "active" && $0.diskFormat == image.diskFormat && $0.properties[mark] == image.properties[mark]
        }
        for other in there where other.id != kept?.id { try await deleteImage(other.id) }
        guard let kept else {
            return Ensured(id: try await upload(image, from: path, progress: progress).id, changed: true)
        }
        let mended = try await mend(kept, to: image)
        return Ensured(id: kept.id, changed: mended || there.count > 1)
    }

    /// Makes an image and sends its data from a file.
    ///
    /// A failure on the way leaves no half image: what was made is removed.
    @discardableResult
    public func upload(
        _ image: NewImage, from path: String, progress: (@Sendable (Int64) -> Void)? = nil
    ) async throws -> Image {
        var fields = image.properties
        fields["name"] = image.name
        fields["disk_format"] = image.diskFormat
        fields["container_format"] = "bare"
        fields["visibility"] = image.visibility
        let made = try await post(.image, "/images", fields, as: Image.self, doing: "create image \(image.name)")
        do {
            return try await send(path, to: made, progress)
        } catch {
            // The reason why it failed matters more than whether the clean-up worked, which a cancelled task could
            // not do itself.
            _ = await Task { try await deleteImage(made.id) }.result
            throw error
        }
    }

    private func send(_ path: String, to image: Image, _ progress: (@Sendable (Int64) -> Void)?) async throws -> Image {
        let doing = "upload image \(image.name ?? image.id)"
        // Glance may take minutes to store what it has received.
        try await succeed(
            Call(
                method: "PUT", service: .image, path: "/images/\(image.id)/file", doing: doing,
                body: .file(path, progress: progress), contentType: "application/octet-stream",
                timeout: .seconds(24 * 3600), stallTimeout: .seconds(600)))
        let done = try await get(.image, "/images/\(image.id)", as: Image.self, doing: doing)
        guard done.status == "active" else {
            throw OpenStackError(.unexpectedAnswer, doing: doing, reason: "its status is \(done.status)")
        }
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64
        guard size == nil || done.size == size else {
            throw OpenStackError(
                .unexpectedAnswer, doing: doing,
                reason: "Glance has \(done.size ?? 0) bytes of a file of \(size ?? 0)")
        }
        return done
    }

    /// RFC 6902 with Glance's rule that a property is added or replaced.
    private func mend(_ image: Image, to wanted: NewImage) async throws -> Bool {
        var changes = wanted.properties.sorted { $0.key < $1.key }.compactMap { name, value -> [String: String]? in
            let now = image.properties[name]
            guard now != value else { return nil }
            let path = "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
            return ["op": now == nil ? "add" : "replace", "path": path, "value": value]
        }
        if image.visibility != wanted.visibility {
            changes.append(["op": "replace", "path": "/visibility", "value": wanted.visibility])
        }
        if changes.isEmpty { return false }
        try await succeed(
            Call(
                method: "PATCH", service: .image, path: "/images/\(image.id)",
                doing: "change the properties of image \(wanted.name)", body: try json(changes),
                contentType: "application/openstack-images-v2.1-json-patch"))
        return true
    }

    /// Removes an image; one that is not there is no error.
    public func deleteImage(_ id: String) async throws {
        try await delete(.image, "/images/\(id)", doing: "delete image \(id)")
    }
}

private struct ImagePage: Decodable {
    var images: [Image]
    var next: String?
}
