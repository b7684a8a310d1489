/// A value of the catalogue's JSON, such as a default, as a configuration file would have it.
struct CatalogValue: Sendable, Decodable {
    /// Members of lists stand with commas between them, pairs of dicts as `key:value`.
    let text: String

    init(from decoder: any Decoder) throws {
        if let members = try? [CatalogValue](from: decoder) {
            text = members.map(\.text).joined(separator: ",")
        } else if let pairs = try? [String: CatalogValue](from: decoder) {
            text = pairs.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.text)" }.joined(separator: ",")
        } else {
            text = try Self.scalar(decoder.singleValueContainer())
        }
    }

    private static func scalar(_ value: any SingleValueDecodingContainer) throws -> String {
        if value.decodeNil() { return "" }
        if let truth = try? value.decode(Bool.self) { return truth ? "true" : "false" }
        if let number = try? value.decode(Int.self) { return String(number) }
        if let number = try? value.decode(Double.self) { return ValueRule.plain(number) }
        return try value.decode(String.self)
    }
}
