/// One element of a decoded document, with everything below it.
///
/// Names are local ones: vim25 uses one namespace, and servers choose prefixes as they like.
struct XMLElement: Sendable, Equatable {
    var name: String
    /// The type that `xsi:type` names, without its prefix.
    var type: String?
    /// Attributes without a namespace, such as the `type` of a managed object reference.
    var attributes: [String: String] = [:]
    /// The text directly inside, without that of children.
    var text: String = ""
    var children: [XMLElement] = []

    func child(_ name: String) -> XMLElement? {
        children.first { $0.name == name }
    }

    func children(_ name: String) -> [XMLElement] {
        children.filter { $0.name == name }
    }

    /// The element at a path of names below this one, e.g. `summary.capacity`.
    func at(_ path: String) -> XMLElement? {
        path.split(separator: ".").reduce(Optional(self)) { $0?.child(String($1)) }
    }
}

/// Readings as the simple types of vim25; nil if the text is not of that type.
extension XMLElement {
    /// Without what XML calls white space at its ends.
    private var trimmed: Substring {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x9...0xD).contains(byte) }
        guard let first = text.utf8.firstIndex(where: { !isSpace($0) }),
            let last = text.utf8.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return text[first...last]
    }

    var bool: Bool? {
        switch trimmed {
        case "true", "1": true
        case "false", "0": false
        default: nil
        }
    }

    var integer: Int64? { Int64(trimmed) }

    var reference: ManagedObjectReference? {
        guard !text.isEmpty, let type = attributes["type"] else { return nil }
        return ManagedObjectReference(type: type, value: text)
    }

    /// The references of an ArrayOfManagedObjectReference.
    var references: [ManagedObjectReference] { children.compactMap(\.reference) }
}
