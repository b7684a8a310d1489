import Foundation

extension ValueRule {
    /// What is wrong with a value by this rule; nil when it is fine. The rules are those of oslo_config/types.py.
    ///
    /// A value that refers to another option (`$state_path/lock`) is known at run time only, so it passes.
    func complaint(about value: String) -> Complaint? {
        guard TemplateReference.all(in: value).isEmpty else { return nil }
        return plainComplaint(TemplateReference.unescaped(value))
    }

    private func plainComplaint(_ value: String) -> Complaint? {
        if isOpaque { return opaqueComplaint(value) }
        return switch type {
        case "list": listComplaint(value)
        case "dict": dictComplaint(value)
        case "integer", "port", "float": numberComplaint(value.trimming(\.isPythonSpace))
        case "boolean": Self.truths.contains(value.lowercased()) ? nil : Complaint(.wrongType, "true or false")
        case "range":
            value.wholeMatch(of: /(0|-?[1-9][0-9]*)(-(0|-?[1-9][0-9]*))?/) == nil
                ? Complaint(.wrongType, "a range such as 5-9") : nil
        case "uri": uriComplaint(value) ?? lengthComplaint(value)
        case "ip", "hostname", "hostaddress", "hostdomain": addressComplaint(value)
        default: textComplaint(value)
        }
    }

    /// A type of the project's own begins with what it derives from; what it asks besides is not known.
    private func opaqueComplaint(_ value: String) -> Complaint? {
        guard type == "integer" || type == "float" else { return nil }
        return numberComplaint(value.trimming(\.isPythonSpace))
    }

    /// A member that its rule refuses is joined with the next one, as long as there is one.
    private func listComplaint(_ value: String) -> Complaint? {
        var text = value.trimming(\.isPythonSpace)
        while text.hasSuffix(",") { text.removeLast() }
        if isBounded {
            guard text.hasPrefix("["), text.hasSuffix("]") else { return Complaint(.wrongType, "a list such as [a,b]") }
            text = String(text.dropFirst().dropLast())
        }
        guard let rule = item.first, !text.isEmpty else { return nil }
        return Self.firstComplaint(text) { rule.plainComplaint($0.trimming(\.isPythonSpace)) }
    }

    private func dictComplaint(_ value: String) -> Complaint? {
        let text = value.trimming(\.isPythonSpace)
        guard !text.isEmpty else { return nil }
        var keys = Set<String>()
        return Self.firstComplaint(text) { pair in
            let parts = pair.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return Complaint(.wrongType, "pairs KEY:VALUE, separated by commas") }
            if let wrong = item.first?.plainComplaint(parts[1].trimming(\.isPythonSpace)) { return wrong }
            let key = parts[0].trimming(\.isPythonSpace)
            if key.isEmpty { return Complaint(.wrongType, "pairs KEY:VALUE with a key in each") }
            return keys.insert(key).inserted ? nil : Complaint(.wrongType, "pairs KEY:VALUE with each key once")
        }
    }

    private static func firstComplaint(_ text: String, _ judge: (String) -> Complaint?) -> Complaint? {
        var members = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)[...]
        while var member = members.popFirst() {
            guard let first = judge(member) else { continue }
            repeat {
                guard let next = members.popFirst() else { return first }
                member += "," + next
            } while judge(member) != nil
        }
        return nil
    }

    /// Nothing at all is None for a number.
    private func numberComplaint(_ value: String) -> Complaint? {
        guard !value.isEmpty else { return nil }
        let words = ["integer": "a whole number", "port": "a port number", "float": "a number"]
        guard let number = Self.number(value, isWhole: type != "float") else {
            return Complaint(.wrongType, words[type] ?? "a number")
        }
        if let choices {
            let isOne = choices.contains { Double($0) == number }
            return isOne ? nil : Complaint(.notAChoice, "one of " + choices.joined(separator: ", "))
        }
        let low = type == "port" ? min ?? 0 : min
        let high = type == "port" ? max ?? 65535 : max
        if let low, number < low { return Complaint(.outOfRange, "at least \(Self.plain(low))") }
        if let high, number > high || (high >= 0x1p63 && Self.isBeyondInt64(value, number)) {
            return Complaint(.outOfRange, "at most \(Self.plain(high))")
        }
        return nil
    }

    /// Keystone's limits of 2^63 - 1 are no numbers that a Double can tell from the next.
    private static func isBeyondInt64(_ value: String, _ number: Double) -> Bool {
        number >= 0x1p63 && Int64(value.filter { $0 != "_" }) == nil
    }

    /// What Python's `int()` and `float()` take: underscores between digits, no hexadecimal.
    private static func number(_ text: String, isWhole: Bool) -> Double? {
        // Most numbers are plain, and a regular expression costs more than all the rest of a check.
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return Double(text) }
        let digits = /[+-]?[0-9]+(_[0-9]+)*/
        if text.wholeMatch(of: digits) != nil { return Double(text.replacing("_", with: "")) }
        guard !isWhole else { return nil }
        let fraction = /[+-]?([0-9]+(_[0-9]+)*)?\.?([0-9]+(_[0-9]+)*)?([eE][+-]?[0-9]+(_[0-9]+)*)?/
        let word = /[+-]?(inf|infinity|nan)/.ignoresCase()
        guard text.wholeMatch(of: fraction) != nil || text.wholeMatch(of: word) != nil else { return nil }
        return Double(text.replacing("_", with: ""))
    }

    static func plain(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
    }

    private func textComplaint(_ value: String) -> Complaint? {
        var value = value
        if isQuoted, let quote = value.first, quote == "\"" || quote == "'" {
            guard value.count > 1, value.last == quote else { return Complaint(.wrongType, "text with closed quotes") }
            value = String(value.dropFirst().dropLast())
        }
        if let tooLong = lengthComplaint(value) { return tooLong }
        if let regex, let pattern = try? Regex(regex) {
            let pattern = ignoreCase ? pattern.ignoresCase() : pattern
            if value.firstMatch(of: pattern) == nil { return Complaint(.wrongType, "text like \(regex)") }
        }
        guard let choices, !choices.contains(where: { matches($0, value) }) else { return nil }
        return Complaint(.notAChoice, "one of " + choices.map { $0.isEmpty ? "“”" : $0 }.joined(separator: ", "))
    }

    private func lengthComplaint(_ value: String) -> Complaint? {
        guard let maxLength, value.unicodeScalars.count > maxLength else { return nil }
        return Complaint(.outOfRange, "at most \(maxLength) characters")
    }

    private func matches(_ choice: String, _ value: String) -> Bool {
        ignoreCase ? choice.lowercased() == value.lowercased() : choice == value
    }

    private static let truths: Set = ["true", "1", "on", "yes", "false", "0", "off", "no"]

    /// RFC 3986 with a scheme and a host.
    private func uriComplaint(_ value: String) -> Complaint? {
        let form =
            /([A-Za-z][A-Za-z0-9+.\-]*):\/\/([^\/?#@]*@)?(\[[0-9A-Fa-f:.%a-z]+\]|[A-Za-z0-9._~!$&'()*+,;=%\-]+)(:[0-9]*)?([^?#\s"<>\\^`{|}]*)([?#].*)?/
        guard let match = value.wholeMatch(of: form), match.5.isEmpty || match.5.hasPrefix("/") else {
            return Complaint(.wrongType, "a URI such as http://host:port/")
        }
        guard let schemes, !schemes.contains(String(match.1).lowercased()) else { return nil }
        return Complaint(.wrongType, "a URI with scheme " + schemes.joined(separator: " or "))
    }
}

/// Why a value does not fit, and what would.
struct Complaint: Sendable, Equatable {
    var kind: OptionProblem.Kind
    /// What is expected, to stand after "is not".
    var expected: String

    init(_ kind: OptionProblem.Kind, _ expected: String) {
        self.kind = kind
        self.expected = expected
    }
}

extension ValueRule {
    fileprivate func addressComplaint(_ value: String) -> Complaint? {
        let isFine =
            switch type {
            case "ip": Self.isIP(value, version: ipVersion)
            case "hostname": Self.isHostName(value, extra: "")
            case "hostaddress": Self.isIP(value, version: ipVersion) || Self.isHostName(value, extra: "")
            default: Self.isIP(value, version: ipVersion) || Self.isHostName(value, extra: "_")
            }
        let words = ["ip": "an IP address", "hostname": "a host name"]
        return isFine ? nil : Complaint(.wrongType, words[type] ?? "a host name or an IP address")
    }

    /// `inet_pton`'s judgement, as oslo.config (netaddr) has it for complete addresses.
    private static func isIP(_ value: String, version: Int?) -> Bool {
        var storage = in6_addr()
        let isFour = version != 6 && inet_pton(AF_INET, value, &storage) == 1
        return isFour || (version != 4 && inet_pton(AF_INET6, value, &storage) == 1)
    }

    /// The last label holds a letter or a hyphen; none begins or ends with a hyphen.
    private static func isHostName(_ value: String, extra: String) -> Bool {
        guard !value.isEmpty, value.unicodeScalars.count <= 253 else { return false }
        let name = value.hasSuffix(".") ? String(value.dropLast()) : value
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.last?.contains(where: { $0.isASCII && $0.isLetter || $0 == "-" }) == true else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || extra.contains($0) }
        }
    }
}
