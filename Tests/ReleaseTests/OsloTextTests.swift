import SeededGenerator
import Testing

@testable import Release

@Suite("a configuration file of outside")
struct OsloTextTests {
    private func entries(_ text: String) -> [String] {
        OsloText(text).entries.map { "\($0.line)+\($0.length) [\($0.section)] \($0.option)=\($0.value)" }
    }

    @Test("is read as oslo.config reads it")
    func reading() {
        #expect(
            entries("[a]\nb = 1\nb: 2\nc=x:y\nd : x=y\n") == [
                "2+1 [a] b=1", "3+1 [a] b=2", "4+1 [a] c=x:y", "5+1 [a] d=x=y",
            ])
        #expect(entries("[a]\nb = 1\n  2\n\t3\nc = \n") == ["2+3 [a] b=1\n2\n3", "5+1 [a] c="])
        #expect(
            entries("[a]\nb = ' x '\nc = \"y\nd = '\ne = \"\"\n") == [
                "2+1 [a] b= x ", "3+1 [a] c=\"y", "4+1 [a] d=", "5+1 [a] e=",
            ])
        #expect(entries("; x\n# [y]\n[a]  \n b\n") == [])
        #expect(entries("[ a ]\nb=\u{A0}1\u{2003}\n") == ["2+1 [ a ] b=1"])
        #expect(entries("[a]\nb=\u{301}x\n") == ["2+1 [a] b=\u{301}x"])
    }

    @Test("has lines that end as Python's text files do", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(_ end: String) {
        #expect(entries(["[a]", "b = 1", "", "c = 2"].joined(separator: end)) == ["2+1 [a] b=1", "4+1 [a] c=2"])
    }

    @Test(
        "tells every line that oslo.config would stop at, and reads the others",
        arguments: [
            ("[a]\n b = 1\n", 2), ("[a]\nb\n", 2), ("[a]\n= 1\n", 2), ("b = 1\n", 1), ("[a\nb = 1\n", 1), ("[]\n", 1),
            ("[a] # comment\n", 1), ("[a]\nb = 1\n\n  2\n", 4), ("[a]\nb = 1\n# c\n  2\n", 4),
        ])
    func faults(_ text: String, _ line: Int) {
        #expect(OsloText(text).faults.first?.line == line)
        #expect(entries(text + "[z]\nlast = 1\n").last?.hasSuffix("[z] last=1") == true)
    }

    @Test("is told to be no plain UTF-8, with the place")
    func encodings() throws {
        let latin = OsloText(Array("[a]\nb = caf".utf8) + [0xE9, 0x0A])
        #expect(latin.faults.count == 1 && latin.faults[0].line == 2 && latin.faults[0].what.contains("offset 11"))
        #expect(latin.entries.map(\.option) == ["b"])
        let marked = OsloText([0xEF, 0xBB, 0xBF] + Array("[a]\nb=1\n".utf8))
        #expect(marked.faults.map(\.line) == [1] && marked.entries.map(\.value) == ["1"])
        for bytes in [[0xFF, 0xFE] + wide("[a]\nb=ü\n", 0), [0xFE, 0xFF] + wide("[a]\nb=ü\n", 1)] {
            let text = OsloText(bytes)
            #expect(text.faults.map(\.line) == [1] && text.entries.map(\.value) == ["ü"])
        }
        #expect(OsloText([0x5B, 0x61, 0x5D, 0x0A, 0x62, 0x3D, 0x00]).faults.map(\.line) == [2])
        #expect(OsloText([UInt8]()).entries.isEmpty && OsloText([0xFF, 0xFE]).entries.isEmpty)
    }

    private func wide(_ text: String, _ low: Int) -> [UInt8] {
        text.utf16.flatMap { unit -> [UInt8] in
            let bytes = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
            return low == 0 ? bytes : bytes.reversed()
        }
    }

    /// 300 documents whose assignments are known beforehand, written with every freedom of the syntax.
    @Test("gives back what was written, however it was written")
    func roundTrip() {
        var random = SeededGenerator(20_260)
        for _ in 0..<300 {
            var text = "", expected: [String] = []
            for section in 0..<Int.random(in: 1...4, using: &random) {
                text += "[s\(section)]" + ["", " ", "\t"].randomElement(using: &random).orEmpty + "\n"
                for option in 0..<Int.random(in: 0...5, using: &random) {
                    let value = (0..<Int.random(in: 0...3, using: &random)).map { _ in word(&random) }
                    let sign = ["=", ":", " = ", " : ", "= "].randomElement(using: &random).orEmpty
                    let note = ["", "\n", "# c = 1\n", ";x\n", "  \n"].randomElement(using: &random).orEmpty
                    text += "\(note)o\(option)\(sign)\(value.first ?? "")\n"
                    text += value.dropFirst().map { "  \($0)  \n" }.joined()
                    expected.append("[s\(section)] o\(option)=\(value.joined(separator: "\n"))")
                }
            }
            let read = OsloText(text)
            #expect(read.faults.isEmpty)
            #expect(read.entries.map { "[\($0.section)] \($0.option)=\($0.value)" } == expected, "\(text)")
        }
    }

    private func word(_ random: inout SeededGenerator) -> String {
        let letters = Array("abz019._-/$%{}[]()#;é漢😀=:,")
        return "w"
            + String(
                (0..<Int.random(in: 0...8, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
    }

    @Test("of any bytes gives places within it, and is the same when read again")
    func anyBytes() {
        var random = SeededGenerator(7)
        let pieces: [[UInt8]] =
            ["[", "]", "=", ":", "\n", "\r", " ", "\t", "#", "a", "$", "'", "\"", "é"].map { Array($0.utf8) } + [
                [0xFF], [0], [0xEF, 0xBB, 0xBF], [0xC3],
            ]
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).flatMap { _ in
                pieces.randomElement(using: &random) ?? []
            }
            let text = OsloText(bytes)
            let lines = 1 + bytes.count { $0 == 0x0A || $0 == 0x0D }
            #expect(text.entries.allSatisfy { $0.line >= 1 && $0.line + $0.length - 1 <= lines && !$0.option.isEmpty })
            #expect(text.faults.allSatisfy { (1...lines).contains($0.line) })
            #expect(text.headers.allSatisfy { (1...lines).contains($0.line) && !$0.name.isEmpty })
            #expect(OsloText(bytes) == text)
        }
    }
}

extension String? {
    fileprivate var orEmpty: String { self ?? "" }
}
