import Foundation
import Subprocess
import Testing
import Wording

@Suite("A quoted word")
struct ShellQuotingTests {
    @Test("harmless words stay as they are")
    func harmless() {
        #expect(shellQuoted("/etc/nova/nova.conf") == "/etc/nova/nova.conf")
        #expect(shellQuoted("") == "''")
        #expect(shellQuoted("it's") == #"'it'\''s'"#)
    }

    @Test("any word comes out of sh as it went in", arguments: 0..<10)
    func property(round: Int) async throws {
        let words = (0..<100).map { _ in randomWord() }
        let command = "printf '%s\\n=\\n' " + words.map { shellQuoted($0) }.joined(separator: " ")
        let always = words.map { shellQuoted($0, always: true) }.joined(separator: " ")
        let expected = Data(words.map { "\($0)\n=\n" }.joined().utf8)
        #expect(try await output(of: command) == expected)
        #expect(try await output(of: "printf '%s\\n=\\n' " + always) == expected)
    }

    @Test("names of a file are quoted whether they need it or not")
    func always() {
        #expect(shellQuoted("nova", always: true) == "'nova'")
        #expect(shellQuoted("it's", always: true) == #"'it'\''s'"#)
    }

    /// What a shell prints.
    private func output(of command: String) async throws -> Data {
        let result = try await run(
            .path("/bin/sh"), arguments: ["-c", command], output: .data(limit: 1 << 20), error: .string(limit: 4096))
        #expect(result.terminationStatus == .exited(0), "\(result.standardError)")
        return result.standardOutput
    }

    /// Mostly what a shell cares about; a combining accent makes one Character of itself and what is before it.
    private func randomWord() -> String {
        let scalars = Array("'\"\\$`!*?[]{}()<>|&;#~ \t\n-=%a0é漢🙂\u{301}\u{200D}\u{7f}\u{1}".unicodeScalars)
        let count = Int.random(in: 0...20)
        return String(String.UnicodeScalarView((0..<count).map { _ in scalars[Int.random(in: 0..<scalars.count)] }))
    }
}
