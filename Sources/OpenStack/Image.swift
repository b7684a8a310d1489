/// An image of Glance.
public struct Image: Sendable, Equatable, Decodable {
    /// Glance's id, a UUID.
    public var id: String
    /// What people call it; several may have the same, or none.
    public var name: String?
    /// queued, saving, active, …
    public var status: String
    /// qcow2, vmdk, raw, iso, …; nil while nobody has said.
    public var diskFormat: String?
    /// public, private, shared or community.
    public var visibility: String?
    /// Bytes; nil while there is no data.
    public var size: Int64?
    /// GiB and MiB that a flavor has to have for it.
    public var minDisk, minRAM: Int?
    /// Bytes of the disk in it; nil where Glance does not know.
    public var virtualSize: Int64?
    /// The project whose it is.
    public var owner: String?
    /// Of the data, e.g. with `hashAlgorithm` sha512; nil while there is none.
    public var hashValue: String?
    /// Glance's `hashing_algorithm` when the data came, e.g. sha512.
    public var hashAlgorithm: String?
    /// Where its data is; nil where Glance does not show that, which is its rule unless `show_multiple_locations` is on.
    public var locations: [ImageLocation]?
    /// What users gave it: Glance has that beside its own fields, always as text.
    public var properties: [String: String]

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: AnyKey.self)
        func text(_ key: String) throws -> String? { try fields.decodeIfPresent(String.self, forKey: AnyKey(key)) }
        id = try fields.decode(String.self, forKey: AnyKey("id"))
        name = try text("name")
        status = try fields.decode(String.self, forKey: AnyKey("status"))
        diskFormat = try text("disk_format")
        visibility = try text("visibility")
        size = try fields.decodeIfPresent(Int64.self, forKey: AnyKey("size"))
        minDisk = try fields.decodeIfPresent(Int.self, forKey: AnyKey("min_disk"))
        minRAM = try fields.decodeIfPresent(Int.self, forKey: AnyKey("min_ram"))
        virtualSize = try fields.decodeIfPresent(Int64.self, forKey: AnyKey("virtual_size"))
        owner = try text("owner")
        hashValue = try text("os_hash_value")
        hashAlgorithm = try text("os_hash_algo")
        locations = try fields.decodeIfPresent([ImageLocation].self, forKey: AnyKey("locations"))
        properties = [:]
        for key in fields.allKeys where !Self.ownFields.contains(key.stringValue) {
            if let value = try? fields.decode(String.self, forKey: key) { properties[key.stringValue] = value }
        }
    }

    /// `schemas/image` of Glance's API, without the custom properties.
    private static let ownFields: Set = [
        "checksum", "container_format", "created_at", "direct_url", "disk_format", "file", "id", "locations",
        "min_disk", "min_ram", "name", "os_hash_algo", "os_hash_value", "os_hidden", "owner", "protected", "schema",
        "self", "size", "status", "stores", "tags", "updated_at", "virtual_size", "visibility",
    ]
}

/// An image to be made.
public struct NewImage: Sendable, Equatable {
    /// What people will call it.
    public var name: String
    /// qcow2, vmdk, raw, …
    public var diskFormat: String
    /// public, private, shared or community.
    public var visibility: String
    /// Glance's fields beside its own, e.g. `img_hv_type`.
    public var properties: [String: String]

    /// An image of which nothing is in Glance yet.
    public init(name: String, diskFormat: String, visibility: String = "public", properties: [String: String]) {
        self.name = name
        self.diskFormat = diskFormat
        self.visibility = visibility
        self.properties = properties
    }
}
