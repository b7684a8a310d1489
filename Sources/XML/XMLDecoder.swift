public import Foundation

/// Decodes what comes from elsewhere, trusting nothing in it.
///
/// Neither the network nor the disk is touched, no entity is declared or expanded (SOAP 1.1 forbids a document type, OVF has none),
/// nothing is repaired, and size, depth and number of elements are bounded.
///
/// A document comes in pieces, as it arrives. Elements of one kind, such as the objects of a long answer, can be
/// handed out and forgotten as each of them ends, so that the whole is never in memory.
public struct XMLDecoder: Sendable {
    /// What may be held at once at most.
    public struct Limits: Sendable {
        /// Bytes of a document that is decoded in one piece. 64 MiB: some hundred thousand objects.
        public var bytes = 64 << 20
        /// vim25 nests some ten deep, and a device tree a few more.
        public var depth = 100
        /// Elements that were not handed out yet: a decoded one takes a few hundred bytes, much more than the four of
        /// `<a/>`.
        public var elements = 2_000_000
        /// UTF-8 bytes of text and attributes of elements that were not handed out yet.
        public var text = 64 << 20

        /// Limits other than the usual ones.
        public init(bytes: Int = 64 << 20, depth: Int = 100, elements: Int = 2_000_000, text: Int = 64 << 20) {
            (self.bytes, self.depth, self.elements, self.text) = (bytes, depth, elements, text)
        }
    }

    /// The elements that are handed out as they end, instead of being children of the one they are in.
    public struct Streamed: Sendable {
        /// The elements' local name.
        public var name: String
        /// How deep they are; the root element's depth is 1.
        public var depth: Int

        /// - Parameter depth: from 1, the root's.
        public init(name: String, depth: Int) { (self.name, self.depth) = (name, depth) }
    }

    /// Which attributes are kept.
    public enum Attributes: Sendable {
        /// Those without a namespace, and `xsi:type`.
        case withoutNamespace
        /// All, by their local names: OVF puts its own into a namespace.
        case byLocalName
    }

    /// What may be held at once.
    public var limits: Limits
    /// Which attributes of the elements are kept.
    public var attributes = Attributes.withoutNamespace

    /// A decoder that keeps attributes without a namespace.
    public init(limits: Limits = Limits()) { self.limits = limits }

    /// The root element of a whole document.
    ///
    /// - Throws: why it is no usable XML, with the line where known.
    public func decode(_ document: Data) throws(XMLError) -> XMLElement {
        guard document.count <= limits.bytes else {
            throw XMLError("the document has \(document.count) bytes, more than \(limits.bytes)")
        }
        do {
            let parser = try XMLParsing(limits: limits, attributes: attributes)
            try parser.take(document)
            return try parser.finish()
        } catch {
            throw error as? XMLError ?? XMLError("\(error)")
        }
    }
}

/// Why something is no usable XML, in libxml2's words where it has some.
public struct XMLError: Error, Sendable, Equatable {
    /// libxml2's words with the line, or which limit was passed.
    public let reason: String

    init(_ reason: String) { self.reason = reason }
}
