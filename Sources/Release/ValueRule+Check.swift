import Foundation

extension ValueRule {
    /// What is wrong with a value by this rule; nil when it is fine.
    ///
    /// A value that refers to another option (`$state_path/lock`) is known at run time only, so it passes.
    func complaint(about value: String) -> (kind: OptionProblem.Kind, expected: String)? {
        if isOpaque || Self.refersToOption(value) { return nil }
        switch type {
        case "list": return firstComplaint(value.isEmpty ? [] : split(value, at: ","))
        case "dict": return dictComplaint(value)
        default: return scalarComplaint(value.trimmingCharacters(in: .whitespaces))
        }
    }

    private static func refersToOption(_ value: String) -> Bool {
        value.replacingOccurrences(of: "$$", with: "").contains("$")
    }

    private func firstComplaint(_ members: [String]) -> (kind: OptionProblem.Kind, expected: String)? {
        guard let rule = item.first else { return nil }
        return members.lazy.compactMap { rule.complaint(about: $0) }.first
    }

    private func dictComplaint(_ value: String) -> (kind: OptionProblem.Kind, expected: String)? {
        let pairs = value.isEmpty ? [] : split(value, at: ",")
        guard pairs.allSatisfy({ $0.contains(":") }) else {
            return (.wrongType, "pairs KEY:VALUE, separated by commas")
        }
        return firstComplaint(pairs.map { String($0.drop { $0 != ":" }.dropFirst()) })
    }

    private func split(_ value: String, at separator: Character) -> [String] {
        value.split(separator: separator, omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private func scalarComplaint(_ value: String) -> (kind: OptionProblem.Kind, expected: String)? {
        guard let expected = typeComplaint(value) else { return rangeComplaint(value) ?? choiceComplaint(value) }
        return (.wrongType, expected)
    }

    /// The type in words when the value is not of it. The rules are those of oslo.config's types.py.
    private func typeComplaint(_ value: String) -> String? {
        switch type {
        case "integer": Int(value) == nil ? "a whole number" : nil
        case "port": Int(value) == nil ? "a port number" : nil
        case "float": Double(value) == nil ? "a number" : nil
        case "boolean": Self.truths.contains(value.lowercased()) ? nil : "true or false"
        case "ip": Self.isIP(value, version: ipVersion) ? nil : "an IP address"
        case "hostname": Self.isHostName(value, extra: "") ? nil : "a host name"
        case "hostaddress":
            Self.isIP(value, version: ipVersion) || Self.isHostName(value, extra: "") ? nil : Self.address
        case "hostdomain":
            Self.isIP(value, version: ipVersion) || Self.isHostName(value, extra: "_") ? nil : Self.address
        case "uri": uriComplaint(value)
        case "range": value.wholeMatch(of: /-?\d+(--?\d+)?/) == nil ? "a range such as 5-9" : nil
        default: nil
        }
    }

    private static let address = "a host name or an IP address"
    private static let truths: Set = ["true", "1", "on", "yes", "false", "0", "off", "no"]

    private func rangeComplaint(_ value: String) -> (kind: OptionProblem.Kind, expected: String)? {
        let low = type == "port" ? min ?? 0 : min
        let high = type == "port" ? max ?? 65535 : max
        guard ["integer", "port", "float"].contains(type), let number = Double(value) else { return nil }
        if let low, number < low { return (.outOfRange, "at least \(Self.plain(low))") }
        if let high, number > high { return (.outOfRange, "at most \(Self.plain(high))") }
        return nil
    }

    private static func plain(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
    }

    private func choiceComplaint(_ value: String) -> (kind: OptionProblem.Kind, expected: String)? {
        if let choices, !choices.contains(where: { matches($0, value) }) {
            return (.notAChoice, "one of " + choices.joined(separator: ", "))
        }
        if let maxLength, value.count > maxLength { return (.outOfRange, "at most \(maxLength) characters") }
        if let regex, let pattern = try? Regex(regex), value.firstMatch(of: pattern) == nil {
            return (.wrongType, "text like \(regex)")
        }
        return nil
    }

    private func matches(_ choice: String, _ value: String) -> Bool {
        ignoreCase ? choice.lowercased() == value.lowercased() : choice == value
    }

    private func uriComplaint(_ value: String) -> String? {
        guard let match = value.wholeMatch(of: /([A-Za-z][A-Za-z0-9+.-]*):\/\/[^\s\/]+\S*/) else {
            return "a URI such as http://host:port/"
        }
        guard let schemes, !schemes.contains(String(match.1)) else { return nil }
        return "a URI with scheme " + schemes.joined(separator: " or ")
    }

    /// `inet_pton`'s judgement, as oslo.config (netaddr) has it for complete addresses.
    private static func isIP(_ value: String, version: Int?) -> Bool {
        var storage = in6_addr()
        let isFour = version != 6 && inet_pton(AF_INET, value, &storage) == 1
        return isFour || (version != 4 && inet_pton(AF_INET6, value, &storage) == 1)
    }

    private static func isHostName(_ value: String, extra: String) -> Bool {
        let name = value.hasSuffix(".") ? String(value.dropLast()) : value
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard !name.isEmpty, name.utf8.count <= 253, !(labels.last?.allSatisfy(\.isNumber) ?? true) else {
            return false
        }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || extra.contains($0) }
        }
    }
}
