import Foundation

/// A component's options in all releases, as the catalogue carries them: one line for each option and set of facts.
///
/// The form is told in scripts/catalogue/resources.py, which writes it. Lines of other releases are passed over, and
/// facts are decoded when they are asked for, so that reading one release takes a millisecond or less.
struct OptionFile: Sendable {
    /// One line: an option's facts, or a fact of the component as a whole.
    struct Row {
        /// Empty for a fact of the whole component.
        var section: String
        var name: String
        var releases: ReleaseSet
        /// Where its JSON stands.
        var facts: Range<Int>
    }

    /// A line that is not of the form.
    struct FormatError: Error, CustomStringConvertible {
        var line: Int
        var description: String { "line \(line) has not the form NAME, releases, JSON" }
    }

    private let bytes: Data

    init(component: String) throws { bytes = try CatalogResource.data("\(component).options") }

    init(bytes: Data) { self.bytes = bytes }

    /// The rows that speak of one of these releases, in the file's order.
    func rows(of wanted: ReleaseSet, letters: ReleaseLetters = .all) throws(FormatError) -> [Row] {
        var rows: [Row] = []
        var section = ""
        var number = 0
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            number += 1
            let line = bytes[start..<end]
            if line.first == UInt8(ascii: "["), line.last == UInt8(ascii: "]") {
                section = String(decoding: line.dropFirst().dropLast(), as: UTF8.self)
            } else if let row = try row(line, section, number, wanted, letters) {
                rows.append(row)
            }
            start = end + 1
        }
        return rows
    }

    private func row(
        _ line: Data, _ section: String, _ number: Int, _ wanted: ReleaseSet, _ letters: ReleaseLetters
    ) throws(FormatError) -> Row? {
        let tab = UInt8(ascii: "\t")
        guard let first = line.firstIndex(of: tab), let second = line[(first + 1)...].firstIndex(of: tab),
            let releases = letters.releases(line[(first + 1)..<second])
        else { throw FormatError(line: number) }
        guard !releases.isDisjoint(with: wanted) else { return nil }
        let isWhole = line.first == UInt8(ascii: "!")
        let name = String(decoding: line[(isWhole ? line.startIndex + 1 : line.startIndex)..<first], as: UTF8.self)
        return Row(section: isWhole ? "" : section, name: name, releases: releases, facts: (second + 1)..<line.endIndex)
    }

    /// Decodes the JSON of a row.
    func decode<Value: Decodable>(_ type: Value.Type, _ range: Range<Int>) throws -> Value {
        try JSONDecoder().decode(type, from: bytes[range])
    }

    /// Whether a row's JSON has a key, without decoding it.
    func mentions(_ key: StaticString, _ range: Range<Int>) -> Bool {
        key.withUTF8Buffer { needle in bytes[range].firstRange(of: needle) != nil }
    }
}
