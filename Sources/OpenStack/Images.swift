import Foundation
import HTTP

/// An image of Glance; properties that a user or we gave are in `properties`.
public struct Image: Sendable, Equatable, Decodable {
    public var id: String
    public var name: String?
    /// queued, saving, active, …
    public var status: String
    public var diskFormat: String?
    /// Bytes; nil while there is no data.
    public var size: Int64?
    public var properties: [String: String]

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: AnyKey.self)
        id = try fields.decode(String.self, forKey: AnyKey("id"))
        name = try fields.decodeIfPresent(String.self, forKey: AnyKey("name"))
        status = try fields.decode(String.self, forKey: AnyKey("status"))
        diskFormat = try fields.decodeIfPresent(String.self, forKey: AnyKey("disk_format"))
        size = try fields.decodeIfPresent(Int64.self, forKey: AnyKey("size"))
        properties = [:]
        for key in fields.allKeys {
            // Glance puts custom properties beside its own fields; they are always strings.
            if let value = try? fields.decode(String.self, forKey: key) { properties[key.stringValue] = value }
        }
    }
}

/// An image to be made.
public struct NewImage: Sendable, Equatable {
    public var name: String
    /// qcow2, vmdk, raw, …
    public var diskFormat: String
    public var properties: [String: String]

    public init(name: String, diskFormat: String, properties: [String: String]) {
        self.name = name
        self.diskFormat = diskFormat
        self.properties = properties
    }
}

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

    /// Makes a public image and sends its data from a file.
    ///
    /// A failure on the way leaves no half image: what was made is removed.
    @discardableResult
    public func upload(
        _ image: NewImage, from path: String, progress: (@Sendable (Int64) -> Void)? = nil
    ) async throws -> Image {
        let doing = "upload image \(image.name)"
        var fields = image.properties
        fields["name"] = image.name
        fields["disk_format"] = image.diskFormat
        fields["container_format"] = "bare"
        fields["visibility"] = "public"
        let made = try await call("POST", .image, "/images", fields, as: Image.self, doing: "create image \(image.name)")
        do {
            let response = try await send(
                "PUT", .image, "/images/\(made.id)/file", body: .file(path, progress: progress),
                type: "application/octet-stream", doing: doing, timeout: .seconds(24 * 3600))
            guard response.status == 204 else { throw OpenStackError(response, doing: doing) }
            let done = try await get(.image, "/images/\(made.id)", as: Image.self, doing: doing)
            guard done.status == "active" else {
                throw OpenStackError(.unexpectedAnswer, doing: doing, reason: "its status is \(done.status)")
            }
            return done
        } catch {
            // The reason why it failed matters more than whether the clean-up worked.
            try? await deleteImage(made.id)
            throw error
        }
    }

    /// Removes an image; one that is not there is no error.
    public func deleteImage(_ id: String) async throws {
        try await call("DELETE", .image, "/images/\(id)", doing: "delete image \(id)", accepting: [404])
    }
}

private struct ImagePage: Decodable {
    var images: [Image]
    var next: String?
}

/// A key whose name is known only when it is read.
struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
