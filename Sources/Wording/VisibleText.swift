/// Text of strangers (names in a vCenter, a service's or a node's messages, a guest's console) made fit to print.
///
/// It may hold escape sequences that would repaint the reader's terminal, and XML 1.0 cannot hold most control characters
/// at all.
public struct VisibleText {
    /// What can be printed: nothing in it moves a cursor or changes a colour. Line ends and tabs stay.
    public let text: String

    /// - Parameter text: from elsewhere, with whatever is in it.
    public init(_ text: String) {
        var visible = String.UnicodeScalarView()
        visible.append(contentsOf: text.unicodeScalars.map(Self.visible))
        self.text = String(visible)
    }

    /// Control characters become their pictures (U+2400 …); those without one, and what turns text around, U+FFFD; line
    /// ends and tabs stay.
    private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: scalar
        case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
        case 0x7F: "\u{2421}"
        case 0x80...0x9F, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE...0xFFFF: "\u{FFFD}"
        default: scalar
        }
    }

    /// In one line; other white space than the space, which a name may have two of, becomes one.
    public var line: String { String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 }) }

    /// In one line, in which runs of white space are one space.
    public var folded: String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    /// As content or an attribute of XML 1.0, in which white space is kept as it is.
    public var xml: String { XMLText.escaped(text) }
}
