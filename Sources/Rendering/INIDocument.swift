/// A configuration file as oslo.config reads it: sections of options, with the line of each.
///
/// The text is kept as it is; setting an option changes its own lines and no other.
struct INIDocument: Sendable, Equatable {
    /// One assignment.
    struct Entry: Sendable, Equatable {
        var section: String
        var option: String
        /// Without the quotes that oslo.config takes off; continuation lines joined by a line break.
        var value: String
        /// From 1.
        var line: Int
        /// How many lines it takes.
        var length: Int
    }

    /// A line that oslo.config would not read.
    struct SyntaxError: Error, Equatable {
        var line: Int
        var reason: String
    }

    private(set) var lines: [String]
    private(set) var entries: [Entry] = []

    /// Reads a text by the rules of oslo_config.iniparser.
    init(_ text: String) throws(SyntaxError) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        entries = try Self.parse(lines)
    }

    /// The text, ending in a line break.
    var text: String { lines.map { $0 + "\n" }.joined() }

    /// The values of an option, in order; empty when it is not set.
    func values(_ section: String, _ option: String) -> [String] {
        entries.filter { Self.same($0.section, section) && $0.option == option }.map(\.value)
    }

    /// Sets an option to one or several values: where it stands, else at its section's end, else in a new section.
    mutating func set(_ section: String, _ option: String, to values: [String], comment: String) throws(SyntaxError) {
        let old = entries.filter { Self.same($0.section, section) && $0.option == option }
        let place = old.first.map { $0.line - 1 }
        for entry in old.reversed() { lines.removeSubrange(entry.line - 1..<entry.line - 1 + entry.length) }
        let new = ["# \(comment)"] + values.map { "\(option) = \($0)" }
        if let place = place ?? endOfSection(section) {
            lines.insert(contentsOf: new, at: place)
        } else {
            lines += ["", "[\(section)]"] + new
        }
        entries = try Self.parse(lines)
    }

    /// Takes every line out of a section; its header stays.
    mutating func clear(_ section: String) throws(SyntaxError) {
        while let start = lines.firstIndex(where: { Self.header($0).map { Self.same($0, section) } ?? false }) {
            let next = lines[(start + 1)...].firstIndex { Self.header($0) != nil } ?? lines.endIndex
            lines.removeSubrange(start..<next)
        }
        lines += ["", "[\(section)]"]
        entries = try Self.parse(lines)
    }

    /// The index after the last line of a section that is not blank; nil when there is no such section.
    private func endOfSection(_ section: String) -> Int? {
        guard let start = lines.firstIndex(where: { Self.header($0).map { Self.same($0, section) } ?? false }) else {
            return nil
        }
        let next = lines[(start + 1)...].firstIndex { Self.header($0) != nil } ?? lines.endIndex
        let last = lines[start..<next].lastIndex { !$0.allSatisfy(\.isWhitespace) } ?? start
        return last + 1
    }

    /// Section names compare without case, except DEFAULT.
    static func same(_ a: String, _ b: String) -> Bool {
        a == b || (a != "DEFAULT" && b != "DEFAULT" && a.lowercased() == b.lowercased())
    }

    private static func header(_ line: String) -> String? {
        line.hasPrefix("[") && line.hasSuffix("]") ? String(line.dropFirst().dropLast()) : nil
    }

    private static func parse(_ lines: [String]) throws(SyntaxError) -> [Entry] {
        var entries: [Entry] = []
        var section: String?
        var isOpen = false
        for (index, line) in lines.enumerated() {
            let trimmed = line.trimming(\.isWhitespace)
            if trimmed.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") {
                isOpen = false
            } else if line.first?.isWhitespace == true {
                guard isOpen, var entry = entries.popLast() else {
                    throw SyntaxError(line: index + 1, reason: "a continuation line without an option before it")
                }
                entry.value += "\n" + trimmed
                entry.length += 1
                entries.append(entry)
            } else if line.hasPrefix("[") {
                guard let name = header(trimmed), !name.isEmpty else {
                    throw SyntaxError(line: index + 1, reason: "a section header without its closing bracket or name")
                }
                (section, isOpen) = (name, false)
            } else {
                entries.append(try assignment(trimmed, line: index + 1, section: section))
                isOpen = true
            }
        }
        return entries
    }

    private static func assignment(_ text: String, line: Int, section: String?) throws(SyntaxError) -> Entry {
        guard let section else { throw SyntaxError(line: line, reason: "an option before the first section") }
        guard let sign = text.firstIndex(where: { $0 == "=" || $0 == ":" }), sign != text.startIndex else {
            throw SyntaxError(line: line, reason: "neither a section, an option nor a comment")
        }
        let option = String(text[..<sign]).trimming(\.isWhitespace)
        let value = unquoted(String(text[text.index(after: sign)...]).trimming(\.isWhitespace))
        return Entry(section: section, option: option, value: value, line: line, length: 1)
    }

    private static func unquoted(_ value: String) -> String {
        guard let first = value.first, first == "\"" || first == "'", value.last == first else { return value }
        return String(value.dropFirst().dropLast())
    }
}

extension String {
    /// The text without leading and trailing characters of a kind.
    func trimming(_ isUnwanted: (Character) -> Bool) -> String {
        guard let first = firstIndex(where: { !isUnwanted($0) }), let last = lastIndex(where: { !isUnwanted($0) })
        else {
            return ""
        }
        return String(self[first...last])
    }
}
