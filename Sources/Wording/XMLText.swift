/// Text in XML 1.0 and in HTML.
public enum XMLText {
    /// The text as content or as an attribute in double quotes: what means something else is escaped, and any text at all
    /// gives a well-formed document.
    ///
    /// White space other than the space is a character reference, because parsers change it otherwise. Characters that
    /// XML cannot hold, escaped or not, become U+FFFD. Where a changed text would be a wrong one, as in a request, ask
    /// `canHold` first.
    public static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "\t", "\n", "\r": output += "&#\(scalar.value);"
            default: output.unicodeScalars.append(isCharacter(scalar) ? scalar : "\u{FFFD}")
            }
        }
        return output
    }

    /// Whether XML 1.0 can hold every character of the text.
    public static func canHold(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(isCharacter) }

    /// The production `Char` of XML 1.0 (section 2.2): most control characters are not in it.
    private static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
