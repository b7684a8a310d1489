public import Foundation

/// One JSON document with keys in a stable order; times as ISO 8601 has them.
public struct JSONText: Sendable {
    /// UTF-8, without a line end after it.
    public let data: Data

    /// - Parameter keys: how names of properties become keys.
    public init(
        _ value: some Encodable, keys: JSONEncoder.KeyEncodingStrategy = .useDefaultKeys
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        encoder.keyEncodingStrategy = keys
        data = try encoder.encode(value)
    }

    /// The same as text.
    public var text: String { String(decoding: data, as: UTF8.self) }
}
