import Testing
import Wording

@Suite("text in XML")
struct XMLTextTests {
    @Test(
        "means what it meant",
        arguments: [
            ("a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c'"), ("a\tb\r\n", "a&#9;b&#13;&#10;"), ("é漢🙂", "é漢🙂"),
        ])
    func escaped(_ text: String, _ expected: String) { #expect(XMLText.escaped(text) == expected) }

    @Test(
        "has U+FFFD where XML can hold no such character, escaped or not",
        arguments: ["\0", "\u{1B}", "\u{8}", "\u{FFFE}"])
    func controls(_ character: String) {
        #expect(XMLText.escaped("a\(character)b") == "a\u{FFFD}b")
        #expect(!XMLText.canHold("a\(character)b"))
    }

    @Test("is kept as it is where XML can hold it, deletes and C1 controls too")
    func kept() {
        let text = "\t\r\n\u{7F}\u{9B}\u{202E}\u{FFFD}\u{10FFFF}"
        #expect(XMLText.canHold(text))
        #expect(XMLText.escaped("\u{7F}\u{9B}") == "\u{7F}\u{9B}")
    }
}
