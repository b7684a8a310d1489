/// Text of strangers (a service's message, a guest's console) made fit to print.
///
/// A console may send escape sequences that would repaint the reader's terminal, and XML 1.0 cannot hold most control
/// characters at all.
struct VisibleText {
    let text: String

    init(_ text: String) {
        var visible = String.UnicodeScalarView()
        visible.append(contentsOf: text.unicodeScalars.map(Self.visible))
        self.text = String(visible)
    }

    /// Control characters become their pictures (U+2400 …), those without one U+FFFD; line ends and tabs stay.
    private static func visible(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: scalar
        case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
        case 0x7F: "\u{2421}"
        // C1 controls, line and paragraph separators' friends that turn text around, and what is no character.
        case 0x80...0x9F, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFFFE...0xFFFF: "\u{FFFD}"
        default: scalar
        }
    }

    /// The text in one line: runs of white space are one space.
    var line: String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    /// The text as content or an attribute of XML 1.0, in which white space is kept as it is.
    var xml: String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\t", "\n", "\r": escaped += "&#\(scalar.value);"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension String {
    /// How many columns of a terminal the text takes: East Asian wide characters and emoji take two.
    var columns: Int { reduce(0) { $0 + $1.columns } }
}

extension Character {
    fileprivate var columns: Int {
        guard let scalar = unicodeScalars.first else { return 0 }
        if scalar.properties.isEmojiPresentation { return 2 }
        switch scalar.value {
        // The blocks that Unicode's EastAsianWidth.txt calls wide or full-width, but for scattered symbols.
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            return 2
        default:
            return 1
        }
    }
}
