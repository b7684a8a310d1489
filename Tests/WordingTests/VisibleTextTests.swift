import Foundation
import SeededGenerator
import Testing
import Wording

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite("visible text")
struct VisibleTextTests {
    /// Every scalar of the first blocks, which hold all that is special, and random ones of all planes.
    private static let texts: [String] = {
        var generator = SeededGenerator(2_053_027)
        let special = (0...0x2100).compactMap(Unicode.Scalar.init)
        let random = (0..<200).map { _ in
            let length = Int.random(in: 0...40, using: &generator)
            return String.UnicodeScalarView(
                (0..<length).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &generator)) })
        }
        return special.map { "a\($0)z" } + random.map { String($0) }
            + ["]]>", "<![CDATA[x]]>", "&amp;&#0;", "\r\n\t \"'", "<!-- -->", "\u{FFFE}\u{FFFF}", "\u{1F600}"]
    }()

    @Test("comes back from XML as it went in")
    func roundTrip() throws {
        let elements = Self.texts.map { "<t a=\"\(VisibleText($0).xml)\">\(VisibleText($0).xml)</t>" }
        let reader = TextReader()
        let parser = XMLParser(data: Data(("<all>" + elements.joined() + "</all>").utf8))
        parser.delegate = reader
        let parsed = parser.parse()
        #expect(parsed, "\(String(describing: parser.parserError))")
        let expected = Self.texts.map { VisibleText($0).text }
        #expect(reader.contents.map(Array.init(_:)) == expected.map { Array($0.unicodeScalars) })
        #expect(reader.attributes.map { Array($0.unicodeScalars) } == expected.map { Array($0.unicodeScalars) })
    }

    @Test("control characters are shown, not sent")
    func controls() {
        #expect(VisibleText("\u{1B}[31mred\u{7}").text == "␛[31mred␇")
        #expect(VisibleText("a\u{202E}b\u{9B}c\u{7F}").text == "a\u{FFFD}b\u{FFFD}c␡")
        #expect(VisibleText(" a\r\n\tb  c ").folded == "a b c")
    }
}

/// Collects the texts and the `a` attributes of all `t` elements.
private final class TextReader: NSObject, XMLParserDelegate {
    var contents: [String.UnicodeScalarView] = []
    var attributes: [String] = []

    func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        guard element == "t" else { return }
        contents.append(String.UnicodeScalarView())
        self.attributes.append(attributes["a"] ?? "")
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) {
        contents[contents.count - 1].append(contentsOf: string.unicodeScalars)
    }
}
