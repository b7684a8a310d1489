/// A value of a YAML document with the place where it stands.
///
/// An alias is replaced by what its anchor holds, with the anchor's places.
struct YAMLNode: Sendable {
    var start: Mark
    var end: Mark
    var content: Content
    /// How many values it is made of, with aliases expanded.
    var weight = 1
    /// How many levels lie below it.
    var height = 0

    enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([Pair])
    }

    /// A key and its value, in the order of the file.
    struct Pair: Sendable {
        var key: String
        var keyMark: Mark
        var value: YAMLNode
    }

    /// "a list", "the number 4": what a message says was found. Never the text of a string.
    var kind: String {
        switch content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(let scalar): scalar.kind
        }
    }

    var isNull: Bool {
        if case .scalar(let scalar) = content { scalar.value == .null } else { false }
    }
}
