import Foundation
internal import CXML2

/// Decodes what a server sent, trusting nothing in it.
///
/// Neither the network nor the disk is touched, no entity is declared or expanded (SOAP 1.1 forbids a
/// document type, so one is refused before libxml2 sees it), nothing is mended, and size, depth and
/// number of elements are bounded.
struct XMLDecoder: Sendable {
    /// What a document may have at most.
    struct Limits: Sendable {
        /// 64 MiB: some hundred thousand objects with their properties.
        var bytes = 64 << 20
        /// vim25 nests some ten deep, and a device tree a few more.
        var depth = 100
        /// A decoded element takes a few hundred bytes, much more than the four of `<a/>`.
        var elements = 2_000_000
    }

    var limits = Limits()

    /// The root element.
    ///
    /// - Throws: `Trouble` of the kind `malformedResponse`, with the line where known.
    func decode(_ document: Data) throws(Trouble) -> XMLElement {
        guard document.count <= limits.bytes else {
            throw malformed("the document has \(document.count) bytes, more than \(limits.bytes)")
        }
        guard !hasDocumentType(document) else {
            throw malformed("it has a document type declaration, which SOAP forbids")
        }
        _ = XMLDecoder.library
        // Foundation's withUnsafeBytes would make any Error of ours.
        return try document.withUnsafeBytes { bytes in Result { () throws(Trouble) in try tree(bytes) } }.get()
    }

    private func tree(_ bytes: UnsafeRawBufferPointer) throws(Trouble) -> XMLElement {
        let reader = try Reader(bytes)
        var tree = Tree(limits: limits)
        while try reader.advance() {
            try tree.take(reader)
        }
        guard let root = tree.root else { throw malformed("it has no element") }
        return root
    }

    /// libxml2 wants to be initialised once, before threads use it.
    private static let library: Void = xmlInitParser()

    /// A document type can only stand before the root element, after comments and instructions.
    private func hasDocumentType(_ document: Data) -> Bool {
        var rest = document[...]
        while let open = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[open...]
            if rest.starts(with: "<!--".utf8) {
                guard let end = rest.firstRange(of: Data("-->".utf8)) else { return false }
                rest = rest[end.upperBound...]
            } else if rest.starts(with: "<?".utf8) {
                guard let end = rest.firstRange(of: Data("?>".utf8)) else { return false }
                rest = rest[end.upperBound...]
            } else {
                return rest.starts(with: "<!".utf8)
            }
        }
        return false
    }
}

private func malformed(_ why: String) -> Trouble {
    Trouble(.malformedResponse, "the answer is not usable XML: \(why)")
}

/// The owner of libxml2's reader over bytes that outlive it.
private struct Reader: ~Copyable {
    private let handle: xmlTextReaderPtr

    init(_ bytes: UnsafeRawBufferPointer) throws(Trouble) {
        xmlResetLastError()
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        guard let base = bytes.bindMemory(to: CChar.self).baseAddress, let count = Int32(exactly: bytes.count),
            let handle = xmlReaderForMemory(base, count, nil, "UTF-8", Int32(options))
        else { throw malformed("it is empty") }
        self.handle = handle
    }

    deinit { xmlFreeTextReader(handle) }

    /// Goes to the next node; false at the end of a complete document.
    func advance() throws(Trouble) -> Bool {
        switch xmlTextReaderRead(handle) {
        case 1: return true
        case 0: return false
        default: throw malformed(Reader.complaint)
        }
    }

    private static var complaint: String {
        guard let error = xmlGetLastError()?.pointee, let message = error.message else { return "unknown reason" }
        let text = String(cString: message).trimmingCharacters(in: .whitespacesAndNewlines)
        return error.line > 0 ? "line \(error.line): \(text)" : text
    }

    var node: Int32 { xmlTextReaderNodeType(handle) }
    var isEmpty: Bool { xmlTextReaderIsEmptyElement(handle) == 1 }
    var value: String { string(xmlTextReaderConstValue(handle)) }

    /// The element the reader is on, with its attributes and without children.
    func element() throws(Trouble) -> XMLElement {
        var element = XMLElement(name: try localName())
        while xmlTextReaderMoveToNextAttribute(handle) == 1 {
            let name = try localName()
            let namespace = string(xmlTextReaderConstNamespaceUri(handle))
            if namespace.isEmpty {
                element.attributes[name] = value
            } else if name == "type", namespace == "http://www.w3.org/2001/XMLSchema-instance" {
                element.type = value.split(separator: ":").last.map(String.init)
            }
        }
        xmlTextReaderMoveToElement(handle)
        return element
    }

    /// A name whose prefix is not declared is no name; libxml2 takes it as a whole.
    private func localName() throws(Trouble) -> String {
        let name = string(xmlTextReaderConstLocalName(handle))
        guard !name.contains(":") else { throw malformed("the prefix of \"\(name)\" is not declared") }
        return name
    }

    private func string(_ text: UnsafePointer<xmlChar>?) -> String {
        text.map { String(cString: $0) } ?? ""
    }
}

/// The tree that is being built; `open` are the elements whose end has not come.
private struct Tree {
    let limits: XMLDecoder.Limits
    private var open: [XMLElement] = []
    private var count = 0
    private(set) var root: XMLElement?

    init(limits: XMLDecoder.Limits) { self.limits = limits }

    mutating func take(_ reader: borrowing Reader) throws(Trouble) {
        switch UInt32(bitPattern: reader.node) {
        case XML_READER_TYPE_ELEMENT.rawValue:
            count += 1
            guard count <= limits.elements else { throw malformed("it has more than \(limits.elements) elements") }
            guard open.count < limits.depth else { throw malformed("it is nested deeper than \(limits.depth)") }
            open.append(try reader.element())
            if reader.isEmpty { close() }
        case XML_READER_TYPE_END_ELEMENT.rawValue:
            close()
        case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue,
            XML_READER_TYPE_SIGNIFICANT_WHITESPACE.rawValue:
            if !open.isEmpty { open[open.count - 1].text += reader.value }
        case XML_READER_TYPE_DOCUMENT_TYPE.rawValue, XML_READER_TYPE_ENTITY_REFERENCE.rawValue:
            throw malformed("it declares or uses entities of its own")
        default:
            break
        }
    }

    private mutating func close() {
        guard let done = open.popLast() else { return }
        if open.isEmpty {
            root = done
        } else {
            open[open.count - 1].children.append(done)
        }
    }
}
