/// Gives an option among a topology's overrides its new name, and leaves every other byte as it is.
public enum OverrideEdit {
    /// The text with the option under another name, in its section or another of the same file and scope.
    ///
    /// What comes out is read again: it means the same lab but for that name. Comments stay with their lines.
    ///
    /// - Parameters:
    ///   - override: one of those that reading this very text gave.
    ///   - text: a topology without errors.
    /// - Throws: what keeps it from being written.
    public static func rename(
        _ override: Override, to section: String, _ option: String, in text: [UInt8], file: String
    ) throws(OverrideEditError) -> [UInt8] {
        let source = Source(bytes: text, file: file)
        let mark = text.count - source.bytes.count  // a byte-order mark stays where it is
        guard let root = YAMLComposer.compose(source, ProblemLog(source)),
            let place = OverridePlace(override, in: root, source)
        else { throw OverrideEditError(reason: "it is written in a way that is not understood") }
        var edited = text
        for edit in try place.edits(to: section, option).sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            let range = edit.range.lowerBound + mark..<edit.range.upperBound + mark
            edited.replaceSubrange(range, with: edit.text.utf8)
        }
        guard means(edited, sameAs: text, but: override, section, option, file) else {
            throw OverrideEditError(reason: "it cannot be changed without changing more")
        }
        return edited
    }

    /// The overrides are the same but for one name; they stand at other places and in another order.
    private static func means(
        _ edited: [UInt8], sameAs text: [UInt8], but override: Override, _ section: String, _ option: String,
        _ file: String
    ) -> Bool {
        guard let old = try? Lab.read(text: text, file: file).lab,
            let new = try? Lab.read(text: edited, file: file).lab,
            let index = old.overrides.firstIndex(of: override)
        else { return false }
        var expected = old.overrides
        (expected[index].section, expected[index].option) = (section, option)
        func counted(_ overrides: [Override]) -> [Override: Int] {
            overrides.reduce(into: [:]) { counts, override in
                var override = override
                override.mark = .start
                counts[override, default: 0] += 1
            }
        }
        return counted(expected) == counted(new.overrides)
    }
}

/// Why an override was not rewritten.
public struct OverrideEditError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What stands in the way.
    public let reason: String
    public var description: String { reason }
}

/// Where an override stands in the text.
private struct OverridePlace {
    struct Edit {
        var range: Range<Int>
        var text: String
    }

    let source: Source
    /// The sections of the override's file and scope.
    let scope: YAMLNode
    let sections: [YAMLNode.Pair]
    let section: YAMLNode.Pair
    let options: [YAMLNode.Pair]
    let option: YAMLNode.Pair
    /// The options stand below `replace`.
    let isReplaced: Bool

    init?(_ override: Override, in root: YAMLNode, _ source: Source) {
        guard let scope = root.pair("overrides")?.value.pair(override.file)?.value.pair(override.scope)?.value,
            let section = scope.pair(override.section)
        else { return nil }
        var options = section.value
        if let option = options.pairs.first(where: { $0.keyMark == override.mark }) {
            (self.option, isReplaced) = (option, false)
        } else if let inner = options.pair("replace")?.value,
            let option = inner.pairs.first(where: { $0.keyMark == override.mark })
        {
            (self.option, isReplaced, options) = (option, true, inner)
        } else {
            return nil
        }
        self.source = source
        self.scope = scope
        self.section = section
        self.options = options.pairs
        sections = scope.pairs
    }

    func edits(to newSection: String, _ newOption: String) throws(OverrideEditError) -> [Edit] {
        if newSection == section.key { return [try key(option, newOption)] }
        guard !isReplaced else { throw OverrideEditError(reason: "its section is replaced as a whole") }
        if let target = sections.first(where: { $0.key == newSection }) {
            return [try insertion(newOption, into: target.value), try removal()]
        }
        if options.count == 1 { return [try key(section, newSection), try key(option, newOption)] }
        return [try newSectionBefore(newSection, newOption), try removal()]
    }

    /// A key's new text.
    private func key(_ pair: YAMLNode.Pair, _ new: String) throws(OverrideEditError) -> Edit {
        Edit(range: try keyRange(pair), text: new)
    }

    private func keyRange(_ pair: YAMLNode.Pair) throws(OverrideEditError) -> Range<Int> {
        let start = source.byte(at: pair.keyMark)
        for spelling in [pair.key, "'\(pair.key)'", "\"\(pair.key)\""] {
            let end = start + spelling.utf8.count
            if end <= source.bytes.count, source.bytes[start..<end].elementsEqual(spelling.utf8) { return start..<end }
        }
        throw OverrideEditError(reason: "its key is written in an uncommon way")
    }

    /// `: VALUE` as it is written.
    private func rest() throws(OverrideEditError) -> String {
        let text = text(try keyRange(option).upperBound..<source.byte(at: option.value.end))
        guard !text.utf8.contains(0x0A), !text.utf8.contains(0x0D) else {
            throw OverrideEditError(reason: "its value takes several lines")
        }
        return text
    }

    /// What stands in the option's line behind its value: blanks, and a comment that goes with it.
    private func tail() throws(OverrideEditError) -> String {
        guard !isFlow(section.value) else { return "" }
        let tail = text(source.byte(at: option.value.end)..<lineRange(option.keyMark.line).upperBound)
            .filter { !$0.isNewline }
        let bare = tail.drop { $0 == " " || $0 == "\t" }
        guard bare.isEmpty || bare.hasPrefix("#") else {
            throw OverrideEditError(reason: "something else stands behind it")
        }
        return bare.isEmpty ? "" : tail
    }

    private func insertion(_ name: String, into target: YAMLNode) throws(OverrideEditError) -> Edit {
        let pairs = target.pairs
        guard let first = pairs.first, !pairs.contains(where: { $0.key == name || $0.key == "replace" }) else {
            throw OverrideEditError(reason: pairs.isEmpty ? "the new section is empty" : "the new name is set as well")
        }
        let place = source.byte(at: first.keyMark)
        if isFlow(target) {
            guard try tail().isEmpty else { throw OverrideEditError(reason: "its comment has no place there") }
            return Edit(range: place..<place, text: name + (try rest()) + ", ")
        }
        return Edit(range: place..<place, text: name + (try rest()) + (try tail()) + lineBreak(first.keyMark.column))
    }

    private func newSectionBefore(_ newSection: String, _ name: String) throws(OverrideEditError) -> Edit {
        let place = source.byte(at: section.keyMark)
        let text: String
        if isFlow(section.value) {
            text =
                "\(newSection): { \(name)\(try rest()) }"
                + (isFlow(scope) ? ", " : lineBreak(section.keyMark.column))
        } else {
            text =
                newSection + ":" + lineBreak(option.keyMark.column) + name + (try rest()) + (try tail())
                + lineBreak(section.keyMark.column)
        }
        return Edit(range: place..<place, text: text)
    }

    /// Takes the option out, and its section where it is the only one.
    private func removal() throws(OverrideEditError) -> Edit {
        guard options.count > 1 else { return try removal(of: section, among: sections, in: scope) }
        return try removal(of: option, among: options, in: section.value)
    }

    private func removal(
        of pair: YAMLNode.Pair, among pairs: [YAMLNode.Pair], in mapping: YAMLNode
    ) throws(OverrideEditError) -> Edit {
        let start = source.byte(at: pair.keyMark)
        guard let index = pairs.firstIndex(where: { $0.keyMark == pair.keyMark }), pairs.count > 1 else {
            throw OverrideEditError(reason: "nothing would be left where it stands")
        }
        if isFlow(mapping) {
            guard index + 1 < pairs.count else {
                return Edit(
                    range: source.byte(at: pairs[index - 1].value.end)..<source.byte(at: pair.value.end), text: "")
            }
            return Edit(range: start..<source.byte(at: pairs[index + 1].keyMark), text: "")
        }
        let lines = lineRange(pair.keyMark.line).lowerBound..<lineRange(option.keyMark.line).upperBound
        let before = text(lines.lowerBound..<start)
        guard before.allSatisfy({ $0 == " " }), !text(start..<source.byte(at: option.keyMark)).contains("#") else {
            throw OverrideEditError(reason: "something else stands in its lines")
        }
        if isFlow(section.value) {
            let end = text(source.byte(at: option.value.end)..<lines.upperBound).drop { " }\t".contains($0) }
            guard end.allSatisfy(\.isNewline) else {
                throw OverrideEditError(reason: "something else stands behind it")
            }
        }
        return Edit(range: lines, text: "")
    }

    private func isFlow(_ mapping: YAMLNode) -> Bool {
        let start = source.byte(at: mapping.start)
        return source.bytes.indices.contains(start) && source.bytes[start] == UInt8(ascii: "{")
    }

    private func lineRange(_ line: Int) -> Range<Int> {
        source.byte(at: Mark(line: line, column: 1))..<source.byte(at: Mark(line: line + 1, column: 1))
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: source.bytes[range.lowerBound..<max(range.lowerBound, range.upperBound)], as: UTF8.self)
    }

    private func lineBreak(_ column: Int) -> String {
        let isCRLF = source.bytes.indices.dropLast().contains {
            source.bytes[$0] == 0x0D && source.bytes[$0 + 1] == 0x0A
        }
        return (isCRLF ? "\r\n" : "\n") + String(repeating: " ", count: column - 1)
    }
}

extension YAMLNode {
    fileprivate var pairs: [Pair] {
        if case .mapping(let pairs) = content { pairs } else { [] }
    }

    fileprivate func pair(_ key: String) -> Pair? { pairs.first { $0.key == key } }
}
