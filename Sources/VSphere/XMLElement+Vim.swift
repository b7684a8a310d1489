import XML

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
