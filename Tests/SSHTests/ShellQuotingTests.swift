import Foundation
import SSH
import Testing

@Suite("A quoted word")
struct ShellQuotingTests {
    @Test("harmless words stay as they are")
    func harmless() {
        #expect(shellQuoted("/etc/nova/nova.conf") == "/etc/nova/nova.conf")
        #expect(shellQuoted("") == "''")
        #expect(shellQuoted("it's") == #"'it'\''s'"#)
    }

    @Test("any word comes out of sh as it went in", arguments: 0..<10)
    func property(round: Int) throws {
        let words = (0..<100).map { _ in randomWord() }
        let command = "printf '%s\\n=\\n' " + words.map(shellQuoted).joined(separator: " ")
        let result = try runLocally("/bin/sh", ["-c", command])
        #expect(Data(result.output.utf8) == Data(words.map { "\($0)\n=\n" }.joined().utf8))
    }

    /// Mostly what a shell cares about; a combining accent makes one Character of itself and what is before it.
    private func randomWord() -> String {
        let scalars = Array("'\"\\$`!*?[]{}()<>|&;#~ \t\n-=%a0é漢🙂\u{301}\u{200D}\u{7f}\u{1}".unicodeScalars)
        let count = Int.random(in: 0...20)
        return String(String.UnicodeScalarView((0..<count).map { _ in scalars[Int.random(in: 0..<scalars.count)] }))
    }
}
