import Foundation

/// A component's options in all releases, as the catalogue carries them: one line for each option and set of facts.
///
/// The form is told in scripts/catalogue/resources.py, which writes it. Reading a release is one pass over the bytes that
/// makes no text but the sections' names: the names of options are made for the sections that are asked for, and facts
/// are decoded for the options that are.
struct OptionFile: Sendable {
    /// One line: an option's facts, or a fact of the component as a whole.
    struct Row: Sendable {
        /// Empty for a fact of the whole component.
        var section: String
        /// Where its name stands.
        var name: Range<Int>
        var releases: ReleaseSet
        /// Where its JSON stands.
        var facts: Range<Int>
    }

    /// A line that is not of the form.
    struct FormatError: Error, CustomStringConvertible {
        var line: Int
        var description: String { "line \(line) has not the form NAME, releases, JSON" }
    }

    private let bytes: [UInt8]

    init(component: String) throws { self.init(bytes: try CatalogResource.data("\(component).options")) }

    init(bytes: Data) { self.bytes = [UInt8](bytes) }

    /// The rows that speak of one of these releases, in the file's order: those of a section are together.
    func rows(of wanted: ReleaseSet, letters: ReleaseLetters = .all) throws(FormatError) -> [Row] {
        var rows: [Row] = []
        var section = ""
        var number = 0
        var start = 0
        while start < bytes.count {
            let end = bytes.place(of: UInt8(ascii: "\n"), in: start..<bytes.count) ?? bytes.count
            number += 1
            if bytes[start] == UInt8(ascii: "["), bytes[end - 1] == UInt8(ascii: "]") {
                section = text(start + 1..<end - 1)
            } else if let row = try row(start..<end, section, number, wanted, letters) {
                rows.append(row)
            }
            start = end + 1
        }
        return rows
    }

    private func row(
        _ line: Range<Int>, _ section: String, _ number: Int, _ wanted: ReleaseSet, _ letters: ReleaseLetters
    ) throws(FormatError) -> Row? {
        let tab = UInt8(ascii: "\t")
        guard let first = bytes.place(of: tab, in: line),
            let second = bytes.place(of: tab, in: first + 1..<line.upperBound),
            let releases = letters.releases(bytes[first + 1..<second])
        else { throw FormatError(line: number) }
        guard !releases.isDisjoint(with: wanted) else { return nil }
        let isWhole = bytes[line.lowerBound] == UInt8(ascii: "!")
        return Row(
            section: isWhole ? "" : section, name: line.lowerBound + (isWhole ? 1 : 0)..<first, releases: releases,
            facts: second + 1..<line.upperBound)
    }

    /// The text that stands somewhere.
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Decodes the JSON of a row.
    func decode<Value: Decodable>(_ type: Value.Type, _ range: Range<Int>) throws -> Value {
        try JSONDecoder().decode(type, from: Data(bytes[range]))
    }

    /// The JSON of a row that is an array of texts.
    func list(_ range: Range<Int>) throws -> [String] {
        guard let list = plainList(range) else { return try decode([String].self, range) }
        return list
    }

    /// The old names under which a row's option is still read, as its facts have them, without decoding the others.
    func oldNames(_ range: Range<Int>) throws -> [String] {
        guard bytes.place(of: UInt8(ascii: "\\"), in: range) == nil else {
            return try decode(OptionFacts.self, range).oldNames
        }
        guard let array = arrayOfOldNames(range) else { return [] }
        return try list(array)
    }

    private static let keyOfOldNames = Array("\"deprecated\":".utf8)

    private func arrayOfOldNames(_ range: Range<Int>) -> Range<Int>? {
        let key = Self.keyOfOldNames
        var start = range.lowerBound
        while let quote = bytes.place(of: UInt8(ascii: "\""), in: start..<range.upperBound) {
            let open = quote + key.count
            if open < range.upperBound, bytes[quote..<open].elementsEqual(key),
                let close = bytes.place(of: UInt8(ascii: "]"), in: open..<range.upperBound)
            {
                return open..<close + 1
            }
            start = quote + 1
        }
        return nil
    }

    /// Nil when it is more than texts between quotes with commas between them.
    private func plainList(_ range: Range<Int>) -> [String]? {
        let slice = bytes[range]
        guard slice.first == UInt8(ascii: "["), slice.last == UInt8(ascii: "]"), !slice.contains(UInt8(ascii: "\\"))
        else { return nil }
        let parts = slice.dropFirst().dropLast().split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
        let between = stride(from: 2, to: parts.count - 1, by: 2)
        guard parts.count % 2 == 1, parts.first?.isEmpty == true, parts.last?.isEmpty == true,
            between.allSatisfy({ parts[$0].elementsEqual([UInt8(ascii: ",")]) })
        else { return nil }
        return stride(from: 1, to: parts.count, by: 2).map { String(decoding: parts[$0], as: UTF8.self) }
    }
}

extension [UInt8] {
    /// The first place of a byte. `firstIndex(of:)` takes several times as long.
    fileprivate func place(of byte: UInt8, in range: Range<Int>) -> Int? {
        withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress,
                let found = memchr(base + range.lowerBound, CInt(byte), range.count)
            else { return nil }
            return base.distance(to: UnsafeRawPointer(found))
        }
    }
}
