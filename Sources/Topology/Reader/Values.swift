/// Reads scalars and lists; what is no such value is reported and read as nil.
struct Values {
    let log: ProblemLog

    private func wrong(_ node: YAMLNode, _ expected: String, hint: String? = nil) {
        var found = node.kind
        if case .scalar(let scalar) = node.content, scalar.value == .string {
            found = "the text \(quoted(scalar.text))"
        }
        log.error(node.start, "expected \(expected), found \(found)", hint: hint)
    }

    private func scalar(_ node: YAMLNode, _ expected: String) -> YAMLScalar? {
        guard case .scalar(let scalar) = node.content else {
            wrong(node, expected)
            return nil
        }
        return log.reportVariable(in: node) ? nil : scalar
    }

    // MARK: Text

    /// Text on one line. A number is taken as it is written: `release: 2024.1` is the text "2024.1".
    func text(_ node: YAMLNode, _ expected: String = "text") -> String? {
        guard let scalar = scalar(node, expected) else { return nil }
        switch scalar.value {
        case .null: wrong(node, expected)
        case .boolean: wrong(node, expected, hint: "put it in quotes if it is a name")
        case .number, .string: return line(scalar.text, node, expected)
        }
        return nil
    }

    /// Option values may be anything that can be written on one line; booleans stay as they are written.
    func option(_ node: YAMLNode) -> String? {
        let expected = "a value or a list of values"
        guard case .scalar(let scalar) = node.content else {
            wrong(node, expected)
            return nil
        }
        // oslo.config has ${name} itself; `{{ name }}` without quotes is nothing that it could be given.
        if scalar.isPlain, scalar.text.hasPrefix("{{"), log.reportVariable(in: node) { return nil }
        guard scalar.value != .null else {
            wrong(node, expected, hint: "an empty value is written ''")
            return nil
        }
        return scalar.text.isEmpty ? "" : line(scalar.text, node, expected)
    }

    private func line(_ text: String, _ node: YAMLNode, _ expected: String) -> String? {
        let isOneLine = !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        if text.isEmpty || !isOneLine {
            log.error(
                node.start,
                "expected \(expected), found "
                    + (text.isEmpty ? "an empty text" : "several lines or control characters"))
            return nil
        }
        return text
    }

    /// Text of the pattern that `rule` checks; `rule` returns what is wrong with it.
    func name(_ node: YAMLNode, _ expected: String, _ rule: (String) -> String?) -> String? {
        guard let text = text(node, expected) else { return nil }
        guard let wrong = rule(text) else { return text }
        log.error(node.start, "\(quoted(text)) is no \(expected): \(wrong)")
        return nil
    }

    // MARK: Numbers and booleans

    func integer(_ node: YAMLNode, in range: ClosedRange<Int>) -> Int? {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let scalar = scalar(node, expected) else { return nil }
        guard scalar.isPlain, isPlainDecimal(scalar.text) else {
            wrong(node, expected, hint: numberHint(scalar))
            return nil
        }
        guard let number = Int(scalar.text), range.contains(number) else {
            log.error(node.start, "\(printable(String(scalar.text.prefix(40)))) is out of range: expected \(expected)")
            return nil
        }
        return number
    }

    /// A decimal number with or without a fraction, as it is written.
    func decimal(_ node: YAMLNode) -> String? {
        guard let scalar = scalar(node, "a number") else { return nil }
        let parts = scalar.text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let isFraction =
            parts.count < 2 || (!parts[1].isEmpty && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) })
        guard scalar.isPlain, isPlainDecimal(parts[0]), isFraction, scalar.text.utf8.count <= 20 else {
            wrong(node, "a number", hint: "write it like 1.0, or -1.0 for the reverse")
            return nil
        }
        return scalar.text
    }

    private func isPlainDecimal(_ text: String) -> Bool {
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
        guard text.utf8.count - digits.count <= 1, let first = digits.first else { return false }
        return digits.allSatisfy(isDigit) && (first != 0x30 || digits.count == 1)
    }

    /// What people write for a number, and YAML or Polyvisor does not take for one.
    private func numberHint(_ scalar: YAMLScalar) -> String? {
        let bare = scalar.text.filter { $0 != "_" }
        let digits = bare.prefix { $0.isASCII && $0.isNumber }
        switch true {
        case !scalar.isPlain && isPlainDecimal(scalar.text): return "remove the quotes"
        case bare.hasPrefix("0x") || bare.hasPrefix("0o"): return "write the number in decimal"
        case bare != scalar.text && isPlainDecimal(bare): return "write \(bare)"
        case bare.count > 1 && digits.count == bare.count:
            return "some YAML readers take a number with a leading zero for octal; write it without"
        case !digits.isEmpty && bare.dropFirst(digits.count).allSatisfy(\.isLetter) && bare.count > digits.count:
            return "write the number alone; the key's name says the unit"
        default: return nil
        }
    }

    func boolean(_ node: YAMLNode) -> Bool? {
        guard let scalar = scalar(node, "true or false") else { return nil }
        if case .boolean(let value) = scalar.value { return value }
        var hint: String?
        switch scalar.text.lowercased() {
        case "true", "false": hint = "remove the quotes"
        case "yes", "y", "on", "1": hint = "write true; YAML 1.2 takes yes and on for text"
        case "no", "n", "off", "0": hint = "write false; YAML 1.2 takes no and off for text"
        default: break
        }
        wrong(node, "true or false", hint: hint)
        return nil
    }

    // MARK: Choices and addresses

    /// - Parameter others: words that people know and that cannot be chosen here, each with the reason.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ node: YAMLNode, of _: Choice.Type = Choice.self, _ what: String, others: [String: String] = [:]
    ) -> Choice? {
        guard let text = text(node, "a \(what)") else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue)
        if let why = others[text.lowercased()] {
            log.error(node.start, why, hint: "known are: \(names.joined(separator: ", "))")
            return nil
        }
        log.error(
            node.start, "\(quoted(text)) is not a valid \(what)",
            hint: suggestion(for: text, among: names, called: "known are"))
        return nil
    }

    func address(_ node: YAMLNode) -> IPv4Address? {
        let expected = "an IPv4 address such as 10.77.0.10"
        guard let text = text(node, expected) else { return nil }
        if let address = IPv4Address(text) { return address }
        log.error(node.start, "expected \(expected), found \(quoted(text))")
        return nil
    }

    func network(_ node: YAMLNode) -> IPv4Network? {
        let expected = "an IPv4 network such as 10.77.0.0/24"
        guard let text = text(node, expected) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let base = IPv4Address(parts[0]), isPlainDecimal(String(parts[1])),
            let length = Int(parts[1]), (0...32).contains(length)
        else {
            log.error(node.start, "expected \(expected), found \(quoted(text))")
            return nil
        }
        guard (8...29).contains(length) else {
            log.error(node.start, "a network needs a prefix from /8 to /29, not /\(length)")
            return nil
        }
        guard let network = IPv4Network(base: base, prefixLength: length) else {
            let mask = ~UInt32(0) << UInt32(32 - length)
            log.error(
                node.start, "\(base)/\(length) is an address within a network",
                hint: "the network is \(IPv4Address(bits: base.bits & mask))/\(length)")
            return nil
        }
        return network
    }

    // MARK: Lists

    /// The elements that could be read; nil when it is no list.
    func list<Element>(
        _ node: YAMLNode, of what: String, _ read: (YAMLNode) -> Element?
    ) -> [Marked<Element>]? {
        guard case .sequence(let items) = node.content else {
            if log.reportVariable(in: node) { return nil }
            var hint: String?
            if case .scalar(let scalar) = node.content, scalar.value != .null { hint = "a list of one is [\(what)]" }
            let plural = what + (what.hasSuffix("s") ? "es" : "s")
            wrong(node, "a list of \(plural)", hint: hint)
            return nil
        }
        return items.compactMap { item in read(item).map { Marked($0, at: item.start) } }
    }
}
