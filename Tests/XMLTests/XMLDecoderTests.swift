import Foundation
import SeededGenerator
import Testing

@testable import XML

@Suite("XML from a server")
struct XMLDecoderTests {
    static let sample = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- a comment --><e:Envelope xmlns:e="urn:e" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">\
        <e:Body><val i:type="vim:ArrayOfThing" xmlns:vim="urn:vim25"><a type="Host">h&#45;1 &amp; <![CDATA[<2>]]></a>\
        <empty/></val></e:Body></e:Envelope>
        """

    @Test("becomes a tree of local names, with the type that xsi:type names")
    func tree() throws {
        let root = try XMLDecoder().decode(Data(Self.sample.utf8))
        #expect(root.name == "Envelope")
        let value = try #require(root.at("Body.val"))
        #expect(value.type == "ArrayOfThing")
        #expect(value.child("a")?.text == "h-1 & <2>")
        #expect(value.child("a")?.attributes == ["type": "Host"])
        #expect(value.child("empty") == XMLElement(name: "empty"))
    }

    @Test("keeps attributes of a namespace when asked for them")
    func attributes() throws {
        let text = "<a xmlns:o=\"urn:o\" o:id=\"1\" id=\"2\" o:href=\"f\"/>"
        #expect(try XMLDecoder().decode(Data(text.utf8)).attributes == ["id": "2"])
        var decoder = XMLDecoder()
        decoder.attributes = .byLocalName
        let names = try decoder.decode(Data(text.utf8)).attributes
        #expect(names["href"] == "f" && names["id"] != nil)
    }

    @Test(
        "is refused if it is not well-formed",
        arguments: [
            "", " ", "no", "<", "<a", "<a>", "<a></b>", "<a/><b/>", "<a/>x", "<a b=1/>", "<a b='1' b='2'/>", "<p:a/>",
            "<a>&nbsp;</a>", "<a>&#0;</a>", "<a>\u{1}</a>", "<a>&</a>", "<!-- only -->", "<?xml version='1.0'?>", "{}",
        ])
    func malformed(_ text: String) throws {
        let trouble = try #require(throws: XMLError.self) { try XMLDecoder().decode(Data(text.utf8)) }
        #expect(!trouble.reason.isEmpty)
    }

    @Test("is refused wherever it is cut off")
    func truncated() {
        let whole = Data(Self.sample.utf8)
        for length in 0..<whole.count {
            #expect(throws: XMLError.self) { try XMLDecoder().decode(whole.prefix(length)) }
        }
    }

    @Test("is refused with a document type, whatever stands before it")
    func documentType() throws {
        var bomb = "<!DOCTYPE l [<!ENTITY l0 \"lol\">"
        for i in 1...30 { bomb += "<!ENTITY l\(i) \"&l\(i - 1);&l\(i - 1);\">" }
        bomb += "]><l>&l30;</l>"
        let texts = [
            bomb, "<?xml version=\"1.0\"?><!-- <a> -->\n" + bomb, "\u{FEFF}" + bomb,
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]><a>&x;</a>",
            "<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/x.dtd\"><a/>",
            "<!DOCTYPE a [<!ATTLIST a b CDATA \"default\">]><a/>",
        ]
        for text in texts {
            let trouble = try #require(throws: XMLError.self) { try XMLDecoder().decode(Data(text.utf8)) }
            #expect(trouble.reason.contains("document type"))
        }
    }

    @Test("is UTF-8 and nothing else")
    func encoding() {
        #expect(throws: XMLError.self) {
            try XMLDecoder().decode(Data([0x3C, 0x61, 0x3E, 0xFF, 0x3C, 0x2F, 0x61, 0x3E]))
        }
        #expect(throws: XMLError.self) {
            try XMLDecoder().decode("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>".data(using: .utf16) ?? Data())
        }
    }

    @Test("has bounds: bytes, depth, number of elements")
    func bounds() throws {
        let small = XMLDecoder(limits: .init(bytes: 1000, depth: 10, elements: 20))
        for text in [
            "<a>" + String(repeating: "x", count: 1000) + "</a>",
            String(repeating: "<a>", count: 11) + String(repeating: "</a>", count: 11),
            "<a>" + String(repeating: "<b/>", count: 20) + "</a>",
        ] {
            #expect(throws: XMLError.self) { try small.decode(Data(text.utf8)) }
        }
        let deep = String(repeating: "<a>", count: 100_000)
        #expect(throws: XMLError.self) { try XMLDecoder().decode(Data(deep.utf8)) }
        let many = "<a>" + String(repeating: "<b/>", count: 2_000_000) + "</a>"
        #expect(throws: XMLError.self) { try XMLDecoder().decode(Data(many.utf8)) }
    }

    /// Not whether a changed document is accepted, but that it never crashes, hangs or breaks the bounds.
    @Test("survives 20,000 random changes")
    func mutations() {
        var random = SeededGenerator(42)
        let whole = [UInt8](Self.sample.utf8)
        let decoder = XMLDecoder(limits: .init(bytes: 10_000, depth: 20, elements: 100))
        let pieces = ["<", ">", "&", "<!", "]]>", "<![CDATA[", "<!--", "-->", "<?", "\"", "=", "&#x0;", "<a>", "\u{0}"]
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default:
                    bytes.insert(
                        contentsOf: pieces.randomElement(using: &random).map { Array($0.utf8) } ?? [], at: place)
                }
            }
            if let root = try? decoder.decode(Data(bytes)) { #expect(!root.name.isEmpty) }
        }
    }
}
