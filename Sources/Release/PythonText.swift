extension Unicode.Scalar {
    /// What `str.strip` takes off.
    var isPythonSpace: Bool {
        switch value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
            true
        default: false
        }
    }
}

extension StringProtocol {
    /// Without leading and trailing scalars of a kind. Scalars, not characters: Python knows no grapheme clusters, so
    /// `=` before a combining accent is still the sign that ends an option's name.
    func trimming(_ isUnwanted: (Unicode.Scalar) -> Bool) -> String {
        trimmingEnd(isUnwanted).trimmingStart(isUnwanted)
    }

    /// Without leading scalars of a kind.
    func trimmingStart(_ isUnwanted: (Unicode.Scalar) -> Bool) -> String {
        guard let first = unicodeScalars.firstIndex(where: { !isUnwanted($0) }) else { return "" }
        return String(self[first...])
    }

    /// Without trailing scalars of a kind.
    func trimmingEnd(_ isUnwanted: (Unicode.Scalar) -> Bool) -> String {
        guard let last = unicodeScalars.lastIndex(where: { !isUnwanted($0) }) else { return "" }
        return String(self[...last])
    }
}

/// A reference to another option in a value: `$my_ip`, `${vnc.server_listen}`.
struct TemplateReference: Sendable, Equatable {
    /// Nil for an option of the same section, or else of DEFAULT.
    var section: String?
    var option: String

    /// Those of a value, as oslo.config's template finds them: a name of ASCII letters, digits, `_` and `.` after `$`.
    ///
    /// `$$` and `\$` are a dollar sign; a `$` before anything else stays what it is.
    static func all(in value: String) -> [TemplateReference] {
        guard value.utf8.contains(UInt8(ascii: "$")) else { return [] }
        return value.replacing(#"\$"#, with: "$$").matches(of: pattern).compactMap { match in
            (match.output.1 ?? match.output.2).map(TemplateReference.init)
        }
    }

    /// The value with its escaped dollar signs as one each.
    static func unescaped(_ value: String) -> String {
        guard value.utf8.contains(UInt8(ascii: "$")) else { return value }
        return value.replacing(#"\$"#, with: "$$").replacing("$$", with: "$")
    }

    private static var pattern: Regex<(Substring, Substring?, Substring?)> {
        /\$(?:\$|([_a-zA-Z][._a-zA-Z0-9]*)|\{([_a-zA-Z][._a-zA-Z0-9]*)\})/.matchingSemantics(.unicodeScalar)
    }

    private init(_ name: Substring) {
        let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        section = parts.count == 2 ? String(parts[0]) : nil
        option = String(parts.last ?? name)
    }
}

/// A text from outside as a message shows it: in one line, without what a terminal would obey, and not too long.
func visible(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars.prefix(200) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            shown += scalar == "\n" ? "\\n" : "\\u{\(String(scalar.value, radix: 16))}"
        default: shown.unicodeScalars.append(scalar)
        }
    }
    return text.unicodeScalars.count > 200 ? shown + "…" : shown
}
