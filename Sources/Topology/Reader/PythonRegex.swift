/// Finds what Python's `re` would refuse in a regular expression, without Python.
///
/// Nova compiles `datastore_regex` when nova-compute starts; a mistake there stops the service.
enum PythonRegex {
    /// What is wrong, in Python's own words where it has some; nil for an expression that compiles.
    static func problem(in pattern: String) -> String? {
        var checker = Checker(Array(pattern.unicodeScalars))
        return checker.check()
    }
}

private struct Checker {
    private let pattern: [Unicode.Scalar]
    private var position = 0
    private var openGroups = 0
    /// What a quantifier would apply to.
    private var last = Last.nothing

    private enum Last { case nothing, item, repeated }

    init(_ pattern: [Unicode.Scalar]) { self.pattern = pattern }

    private var next: Unicode.Scalar? { position < pattern.count ? pattern[position] : nil }

    mutating func check() -> String? {
        while let scalar = next {
            if let wrong = checkItem(scalar) { return "\(wrong) at position \(position)" }
        }
        return openGroups > 0 ? "missing ), unterminated subpattern" : nil
    }

    /// Steps over one item; on a mistake the position stays at it.
    private mutating func checkItem(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "\\": return checkEscape()
        case "[": return checkSet()
        case "(": return openGroup()
        case ")": return closeGroup()
        case "|", "^": step(.nothing)
        case "*", "+", "?": return checkQuantifier(length: 1)
        case "{": return checkBraces()
        default: step(.item)
        }
        return nil
    }

    private mutating func step(_ kind: Last, by count: Int = 1) {
        position += count
        last = kind
    }

    /// Letters and digits mean something after a backslash, or are refused.
    private mutating func checkEscape() -> String? {
        guard position + 1 < pattern.count else { return "bad escape (end of pattern)" }
        let escaped = pattern[position + 1]
        let known = "AbBdDsSwWZafnrtvxuUN0123456789"
        if escaped.isASCII, escaped.properties.isAlphabetic, !known.unicodeScalars.contains(escaped) {
            return "bad escape \\\(escaped)"
        }
        step(.item, by: 2)
        return nil
    }

    private mutating func checkSet() -> String? {
        var end = position + 1
        if end < pattern.count, pattern[end] == "^" { end += 1 }
        if end < pattern.count, pattern[end] == "]" { end += 1 }
        while end < pattern.count, pattern[end] != "]" {
            if let wrong = rangeProblem(at: end) { return wrong }
            end += pattern[end] == "\\" ? 2 : 1
        }
        guard end < pattern.count else { return "unterminated character set" }
        step(.item, by: end + 1 - position)
        return nil
    }

    /// `z-a`
    private func rangeProblem(at index: Int) -> String? {
        guard index + 2 < pattern.count, pattern[index + 1] == "-", pattern[index + 2] != "]" else { return nil }
        let (low, high) = (pattern[index], pattern[index + 2])
        guard low != "\\", high != "\\", low != "-", low.value > high.value else { return nil }
        return "bad character range \(low)-\(high)"
    }

    private mutating func openGroup() -> String? {
        var length = 1
        if position + 1 < pattern.count, pattern[position + 1] == "?" {
            guard let extension_ = groupExtension() else { return "unknown extension of (?" }
            length = extension_
        }
        openGroups += 1
        step(.nothing, by: length)
        return nil
    }

    /// The length of `(?:`, `(?=`, `(?P<name>` …; nil for one that Python does not know.
    private func groupExtension() -> Int? {
        let rest = String(String.UnicodeScalarView(pattern[position...]))
        for known in ["(?:", "(?=", "(?!", "(?<=", "(?<!"] where rest.hasPrefix(known) { return known.count }
        let flags = rest.dropFirst(2).prefix { "aiLmsux-".contains($0) }
        if !flags.isEmpty, rest.dropFirst(2 + flags.count).first == ")" { return 2 + flags.count }
        if !flags.isEmpty, rest.dropFirst(2 + flags.count).first == ":" { return 3 + flags.count }
        guard rest.hasPrefix("(?P<"), let end = rest.firstIndex(of: ">") else { return nil }
        let name = rest[rest.index(rest.startIndex, offsetBy: 4)..<end]
        return name.isEmpty || name.first?.isNumber == true ? nil : rest.distance(from: rest.startIndex, to: end) + 1
    }

    private mutating func closeGroup() -> String? {
        guard openGroups > 0 else { return "unbalanced parenthesis" }
        openGroups -= 1
        step(.item)
        return nil
    }

    private mutating func checkQuantifier(length: Int) -> String? {
        switch last {
        case .nothing: return "nothing to repeat"
        case .repeated: return "multiple repeat"
        case .item: step(.repeated, by: length)
        }
        // `*?` is lazy, `*+` (Python 3.11) possessive.
        if next == "?" || next == "+" { position += 1 }
        return nil
    }

    /// `{2}`, `{2,}`, `{,3}` and `{2,3}` repeat; any other brace is itself.
    private mutating func checkBraces() -> String? {
        guard let end = pattern[position...].firstIndex(of: "}") else {
            step(.item)
            return nil
        }
        let bounds = String(String.UnicodeScalarView(pattern[(position + 1)..<end])).split(
            separator: ",", omittingEmptySubsequences: false)
        let areNumbers = bounds.allSatisfy { $0.utf8.allSatisfy(isDigit) }
        guard areNumbers, (1...2).contains(bounds.count), bounds.contains(where: { !$0.isEmpty }) || bounds.count == 2
        else {
            step(.item)
            return nil
        }
        if bounds.count == 2, let low = Int(bounds[0]), let high = Int(bounds[1]), low > high {
            return "min repeat greater than max repeat"
        }
        return checkQuantifier(length: end + 1 - position)
    }
}
