import Testing

@Suite("what is public")
struct DocumentationTests {
    @Test("says what it means: each public declaration has a comment")
    func comments() throws {
        let files = try House.rooms.sorted().flatMap(House.paths).map { try PublicDeclarations(in: "Sources/\($0)") }
        let promised = Set(files.flatMap(\.requirements))
        let bare = files.flatMap(\.withoutComment).filter { !promised.contains($0.name) }.map(\.line)
        #expect(bare.isEmpty, "\(bare.count) have none:\n\(bare.joined(separator: "\n"))")
    }

    @Test(
        "is found by the search for it",
        arguments: [
            ("    public let a: Int", true), ("public actor A {", true), ("    @Sendable public func f() {", true),
            ("    public internal(set) var a = 1", true), ("    public nonisolated let a: Int", true),
            ("public import Foundation", false), ("    let a: Int", false), ("    // public let a: Int", false),
            // What a protocol of Swift's own demands means the same everywhere.
            ("    public var description: String { \"\" }", false),
            ("    public static func == (a: A, b: A) -> Bool { true }", false),
            ("    public func encode(to encoder: any Encoder) throws {", false),
        ])
    func found(line: String, isFound: Bool) {
        #expect(PublicDeclarations(lines: ["", line]).withoutComment.isEmpty == !isFound)
        #expect(PublicDeclarations(lines: ["    /// Why.", line]).withoutComment.isEmpty)
        #expect(PublicDeclarations(lines: ["    /// Why.", "    @discardableResult", line]).withoutComment.isEmpty)
    }
}

/// The public declarations of a file, by their lines.
struct PublicDeclarations {
    /// One of them: `FILE:LINE: DECLARATION`, and `func NAME(LABEL` of a function or `var NAME {` of a computed property.
    struct Declaration: Equatable {
        var line: String
        var name: String
    }

    /// Those without a documentation comment.
    let withoutComment: [Declaration]
    /// What protocols of the file demand, by name: there it says what it means, and each type does it.
    let requirements: [String]

    init(in path: String) throws {
        let text = try House.text(path)
        self.init(lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init), path)
    }

    init(lines: [String], _ path: String = "") {
        let bare = lines.indices.filter { index in
            guard Self.isPublic(lines[index]) else { return false }
            let above = lines[..<index].last { !$0.drop { $0 == " " }.hasPrefix("@") } ?? ""
            return !above.drop { $0 == " " }.hasPrefix("///")
        }
        withoutComment = bare.map { index in
            let text = lines[index].drop { $0 == " " }
            return Declaration(line: "\(path):\(index + 1): \(text)", name: Self.name(of: text))
        }
        var isInProtocol = false
        requirements = lines.compactMap { line in
            if line.contains("protocol "), line.contains(#/^(\w+ )*protocol /#) { isInProtocol = true }
            if line == "}" { isInProtocol = false }
            return isInProtocol ? Self.name(of: line[...]) : nil
        }.filter { !$0.isEmpty }
    }

    private static func name(of line: Substring) -> String {
        if let match = line.firstMatch(of: /\bfunc (\w+\([^:,)]*)/) { return String(match.1) }
        return line.firstMatch(of: /\bvar (\w+): .*\{/).map { "var \($0.1)" } ?? ""
    }

    private static func isPublic(_ line: String) -> Bool {
        // Most lines are not, and a regular expression takes its time.
        guard line.contains("public ") else { return false }
        let declaration =
            /^ *(@\w+ +)*public +((static|final|indirect|nonisolated|mutating|class|\w+\(set\)) +)*(func|var|let|init|struct|enum|class|actor|protocol|typealias|subscript|associatedtype)\b/
        let known =
            /\b(var (description|debugDescription|customMirror|errorDescription|unownedExecutor)\b|func (==|<|hash\(into|encode\(to|next\(\)|makeAsyncIterator\(\))|init\(from decoder)/
        return line.contains(declaration) && !line.contains(known)
    }
}
