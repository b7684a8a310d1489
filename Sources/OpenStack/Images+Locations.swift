import Foundation
import HTTP

/// Where the data of an image is, in the words of the store that keeps it.
public struct ImageLocation: Sendable, Equatable, Decodable {
    /// E.g. `vsphere://HOST/folder/PATH?dcPath=DATACENTER&dsName=DATASTORE`; at most 255 characters.
    public var url: String

    /// A location by its URL, which the store judges and nobody before it.
    public init(url: String) { self.url = url }
}

/// Images whose data Glance is told of instead of being sent it.
///
/// By `PATCH` of the image, which every release from Train to 2026.2 takes where `show_multiple_locations` is on. 2024.2
/// brought `POST /images/ID/locations`, but that takes other locations than HTTP's only from users with the role
/// `service`, and Nova (2026.2) still looks for locations in the image itself, where only that option shows them.
extension Cloud {
    /// The identifiers of Glance's stores; nil where it has no `enabled_backends` and so does not tell.
    public func imageStores() async throws -> [String]? {
        try await find(.image, "/info/stores", as: StoreList.self, doing: "list Glance's stores")?.stores.map(\.id)
    }

    /// Gives an image without data a location, which makes it `active`. Glance finds the size by asking the store.
    ///
    /// - Parameter hash: what Glance cannot know without reading the data: `sha512` or another `hashing_algorithm`, and
    ///   the value. Glance believes it.
    /// - Throws: `status(400)` when the store finds nothing there, `status(403)` when locations are not shown or the
    ///   policy `set_image_location` forbids it, `status(409)` when Glance's `hashing_algorithm` is another one.
    public func add(
        location: ImageLocation, hash: (algorithm: String, value: String)?, toImage id: String
    ) async throws {
        let change = NewLocation(
            value: NewLocation.Value(
                url: location.url,
                validationData: hash.map { ["os_hash_algo": $0.algorithm, "os_hash_value": $0.value] }))
        try await succeed(
            Call(
                method: "PATCH", service: .image, path: "/images/\(id)", doing: "tell Glance where image \(id) is",
                body: try json([change]), contentType: "application/openstack-images-v2.1-json-patch"))
    }
}

private struct StoreList: Decodable {
    struct Store: Decodable { var id: String }
    var stores: [Store]
}

/// RFC 6902, at the list's end.
private struct NewLocation: Encodable {
    struct Value: Encodable {
        var url: String
        var metadata: [String: String] = [:]
        var validationData: [String: String]?

        private enum CodingKeys: String, CodingKey {
            case url, metadata
            case validationData = "validation_data"
        }
    }

    var op = "add"
    var path = "/locations/-"
    var value: Value
}
