/// The line of a problem as a terminal shows it, and a caret under the column.
struct Excerpt: Sendable, Equatable {
    let lines: [String]

    /// Longer lines are cut to about this many columns around the caret.
    private static let width = 100

    init(at mark: Mark, in source: Source) {
        let scalars = source.scalars(ofLine: mark.line)
        let column = min(mark.column - 1, scalars.count)
        let cutsFront = column > Excerpt.width * 3 / 4 && scalars.count > Excerpt.width
        let start = cutsFront ? column - Excerpt.width / 2 : 0
        let end = min(scalars.count, start + Excerpt.width)
        let front = start > 0 ? "…" : ""
        let back = end < scalars.count ? "…" : ""
        let gutter = Excerpt.gutter(mark.line)
        lines = [
            gutter + front + scalars[start..<end].map(shown).joined() + back,
            Excerpt.gutter(like: gutter) + Excerpt.padding(front + String(scalars[start..<column])) + "^",
        ]
    }

    /// Stands for a line that holds a secret.
    init(hiding mark: Mark) {
        lines = [Excerpt.gutter(mark.line) + "(not shown: the line may hold a secret)"]
    }

    private static func gutter(_ line: Int) -> String {
        let number = String(line)
        return String(repeating: " ", count: max(0, 5 - number.count)) + number + " | "
    }

    private static func gutter(like other: String) -> String {
        String(repeating: " ", count: other.count - 2) + "| "
    }

    /// Blanks as wide as the text; tabs stay tabs, so that they reach as far as those above them.
    private static func padding(_ text: String) -> String {
        text.unicodeScalars.map { $0 == "\t" ? "\t" : String(repeating: " ", count: columns(of: $0)) }.joined()
    }

    /// The terminal columns that a character takes: 0, 1 or 2.
    private static func columns(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        case .format where shown(scalar).unicodeScalars.first == scalar: return 0
        default: return isWide(scalar.value) ? 2 : 1
        }
    }

    /// East Asian wide characters and emoji, by blocks (Unicode's UAX 11 has the exact table).
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            true
        default: false
        }
    }
}

/// A character as it may be sent to a terminal: nothing that moves the cursor or turns the text around.
private func shown(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x09: "\t"
    case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value).map(String.init) ?? "�"
    case 0x7F...0x9F, 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: "�"
    default: String(scalar)
    }
}

/// Text of the user within a message: on one line, without control characters.
func printable(_ text: String) -> String { text.unicodeScalars.map { $0 == "\t" ? "␉" : shown($0) }.joined() }

/// Text of the user in quotes, cut when it is long.
func quoted(_ text: some StringProtocol) -> String {
    let start = String(text.prefix(60))
    return "\"" + printable(start) + (start.utf8.count < text.utf8.count ? "…" : "") + "\""
}
