internal import CXML2

/// The tree that libxml2's callbacks build.
///
/// A class, as C keeps a pointer to it; used by one thread at a time. What it holds is in one value, so that each
/// callback is one access: Swift checks every access to a property of a class.
final class XMLTree {
    private var building: Building
    private let emit: (XMLElement) throws -> Void
    /// What calls us; it is told to stop at the first trouble.
    var parser: xmlParserCtxtPtr?
    private(set) var trouble: (any Error)?

    init(
        limits: XMLDecoder.Limits, streamed: XMLDecoder.Streamed?, attributes: XMLDecoder.Attributes,
        emit: @escaping (XMLElement) throws -> Void
    ) {
        building = Building(limits: limits, streamed: streamed, attributes: attributes)
        self.emit = emit
    }

    var root: XMLElement? { building.root }

    func fail(_ why: String) { fail(XMLError(why) as any Error) }

    private func fail(_ trouble: any Error) {
        if self.trouble == nil { self.trouble = trouble }
        building.hasFailed = true
        if let parser { xmlStopParser(parser) }
    }

    func begin(_ name: UnsafePointer<xmlChar>, _ attributes: UnsafeBufferPointer<UnsafePointer<xmlChar>?>) {
        if let excess = building.begin(name, attributes) { fail(excess) }
    }

    func characters(_ bytes: UnsafeBufferPointer<xmlChar>) {
        if let excess = building.characters(bytes) { fail(excess) }
    }

    func end() {
        guard let done = building.end() else { return }
        do { try emit(done) } catch { fail(error) }
    }
}

/// Elements whose end has not come, and what belongs to them. What exceeds a limit is told by what begins or adds it.
private struct Building {
    let limits: XMLDecoder.Limits
    let streamed: XMLDecoder.Streamed?
    let attributes: XMLDecoder.Attributes
    var root: XMLElement?
    var hasFailed = false
    private var open: [XMLElement] = []
    /// Text that belongs to the innermost open element; bytes, as it comes in pieces that may part a character.
    private var text: [UInt8] = []
    private var elements = 0
    private var textBytes = 0
    /// What is held since before the streamed element that is open now.
    private var kept = (elements: 0, textBytes: 0)
    private var names: [UnsafePointer<xmlChar>: String] = [:]

    init(limits: XMLDecoder.Limits, streamed: XMLDecoder.Streamed?, attributes: XMLDecoder.Attributes) {
        self.limits = limits
        self.streamed = streamed
        self.attributes = attributes
    }

    mutating func begin(
        _ name: UnsafePointer<xmlChar>, _ attributes: UnsafeBufferPointer<UnsafePointer<xmlChar>?>
    ) -> String? {
        guard !hasFailed else { return nil }
        elements += 1
        guard elements <= limits.elements else { return "it has more than \(limits.elements) elements" }
        guard open.count < limits.depth else { return "it is nested deeper than \(limits.depth)" }
        takeText()
        var element = XMLElement(name: self.name(name))
        if isStreamed(element.name) { kept = (elements - 1, textBytes) }
        var excess: String?
        // Five pointers each: local name, prefix, namespace, and where the value begins and ends.
        for index in stride(from: 0, to: attributes.count, by: 5) {
            guard let name = attributes[index], let start = attributes[index + 3], let end = attributes[index + 4]
            else { continue }
            let value = UnsafeBufferPointer(start: start, count: end - start)
            excess = excess ?? hold(value.count)
            if excess == nil { add(name, attributes[index + 2], value, to: &element) }
        }
        open.append(element)
        return excess
    }

    private mutating func add(
        _ name: UnsafePointer<xmlChar>, _ namespace: UnsafePointer<xmlChar>?, _ value: UnsafeBufferPointer<xmlChar>,
        to element: inout XMLElement
    ) {
        let known = self.name(name)
        guard let namespace else {
            element.attributes[known] = String(decoding: value, as: UTF8.self)
            return
        }
        if attributes == .byLocalName, element.attributes[known] == nil {
            element.attributes[known] = String(decoding: value, as: UTF8.self)
        }
        guard known == "type", self.name(namespace) == "http://www.w3.org/2001/XMLSchema-instance" else { return }
        let local = value[(value.lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? value.startIndex)...]
        element.type = local.isEmpty ? nil : String(decoding: local, as: UTF8.self)
    }

    mutating func characters(_ bytes: UnsafeBufferPointer<xmlChar>) -> String? {
        guard !hasFailed, !open.isEmpty else { return nil }
        if let excess = hold(bytes.count) { return excess }
        text.append(contentsOf: bytes)
        return nil
    }

    private mutating func takeText() {
        guard !text.isEmpty, !open.isEmpty else { return }
        let new = String(decoding: text, as: UTF8.self)
        text.removeAll(keepingCapacity: true)
        let last = open.count - 1
        if open[last].text.isEmpty { open[last].text = new } else { open[last].text += new }
    }

    /// The streamed element that ended, if it was one.
    mutating func end() -> XMLElement? {
        takeText()
        guard !hasFailed, let done = open.popLast() else { return nil }
        if open.isEmpty {
            root = done
        } else if isStreamed(done.name) {
            (elements, textBytes) = kept
            return done
        } else {
            open[open.count - 1].children.append(done)
        }
        return nil
    }

    /// Whether an element of this name that begins or ended here is handed out.
    private func isStreamed(_ name: String) -> Bool {
        guard let streamed else { return false }
        return streamed.depth == open.count + 1 && streamed.name == name
    }

    private mutating func hold(_ bytes: Int) -> String? {
        textBytes += bytes
        return textBytes > limits.text ? "it has more than \(limits.text) bytes of text" : nil
    }

    /// libxml2 keeps one copy of each name for as long as the parser lives.
    private mutating func name(_ pointer: UnsafePointer<xmlChar>) -> String {
        if let known = names[pointer] { return known }
        let name = String(cString: pointer)
        names[pointer] = name
        return name
    }
}
