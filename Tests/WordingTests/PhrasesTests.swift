import Testing
import Wording

@Suite("phrases")
struct PhrasesTests {
    @Test("a count has its noun", arguments: [(0, "0 nodes"), (1, "1 node"), (3, "3 nodes")])
    func count(_ number: Int, _ expected: String) { #expect(counted(number, "node") == expected) }

    @Test("a list ends after eight names and says how many are missing")
    func list() {
        #expect(listed([]) == "none")
        #expect(listed([], orNone: "no host") == "no host")
        #expect(listed(["a", "b"]) == "a, b")
        #expect(listed((1...10).map(String.init)) == "1, 2, 3, 4, 5, 6, 7, 8 and 2 more")
    }

    @Test("bytes have two hexadecimal digits")
    func hexadecimal() { #expect([UInt8(0), 10, 255].hexadecimal == "000aff") }
}
