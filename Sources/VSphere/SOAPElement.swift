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

/// What XML 1.0 says of characters.
enum XMLText {
    /// The text with everything escaped that would mean something else, in an attribute too.
    ///
    /// Whitespace other than the space is a character reference, as parsers change it otherwise.
    static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&apos;"
            case "\t", "\n", "\r": output += "&#\(scalar.value);"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    /// Whether XML 1.0 can hold the text at all (production `Char`): control characters it cannot.
    static func canHold(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            switch $0.value {
            case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
            default: false
            }
        }
    }
}
