import Foundation

/// Decodes what a server sent, trusting nothing in it.
///
/// Neither the network nor the disk is touched, no entity is declared or expanded (SOAP 1.1 forbids a document type),
/// nothing is mended, and size, depth and number of elements are bounded.
///
/// A document comes in pieces, as it arrives. Elements of one kind, such as the objects of a long answer, can be
/// handed out and forgotten as each of them ends, so that the whole is never in memory.
struct XMLDecoder: Sendable {
    /// What may be held at once at most.
    struct Limits: Sendable {
        /// Bytes of a document that is decoded in one piece. 64 MiB: some hundred thousand objects.
        var bytes = 64 << 20
        /// vim25 nests some ten deep, and a device tree a few more.
        var depth = 100
        /// Elements that were not handed out yet: a decoded one takes a few hundred bytes, much more than the four of
        /// `<a/>`.
        var elements = 2_000_000
        /// UTF-8 bytes of text and attributes of elements that were not handed out yet.
        var text = 64 << 20
    }

    /// The elements that are handed out as they end, instead of being children of the one they are in.
    struct Streamed: Sendable {
        var name: String
        /// How deep they are; the root element's depth is 1.
        var depth: Int
    }

    var limits = Limits()

    /// The root element of a whole document.
    ///
    /// - Throws: `Trouble` of the kind `malformedResponse`, with the line where known.
    func decode(_ document: Data) throws(Trouble) -> XMLElement {
        guard document.count <= limits.bytes else {
            throw XMLDecoder.malformed("the document has \(document.count) bytes, more than \(limits.bytes)")
        }
        let parser = try XMLParsing(limits: limits)
        try parser.take(document)
        return try parser.finish()
    }

    static func malformed(_ why: String) -> Trouble {
        Trouble(.malformedResponse, "the answer is not usable XML: \(why)")
    }
}
