import Testing

@testable import Topology

/// A text, and a problem that the reader has with it.
struct BadText: Sendable, CustomTestStringConvertible {
    var name: String
    /// With `§` where the problem is.
    var text: String
    var what: String
    var hint: String?

    var testDescription: String { name }

    func expect(sourceLocation: SourceLocation = #_sourceLocation) {
        let marked = MarkedText(text)
        let found = problems(of: marked.text).problems.first { $0.what == what }
        #expect(found?.what == what, sourceLocation: sourceLocation)
        #expect(found?.mark == marked.marks.first, sourceLocation: sourceLocation)
        if let hint { #expect(found?.hint == hint, sourceLocation: sourceLocation) }
    }
}

@Suite("YAML")
struct YAMLTests {
    @Test("that is none is reported where a person would mend it", arguments: BadText.syntax)
    func syntax(_ bad: BadText) { bad.expect() }

    @Test("that a topology may not use is refused", arguments: BadText.features)
    func features(_ bad: BadText) { bad.expect() }

    @Test("aliases stand for what their anchors hold")
    func aliases() throws {
        let text = Sample.sandbox.replacing(
            "roles: [compute], hypervisor: kvm", with: "roles: &r [compute], hypervisor: kvm"
        )
        .replacing("roles: [compute], hypervisor: vmware", with: "roles: *r, hypervisor: vmware")
        #expect(try lab(text).nodes[2].roles == [.compute])
    }

    @Test("a problem behind two aliases is told once")
    func aliasesRepeatNothing() {
        let text = Sample.sandbox.replacing(
            "roles: [compute], hypervisor: kvm", with: "roles: &r [§comput], hypervisor: kvm"
        )
        .replacing("roles: [compute], hypervisor: vmware", with: "roles: *r, hypervisor: vmware")
        let marked = MarkedText(text)
        #expect(problems(of: marked.text).problems.compactMap(\.mark) == marked.marks)
    }

    @Test("an alias bomb is refused at the alias that goes too far", .timeLimit(.minutes(1)))
    func aliasBomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let found = problems(of: text).problems
        #expect(found.first?.what == "the file holds more than 200000 values, with aliases expanded")
        #expect(found.count == 1)
    }

    @Test("10,000 levels of nesting are refused", .timeLimit(.minutes(1)), arguments: ["[", "{a: ", "- ", "? "])
    func nesting(_ opening: String) {
        let text = String(repeating: opening, count: 10_000)
        #expect(problems(of: text).problems.first?.what == "lists and mappings are nested more than 50 levels deep")
    }

    @Test("an alias does not nest deeper than is allowed")
    func nestedAliases() {
        var text = "a0: &a0 [x]\n"
        for level in 1...60 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(problems(of: text).problems.first?.what == "lists and mappings are nested more than 50 levels deep")
    }

    @Test("a line of a million characters is read, and shown in part", .timeLimit(.minutes(1)))
    func hugeLine() throws {
        let text = "lab: " + String(repeating: "a", count: 1_000_000) + "\n"
        let found = problems(of: text)
        #expect(found.problems.contains { $0.what.hasSuffix("it has more than 12 characters") })
        #expect(found.description.utf8.count < 3000)
    }

    @Test("more problems than anybody reads are cut")
    func manyProblems() {
        let text = (0..<3000).map { "key\($0): 1\n" }.joined()
        let found = problems(of: text).problems
        #expect(found.count == 1001)
        #expect(found.last?.what == "2004 more problems are not listed")
    }
}

@Suite("Encodings")
struct EncodingTests {
    @Test("a byte-order mark of UTF-8 changes nothing, not even the places")
    func byteOrderMark() throws {
        let bytes = [0xEF, 0xBB, 0xBF] + Array(Sample.sandbox.utf8)
        #expect(try Lab.read(text: bytes, file: "lab.yaml").lab == lab(Sample.sandbox))
    }

    @Test("carriage returns change nothing")
    func carriageReturns() throws {
        #expect(try lab(Sample.sandbox.replacing("\n", with: "\r\n")) == lab(Sample.sandbox))
    }

    @Test(
        "UTF-16 and UTF-32 are refused",
        arguments: [[0xFF, 0xFE, 0x6C, 0], [0xFE, 0xFF, 0, 0x6C], [0x6C, 0, 0x61, 0], [0, 0, 0, 0x6C]])
    func wide(_ bytes: [UInt8]) {
        let found = problems(of: bytes)
        #expect(found.problems.map(\.what) == ["the file is UTF-16, UTF-32 or binary; a topology is UTF-8 text"])
        #expect(found.problems.first?.mark == Mark(line: 1, column: 1))
    }

    @Test("each line with bytes that are no UTF-8 is named, with its column in characters")
    func latin1() {
        let bytes = Array("lab: a\n# é ".utf8) + [0xE9, 0xE8] + Array("\n#".utf8) + [0xFC] + Array("\n".utf8)
        let found = problems(of: bytes).problems
        #expect(found.map(\.what) == ["byte 0xE9 is not UTF-8", "byte 0xFC is not UTF-8"])
        #expect(found.compactMap(\.mark) == [Mark(line: 2, column: 5), Mark(line: 3, column: 2)])
    }

    @Test(
        "control characters are refused and do not reach the terminal",
        arguments: ["\u{0}", "\u{1B}", "\u{7}", "\u{9B}"])
    func controls(_ character: String) {
        let found = problems(of: "lab: sample\nrelease: a\(character)[31mb\n")
        #expect(found.problems.first?.mark == Mark(line: 2, column: 11))
        #expect(found.problems.first?.what.hasPrefix("the control character U+00") == true)
        #expect(!found.description.contains(character))
    }

    @Test("a caret stands under its column after tabs and wide characters")
    func caret() {
        let found = problems(of: "lab: a\nimages:\t{ \"图\t像é\": {}, b: {} }\nlab: x\n")
        let lines = found.description.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.contains("    2 | images:\t{ \"图\t像é\": {}, b: {} }"))
        #expect(lines.contains("      |        \t  ^"))
        #expect(lines.contains("      |        \t     \t          ^"))
    }
}

extension BadText {
    static let syntax = [
        BadText(name: "nothing", text: "§", what: "the file holds no topology"),
        BadText(name: "comments only", text: "§# lab\n\n", what: "the file holds no topology"),
        BadText(
            name: "tab", text: "nodes:\n§\ta: b\n",
            what: "a tab stands here, and YAML takes only blanks for indentation",
            hint: "replace it by blanks; most editors can do that for the whole file"),
        BadText(
            name: "at sign", text: "lab: §@a\n",
            what: "not YAML: found character that cannot start any token while scanning for the next token",
            hint: "quote a value that begins with \"@\""),
        BadText(
            name: "open quote", text: "lab: a\nrelease: §\"zed\nnodes:\n",
            what: "not YAML: found unexpected end of stream while scanning a quoted scalar",
            hint: "a quote that opens here is never closed"),
        BadText(
            name: "open bracket", text: "lab: a\nnodes: §{ a: b\n\nnetworks: {}\n",
            what: "not YAML: did not find expected ',' or '}' while parsing a flow mapping",
            hint: "a bracket that opens here is not closed, or a comma is missing"),
        BadText(
            name: "colon in a value", text: "lab: a§: b\n",
            what: "not YAML: mapping values are not allowed in this context",
            hint: "quote a value that holds `: `; or the line is indented further than the one it belongs to"),
        BadText(
            name: "indentation", text: "nodes:\n    a: {}\n  §b: {}\n",
            what: "not YAML: did not find expected key while parsing a block mapping"),
        BadText(
            name: "backslash", text: "lab: \"a§\\d\"\n",
            what: "not YAML: found unknown escape character while parsing a quoted scalar"),
    ]

    static let features = [
        BadText(
            name: "duplicate key", text: "lab: a\nrelease: zed\n§lab: b\n",
            what: "duplicate key \"lab\"; it stands at 1:1 already"),
        BadText(
            name: "two documents", text: "lab: a\n§---\nlab: b\n",
            what: "a second document begins here; a topology is one document"),
        BadText(name: "tag", text: "lab: §!!str a\n", what: "tags such as !!str are not supported"),
        BadText(name: "unknown alias", text: "lab: §*name\n", what: "alias *name has no anchor &name before it"),
        BadText(name: "anchor within itself", text: "nodes: &n { a: §*n }\n", what: "anchor &n would contain itself"),
        BadText(name: "list as key", text: "§[a, b]: c\n", what: "a key has to be a word, not a list"),
        BadText(name: "no key", text: "§'': c\n", what: "a key is missing before the colon"),
        BadText(name: "a list", text: "§- lab\n", what: "the topology: expected a mapping, found a list"),
        BadText(name: "text", text: "§lab\n", what: "the topology: expected a mapping, found text"),
    ]
}
