import Wording

/// What a template may be handed: text, a decision, or a list of such.
indirect enum TemplateValue: Sendable, Hashable {
    case text(String)
    /// Text of one node or cluster, at the top level only. Files that differ in nothing but such values are rendered
    /// and checked once.
    case own(String)
    case flag(Bool)
    case list([TemplateValue])
    case map([String: TemplateValue])

    /// `nil` becomes a flag that is off, so that `{{#name}}` leaves its lines out.
    init(_ text: String?) { self = text.map { .text($0) } ?? .flag(false) }
}

extension TemplateValue: ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral {
    init(stringLiteral value: String) { self = .text(value) }
    init(booleanLiteral value: Bool) { self = .flag(value) }
}

/// How values are written into a file.
enum Syntax: Sendable, Hashable {
    /// oslo.config's INI dialect.
    case oslo
    /// As they are: the values are already in the file's own form.
    case plain

    /// A value in this syntax, or why it cannot be written at all.
    func spell(_ value: String) -> Result<String, Unwritable> {
        switch self {
        case .plain: .success(value)
        case .oslo: Self.spellOslo(value)
        }
    }

    /// oslo.config replaces `$name` and `\$` in every value and `$$` by `$`; it takes off surrounding blanks and one
    /// pair of quotes (oslo_config/cfg.py `_substitute`, iniparser.py `_split_key_value`; tried with 9.0.0).
    private static func spellOslo(_ value: String) -> Result<String, Unwritable> {
        if value.contains(where: \.isNewline) || value.contains("\0") {
            return .failure(Unwritable(reason: "has a line break or a zero byte, which no option's value can hold"))
        }
        if value.contains("\\$") {
            return .failure(
                Unwritable(
                    reason: "has a backslash before a dollar sign, which oslo.config cannot express; write [$] in a"
                        + " regular expression, and choose another password"))
        }
        let escaped = value.replacing("$", with: "$$")
        guard let first = value.first, let last = value.last else { return .success("") }
        let losesQuotes = first == last && (first == "\"" || first == "'")
        let losesBlanks = first.isWhitespace || last.isWhitespace
        return .success(losesQuotes || losesBlanks ? "\"\(escaped)\"" : escaped)
    }

    /// A value that the syntax has no way to write. It is not named here, for it may be a secret.
    struct Unwritable: Error, Equatable {
        var reason: String
    }
}

/// Text as other programs want it.
enum Quoting {
    /// For a URL's user, password or path: all but unreserved characters as %XX (RFC 3986).
    static func percent(_ text: String) -> String {
        let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        return String(
            decoding: text.utf8.flatMap { byte in
                unreserved.contains(byte) ? [byte] : [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }, as: UTF8.self)
    }

    /// For a shell: in single quotes, whatever it is, so that names look alike in a file.
    static func shell(_ text: String) -> String { shellQuoted(text, always: true) }

    /// For YAML: a double-quoted scalar.
    static func yaml(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f: hex(scalar.value)
            default: String(scalar)
            }
        }
        return "\"\(escaped.joined())\""
    }

    private static func hex(_ value: UInt32) -> String {
        "\\x" + (value < 16 ? "0" : "") + String(value, radix: 16)
    }
}
