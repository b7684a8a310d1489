internal import CXML2

/// The tree that libxml2's callbacks build. `open` are the elements whose end has not come.
///
/// A class, as C keeps a pointer to it; used by one thread at a time.
final class XMLTree {
    private let limits: XMLDecoder.Limits
    private let streamed: XMLDecoder.Streamed?
    private let emit: (XMLElement) throws(Trouble) -> Void
    private var open: [XMLElement] = []
    /// Text that belongs to the innermost open element; bytes, as it comes in pieces that may part a character.
    private var text: [UInt8] = []
    private var elements = 0
    private var textBytes = 0
    /// What is held since before the streamed element that is open now.
    private var kept = (elements: 0, textBytes: 0)
    private var names: [UnsafePointer<xmlChar>: String] = [:]
    private(set) var root: XMLElement?
    private(set) var trouble: Trouble?
    /// What calls us; it is told to stop at the first trouble.
    var parser: xmlParserCtxtPtr?

    init(
        limits: XMLDecoder.Limits, streamed: XMLDecoder.Streamed?, emit: @escaping (XMLElement) throws(Trouble) -> Void
    ) {
        self.limits = limits
        self.streamed = streamed
        self.emit = emit
    }

    func fail(_ why: String) { fail(XMLDecoder.malformed(why)) }

    private func fail(_ trouble: Trouble) {
        if self.trouble == nil { self.trouble = trouble }
        if let parser { xmlStopParser(parser) }
    }

    func begin(_ name: UnsafePointer<xmlChar>, _ attributes: UnsafeBufferPointer<UnsafePointer<xmlChar>?>) {
        elements += 1
        guard elements <= limits.elements else { return fail("it has more than \(limits.elements) elements") }
        guard open.count < limits.depth else { return fail("it is nested deeper than \(limits.depth)") }
        let known = self.name(name)
        takeText()
        if isStreamed(known) { kept = (elements - 1, textBytes) }
        var element = XMLElement(name: known)
        // Five pointers each: local name, prefix, namespace, and where the value begins and ends.
        for index in stride(from: 0, to: attributes.count, by: 5) {
            add(attributes[index], attributes[index + 2], attributes[index + 3], attributes[index + 4], to: &element)
        }
        open.append(element)
    }

    private func add(
        _ name: UnsafePointer<xmlChar>?, _ namespace: UnsafePointer<xmlChar>?, _ start: UnsafePointer<xmlChar>?,
        _ end: UnsafePointer<xmlChar>?, to element: inout XMLElement
    ) {
        guard let name, let start, let end else { return }
        let bytes = UnsafeBufferPointer(start: start, count: end - start)
        guard mayHold(bytes.count) else { return }
        let value = String(decoding: bytes, as: UTF8.self)
        let known = self.name(name)
        if let namespace {
            guard known == "type", self.name(namespace) == "http://www.w3.org/2001/XMLSchema-instance" else { return }
            element.type = value.split(separator: ":").last.map(String.init)
        } else {
            element.attributes[known] = value
        }
    }

    func characters(_ bytes: UnsafeBufferPointer<xmlChar>) {
        guard !open.isEmpty, mayHold(bytes.count) else { return }
        text.append(contentsOf: bytes)
    }

    private func takeText() {
        guard !text.isEmpty, !open.isEmpty else { return }
        open[open.count - 1].text += String(decoding: text, as: UTF8.self)
        text.removeAll(keepingCapacity: true)
    }

    func end() {
        takeText()
        guard trouble == nil, let done = open.popLast() else { return }
        if open.isEmpty {
            root = done
        } else if let streamed, streamed.depth == open.count + 1, streamed.name == done.name {
            (elements, textBytes) = kept
            do { try emit(done) } catch { fail(error) }
        } else {
            open[open.count - 1].children.append(done)
        }
    }

    private func isStreamed(_ name: String) -> Bool {
        guard let streamed else { return false }
        return streamed.depth == open.count + 1 && streamed.name == name
    }

    private func mayHold(_ bytes: Int) -> Bool {
        textBytes += bytes
        if textBytes > limits.text { fail("it has more than \(limits.text) bytes of text") }
        return trouble == nil
    }

    /// libxml2 keeps one copy of each name for as long as the parser lives.
    private func name(_ pointer: UnsafePointer<xmlChar>) -> String {
        if let known = names[pointer] { return known }
        let name = String(cString: pointer)
        names[pointer] = name
        return name
    }
}
