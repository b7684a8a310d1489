import ArgumentParser
import Foundation
import Testing

@testable import Commands

/// `docs/reference/commands.md` is the golden file of every command's help.
@Suite("The reference of commands")
struct CommandReferenceTests {
    static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/reference/commands.md")
    /// What is above is written by hand.
    static let mark = "<!-- From here on `RECORD=1 swift test --filter CommandsTests` writes the page. -->\n"

    @Test("the page has the help of every command, word for word")
    func page() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let parts = text.components(separatedBy: Self.mark)
        try #require(parts.count == 2, "the page has lost its mark")
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try Data((parts[0] + Self.mark + Self.generated).utf8).write(to: Self.page)
        }
        let after = try String(contentsOf: Self.page, encoding: .utf8).components(separatedBy: Self.mark)[1]
        #expect(after == Self.generated, "docs/reference/commands.md is out of date; RECORD=1 writes it")
    }

    @Test("every command says in one sentence what it is for, and explains each of its arguments")
    func everythingIsExplained() {
        for (path, command) in Self.commands {
            let name = path.joined(separator: " ")
            #expect(command.configuration.abstract.hasSuffix("."), "\(name) has no sentence that says what it is for")
            let help = Polyvisor.helpMessage(for: command, columns: 100)
            let silent = help.split(separator: "\n").filter { Self.isUnexplained(String($0), in: help) }
            #expect(silent.isEmpty, "\(name) does not explain \(silent)")
        }
    }

    /// Whether a line names an argument, and neither it nor the next says what that is for.
    private static func isUnexplained(_ line: String, in help: String) -> Bool {
        guard line.firstMatch(of: /^  (-|<)[^ ]*( <[^>]*>)?( ?,? --?[^ ]*( <[^>]*>)?)*$/) != nil else { return false }
        let lines = help.components(separatedBy: "\n")
        guard let place = lines.firstIndex(of: line), place + 1 < lines.count else { return true }
        return !lines[place + 1].hasPrefix("          ")
    }

    /// Every command below `polyvisor` that does something, in the order of the help, with its words.
    static var commands: [(path: [String], command: any ParsableCommand.Type)] {
        func below(_ command: any ParsableCommand.Type, _ path: [String]) -> [([String], any ParsableCommand.Type)] {
            let name = command.configuration.commandName ?? command._commandName
            let here = path + [name]
            let children = command.configuration.subcommands
            return [(here, command)] + children.flatMap { below($0, here) }
        }
        return below(Polyvisor.self, [])
    }

    static var generated: String {
        commands.map { path, command in
            let help = Polyvisor.helpMessage(for: command, columns: 100).trimmingCharacters(in: .newlines)
            let lines = help.components(separatedBy: "\n").map { line in
                String(line.reversed().drop { $0 == " " }.reversed())
            }
            return "\n## \(path.joined(separator: " "))\n\n```text\n\(lines.joined(separator: "\n"))\n```\n"
        }.joined()
    }
}
