import Release

/// A configuration file that is changed option by option: setting one changes its own lines and no other.
///
/// `OsloText` reads it; here are the lines, so that comments and what is not an option stay as they are.
struct INIDocument: Sendable, Equatable {
    /// A line that oslo.config would not read.
    struct SyntaxError: Error, Equatable {
        var line: Int
        var reason: String
    }

    private(set) var lines: [String]
    private var read: OsloText
    private let lineBreak: String

    /// Reads a text; throws with the first line that oslo.config would stop at.
    init(_ text: String) throws(SyntaxError) {
        lineBreak = text.utf8.contains(0x0D) ? "\r\n" : "\n"
        lines = Self.split(text)
        read = try Self.parse(text)
    }

    /// The assignments, in order.
    var entries: [OsloText.Entry] { read.entries }

    /// The text, ending in a line break.
    var text: String { lines.map { $0 + lineBreak }.joined() }

    /// The values of an option, in order; empty when it is not set.
    func values(_ section: String, _ option: String) -> [String] { read.values(section, option) }

    /// The assignments as the catalogue checks them, those of one option together.
    func settings(file: String) -> [OptionSetting] { read.settings(file: file).map(\.setting) }

    /// What the file says of sections with names of its own.
    var sectionNames: SectionNames { read.sectionNames }

    /// Sets an option to one or several values: where it stands, else at its section's end, else in a new section.
    mutating func set(_ section: String, _ option: String, to values: [String], comment: String) throws(SyntaxError) {
        let old = assignments(section, option)
        let place = old.first.map { $0.line - 1 }
        for entry in old.reversed() { lines.removeSubrange(Self.range(entry)) }
        let new = ["# \(comment)"] + values.map { "\(option) = \($0)" }
        insert(new, at: place, orIn: section)
        read = try Self.parse(text)
    }

    /// Takes every line out of a section; its header stays.
    mutating func clear(_ section: String) throws(SyntaxError) {
        while let found = bounds(of: section) {
            lines.removeSubrange(found)
            read = try Self.parse(text)
        }
        lines += ["", "[\(section)]"]
        read = try Self.parse(text)
    }

    /// Gives an option another name, in its section or in another; its values and comments behind them stay.
    mutating func rename(_ section: String, _ option: String, to new: OptionName) throws(SyntaxError) {
        var moved: [String] = []
        for entry in assignments(section, option).reversed() {
            let range = Self.range(entry)
            let rest = lines[range.lowerBound].unicodeScalars.dropFirst(option.unicodeScalars.count)
            lines[range.lowerBound] = new.option + String(rest)
            guard !OsloText.same(section, new.section) else { continue }
            moved = Array(lines[range]) + moved
            lines.removeSubrange(range)
            // The lines of those before it stay where they are.
        }
        if !moved.isEmpty {
            read = try Self.parse(text)
            insert(moved, at: nil, orIn: new.section)
        }
        read = try Self.parse(text)
    }

    private func assignments(_ section: String, _ option: String) -> [OsloText.Entry] {
        entries.filter { OsloText.same($0.section, section) && $0.option == option }
    }

    private static func range(_ entry: OsloText.Entry) -> Range<Int> {
        entry.line - 1..<entry.line - 1 + entry.length
    }

    private mutating func insert(_ new: [String], at place: Int?, orIn section: String) {
        if let place {
            lines.insert(contentsOf: new, at: place)
        } else if let bounds = bounds(of: section) {
            let last = lines[bounds].lastIndex { !$0.allSatisfy(\.isWhitespace) } ?? bounds.lowerBound
            lines.insert(contentsOf: new, at: last + 1)
        } else {
            lines += ["", "[\(section)]"] + new
        }
    }

    /// The lines of a section from its header on, the first of its name; nil when there is none.
    private func bounds(of section: String) -> Range<Int>? {
        guard let index = read.headers.firstIndex(where: { OsloText.same($0.name, section) }) else { return nil }
        let next = read.headers.indices.contains(index + 1) ? read.headers[index + 1].line - 1 : lines.count
        return read.headers[index].line - 1..<next
    }

    private static func parse(_ text: String) throws(SyntaxError) -> OsloText {
        let read = OsloText(text)
        if let fault = read.faults.first { throw SyntaxError(line: fault.line, reason: fault.what) }
        return read
    }

    /// A line ends at \n, \r or both, as for `OsloText`.
    private static func split(_ text: String) -> [String] {
        var lines = text.split(omittingEmptySubsequences: false) { ["\n", "\r", "\r\n"].contains($0) }.map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}
