/// What values an option takes, in oslo.config's types.
struct ValueRule: Sendable, Decodable {
    var type: String
    var choices: [String]?
    var ignoreCase: Bool
    var min: Double?
    var max: Double?
    var regex: String?
    var maxLength: Int?
    var schemes: [String]?
    var ipVersion: Int?
    /// The rule for members of a list or values of a dict; at most one.
    var item: [ValueRule]
    /// A type of the project's own, whose rule is not known.
    var isOpaque: Bool
    /// A list stands between [ and ], a dict between { and }.
    var isBounded = false
    /// Quotes around a value are taken off, and have to be closed.
    var isQuoted = false

    private enum Key: String, CodingKey {
        case type, choices, min, max, regex, schemes, item, `class`, bounds, quotes
        case ignoreCase = "ignore_case"
        case maxLength = "max_length"
        case ipVersion = "ip_version"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        type = try values.decodeIfPresent(String.self, forKey: .type) ?? "string"
        choices = try values.decodeIfPresent([Scalar].self, forKey: .choices)?.compactMap(\.text)
        ignoreCase = try values.decodeIfPresent(Bool.self, forKey: .ignoreCase) ?? false
        min = try values.decodeIfPresent(Double.self, forKey: .min)
        max = try values.decodeIfPresent(Double.self, forKey: .max)
        regex = try values.decodeIfPresent(String.self, forKey: .regex)
        maxLength = try values.decodeIfPresent(Int.self, forKey: .maxLength)
        schemes = try values.decodeIfPresent([String].self, forKey: .schemes)
        ipVersion = try values.decodeIfPresent(Int.self, forKey: .ipVersion)
        item = try values.decodeIfPresent(ValueRule.self, forKey: .item).map { [$0] } ?? []
        isOpaque = values.contains(.class)
        isBounded = try values.decodeIfPresent(Bool.self, forKey: .bounds) ?? false
        isQuoted = try values.decodeIfPresent(Bool.self, forKey: .quotes) ?? false
    }

    /// A rule that no package lists.
    init(type: String, min: Double? = nil, regex: String? = nil, maxLength: Int? = nil, item: ValueRule? = nil) {
        self.type = type
        self.min = min
        self.regex = regex
        self.maxLength = maxLength
        ignoreCase = false
        self.item = item.map { [$0] } ?? []
        isOpaque = false
    }
}

/// A choice as the catalogue has it: text, a number, a truth or nothing.
private struct Scalar: Decodable {
    var text: String?

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            self.text = text
        } else if let number = try? value.decode(Int.self) {
            text = String(number)
        } else if let truth = try? value.decode(Bool.self) {
            text = truth ? "True" : "False"
        } else if let number = try? value.decode(Double.self) {
            text = String(number)
        }
    }
}
