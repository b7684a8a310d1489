public import Foundation
internal import CXML2

/// The owner of one of libxml2's push parsers and the tree it builds; used by one thread at a time.
public final class XMLParsing {
    private let handle: xmlParserCtxtPtr
    private let tree: XMLTree
    private var isFresh = true

    /// - Parameter emit: takes the streamed elements as each of them ends; what it throws ends the document.
    public init(
        limits: XMLDecoder.Limits, streamed: XMLDecoder.Streamed? = nil,
        attributes: XMLDecoder.Attributes = .withoutNamespace, emit: @escaping (XMLElement) throws -> Void = { _ in }
    ) throws {
        _ = XMLParsing.library
        tree = XMLTree(limits: limits, streamed: streamed, attributes: attributes, emit: emit)
        var handlers = XMLParsing.handlers
        guard
            let handle = xmlCreatePushParserCtxt(&handlers, Unmanaged.passUnretained(tree).toOpaque(), nil, 0, nil)
        else { throw XMLError("libxml2 does not start") }
        self.handle = handle
        tree.parser = handle
        // SOAP and OVF are UTF-8 whatever a document says of itself, and nothing is fetched.
        xmlCtxtUseOptions(handle, Int32(XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue))
        xmlSwitchEncoding(handle, XML_CHAR_ENCODING_UTF8)
    }

    deinit {
        if let document = handle.pointee.myDoc {
            xmlFreeDoc(document)
            handle.pointee.myDoc = nil
        }
        xmlFreeParserCtxt(handle)
    }

    /// Goes on with the next bytes of the document.
    ///
    /// - Throws: `XMLError`, or what `emit` threw.
    public func take(_ piece: Data) throws {
        var piece = piece
        // A mark at the very beginning that says UTF-8 is none of the document.
        if isFresh, piece.starts(with: [0xEF, 0xBB, 0xBF]) { piece = piece.dropFirst(3) }
        if !piece.isEmpty { isFresh = false }
        piece.withUnsafeBytes { bytes in
            _ = xmlParseChunk(handle, bytes.bindMemory(to: CChar.self).baseAddress, Int32(clamping: bytes.count), 0)
        }
        try check()
    }

    /// Ends the document and gives its root element.
    ///
    /// - Throws: `XMLError`, or what `emit` threw.
    public func finish() throws -> XMLElement {
        guard !isFresh else { throw XMLError("it is empty") }
        _ = xmlParseChunk(handle, nil, 0, 1)
        try check()
        guard let root = tree.root else { throw XMLError("it has no element") }
        return root
    }

    private func check() throws {
        if let trouble = tree.trouble { throw trouble }
        let document = handle.pointee
        if document.wellFormed == 0 || document.nsWellFormed == 0 { throw XMLError(complaint) }
    }

    private var complaint: String {
        guard let error = xmlCtxtGetLastError(handle)?.pointee, let message = error.message else {
            return "unknown reason"
        }
        let text = String(cString: message).trimmingCharacters(in: .whitespacesAndNewlines)
        return error.line > 0 ? "line \(error.line): \(text)" : text
    }

    /// libxml2 wants to be initialised once, before threads use it.
    private static let library: Void = xmlInitParser()

    private static func tree(_ context: UnsafeMutableRawPointer?) -> XMLTree? {
        context.map { Unmanaged<XMLTree>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Only what is wanted is handled: without a handler libxml2 keeps nothing.
    private static var handlers: xmlSAXHandler {
        var handlers = xmlSAXHandler()
        handlers.initialized = 0xDEED_BEAF  // XML_SAX2_MAGIC
        handlers.startElementNs = { context, name, _, _, _, _, count, _, attributes in
            guard let tree = XMLParsing.tree(context), let name else { return }
            tree.begin(name, UnsafeBufferPointer(start: attributes, count: Int(count) * 5))
        }
        handlers.endElementNs = { context, _, _, _ in XMLParsing.tree(context)?.end() }
        handlers.characters = { context, text, count in
            XMLParsing.tree(context)?.characters(UnsafeBufferPointer(start: text, count: Int(count)))
        }
        handlers.ignorableWhitespace = handlers.characters
        handlers.cdataBlock = handlers.characters
        handlers.internalSubset = { context, _, _, _ in
            XMLParsing.tree(context)?.fail("it has a document type declaration, which is not taken")
        }
        handlers.reference = { context, _ in XMLParsing.tree(context)?.fail("it uses entities of its own") }
        // Said by the parser's own state instead of on standard error.
        handlers.serror = { _, _ in }
        return handlers
    }
}
