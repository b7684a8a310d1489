import Foundation
public import HTTP

/// An image in steps of one's own, for data that comes from a stream.
extension Cloud {
    /// Makes an image without data: its status is `queued`.
    public func createImage(_ image: NewImage) async throws -> Image {
        var fields = image.properties
        fields["name"] = image.name
        fields["disk_format"] = image.diskFormat
        fields["container_format"] = "bare"
        fields["visibility"] = image.visibility
        return try await post(.image, "/images", fields, as: Image.self, doing: "create image \(image.name)")
    }

    /// Sends an image's data. Glance takes it in chunks, too, and stores it before it answers.
    ///
    /// - Parameter body: a stream can be sent once: call this soon after another call, whose token is still good.
    public func sendData(_ body: HTTPBody, toImage id: String, named name: String) async throws {
        try await succeed(
            Call(
                method: "PUT", service: .image, path: "/images/\(id)/file", doing: "upload image \(name)", body: body,
                contentType: "application/octet-stream", timeout: .seconds(72 * 3600), stallTimeout: .seconds(600)))
    }

    /// Changes properties that users gave an image: those with a value are set, those with nil removed. RFC 6902, with
    /// Glance's rule that `add` also replaces.
    public func change(properties: [String: String?], ofImage id: String) async throws {
        if properties.isEmpty { return }
        let changes = properties.sorted { $0.key < $1.key }.map { name, value in
            let path = "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
            return value.map { ["op": "add", "path": path, "value": $0] } ?? ["op": "remove", "path": path]
        }
        try await succeed(
            Call(
                method: "PATCH", service: .image, path: "/images/\(id)", doing: "change the properties of image \(id)",
                body: try json(changes), contentType: "application/openstack-images-v2.1-json-patch"))
    }
}
