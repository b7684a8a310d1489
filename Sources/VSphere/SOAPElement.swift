import Wording

/// An element of a request.
struct SOAPElement: Sendable {
    enum Content: Sendable {
        case text(String)
        case children([SOAPElement])
    }

    /// Written into the program, so it needs no escaping.
    let name: StaticString
    var attributes: [(name: StaticString, value: String)] = []
    var content: Content

    init(_ name: StaticString, _ text: String) {
        self.name = name
        content = .text(text)
    }

    init(_ name: StaticString, _ value: Bool) {
        self.init(name, value ? "true" : "false")
    }

    init(_ name: StaticString, _ reference: ManagedObjectReference) {
        self.init(name, reference.value)
        attributes = [("type", reference.type)]
    }

    /// - Parameter type: the `xsi:type`, for a value whose declared type is an ancestor of its own.
    init(_ name: StaticString, type: StaticString? = nil, _ children: [SOAPElement]) {
        self.name = name
        attributes = type.map { [("xsi:type", "\($0)")] } ?? []
        content = .children(children)
    }

    /// Whether XML can hold every value; written, what it cannot hold would be another text.
    var canBeWritten: Bool {
        guard attributes.allSatisfy({ XMLText.canHold($0.value) }) else { return false }
        return switch content {
        case .text(let text): XMLText.canHold(text)
        case .children(let children): children.allSatisfy(\.canBeWritten)
        }
    }

    func write(to output: inout String) {
        output += "<\(name)"
        for (attribute, value) in attributes {
            output += " \(attribute)=\"\(XMLText.escaped(value))\""
        }
        output += ">"
        switch content {
        case .text(let text): output += XMLText.escaped(text)
        case .children(let children): children.forEach { $0.write(to: &output) }
        }
        output += "</\(name)>"
    }
}
