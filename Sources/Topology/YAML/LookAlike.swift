/// Characters that look like a blank, like nothing or like one of YAML's own marks, and are none of them to YAML.
///
/// They come from web pages, word processors and chats, and cannot be told by eye.
struct LookAlike: Equatable {
    enum Kind {
        /// Looks like a blank.
        case blank
        /// Cannot be seen.
        case invisible
        /// Looks like a quotation mark of YAML.
        case quote
        /// Looks like a colon, a comma or a hyphen.
        case mark
    }

    let kind: Kind
    /// With its article, e.g. `a no-break space (U+00A0)`.
    let name: String
    /// What to type in its place; empty: nothing.
    let instead: String

    init?(_ scalar: Unicode.Scalar) {
        guard let (kind, name, instead) = Self.known(scalar) else { return nil }
        self.kind = kind
        let digits = String(scalar.value, radix: 16, uppercase: true)
        self.name = "\(name) (U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits))"
        self.instead = instead
    }

    private static func known(_ scalar: Unicode.Scalar) -> (Kind, String, String)? {
        switch scalar.value {
        case 0xA0: (.blank, "a no-break space", " ")
        case 0x2000...0x200A, 0x205F: (.blank, "a typographic space", " ")
        case 0x202F: (.blank, "a narrow no-break space", " ")
        case 0x3000: (.blank, "an ideographic space", " ")
        case 0xAD: (.invisible, "a soft hyphen", "")
        case 0x200B: (.invisible, "a zero-width space", "")
        case 0x200C, 0x200D, 0x2060: (.invisible, "a zero-width joiner", "")
        case 0xFEFF: (.invisible, "a byte-order mark", "")
        case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: (.invisible, "a direction mark", "")
        case 0x2018...0x201B: (.quote, "a typographic quotation mark", "'")
        case 0x201C...0x201F, 0xAB, 0xBB: (.quote, "a typographic quotation mark", "\"")
        case 0xFF02, 0xFF07: (.quote, "a full-width quotation mark", scalar.value == 0xFF02 ? "\"" : "'")
        case 0xFF1A: (.mark, "a full-width colon", ":")
        case 0xFF0C: (.mark, "a full-width comma", ",")
        case 0x2010...0x2015, 0x2212: (.mark, "a typographic dash", "-")
        default: nil
        }
    }

    /// The sentence for a place where it stands.
    var what: String { "\(name) stands here, which YAML takes for text" }

    var hint: String {
        switch (kind, instead) {
        case (.blank, _): "type a blank instead"
        case (.invisible, _): "delete it; your editor may not show it"
        default: "type \(instead) instead"
        }
    }
}

extension LookAlike {
    /// The first one of an unquoted text that is certainly not meant, with its place among the scalars.
    ///
    /// Names of other languages may hold joiners, and apostrophes within words are common; neither is one.
    static func first(inPlain text: String) -> (place: Int, found: LookAlike)? {
        guard hasOthers(text) else { return nil }
        let scalars = Array(text.unicodeScalars)
        for (place, scalar) in scalars.enumerated() where !scalar.isASCII {
            guard let found = LookAlike(scalar) else { continue }
            let isAtEdge = place == 0 || place == scalars.count - 1
            switch found.kind {
            case .blank where isAtEdge: return (place, found)
            case .invisible where isAtEdge || isAmongASCII(place, scalars): return (place, found)
            case .quote where place == 0: return (place, found)
            default: continue
            }
        }
        return nil
    }

    /// The first one in an unquoted key, where none but a mark can be meant.
    static func first(inKey text: String) -> (place: Int, found: LookAlike)? {
        guard hasOthers(text) else { return nil }
        for (place, scalar) in text.unicodeScalars.enumerated() where !scalar.isASCII {
            if let found = LookAlike(scalar), found.kind != .mark, found.kind != .quote || place == 0 {
                return (place, found)
            }
        }
        return nil
    }

    /// Most texts are ASCII, and a file has thousands.
    private static func hasOthers(_ text: String) -> Bool { text.utf8.contains { $0 > 0x7F } }

    /// The first blank within an unquoted text that is none to YAML: it may be meant.
    static func blank(inPlain text: String) -> (place: Int, found: LookAlike)? {
        guard hasOthers(text) else { return nil }
        for (place, scalar) in text.unicodeScalars.enumerated() where !scalar.isASCII {
            if let found = LookAlike(scalar), found.kind == .blank { return (place, found) }
        }
        return nil
    }

    private static func isAmongASCII(_ place: Int, _ scalars: [Unicode.Scalar]) -> Bool {
        scalars[place - 1].isASCII && scalars[place + 1].isASCII
    }

    /// The text as it was probably meant, for reading on.
    static func meant(by text: String) -> String {
        var meant = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let found = LookAlike(scalar), found.kind != .mark {
                meant.append(contentsOf: found.kind == .quote ? "".unicodeScalars : found.instead.unicodeScalars)
            } else {
                meant.append(scalar)
            }
        }
        let text = String(meant)
        return String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
