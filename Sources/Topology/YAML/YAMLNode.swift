/// A value of a YAML document with the place where it stands.
///
/// An alias is replaced by what its anchor holds, with the anchor's places.
package struct YAMLNode: Sendable {
    package var start: Mark
    package var end: Mark
    package var content: Content
    /// How many values it is made of, with aliases expanded.
    var weight = 1
    /// How many levels lie below it.
    var height = 0

    package enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([Pair])
    }

    /// A key and its value, in the order of the file.
    package struct Pair: Sendable {
        package var key: String
        package var keyMark: Mark
        package var value: YAMLNode
    }

    /// "a list", "the number 4": what a message says was found. Never the text of a string.
    package var kind: String {
        switch content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(let scalar): scalar.kind
        }
    }

    package var isNull: Bool {
        if case .scalar(let scalar) = content { scalar.value == .null } else { false }
    }
}
