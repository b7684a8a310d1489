/// A configuration file as oslo.config reads it, from bytes of any origin: every fault in it, not the first alone.
///
/// The rules are those of oslo_config/iniparser.py. Reading never fails: what oslo.config would stop at is a fault with
/// its line, and the lines after it are read as if it were not there.
public struct OsloText: Sendable, Equatable {
    /// One assignment.
    public struct Entry: Sendable, Equatable {
        /// As it is written, without the brackets.
        public let section: String
        /// As it is written.
        public let option: String
        /// Without the quotes that oslo.config takes off; continuation lines joined by a line break.
        public internal(set) var value: String
        /// From 1.
        public let line: Int
        /// Where its value begins in that line, quotes included; in Unicode scalars, from 1.
        public let valueColumn: Int
        /// How many lines it takes.
        public internal(set) var length = 1
    }

    /// What keeps oslo.config from reading the file, or makes it read something else than meant.
    public struct Fault: Sendable, Equatable {
        /// From 1.
        public let line: Int
        /// The sentence.
        public let what: String
        /// What to do.
        public let hint: String
    }

    /// A section's header.
    public struct Header: Sendable, Equatable {
        /// As it is written, without the brackets.
        public let name: String
        /// From 1.
        public let line: Int
    }

    /// The assignments, in order.
    public private(set) var entries: [Entry] = []
    /// In the order of their lines.
    public private(set) var faults: [Fault] = []
    /// The headers, in order.
    public private(set) var headers: [Header] = []
    private var isOpen = false

    /// Reads a file's bytes.
    public init(_ bytes: some Collection<UInt8>) {
        let bytes = decode(Array(bytes))
        var number = 0
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.endIndex
            number += 1
            read(String(decoding: bytes[start..<end], as: UTF8.self), number)
            // Python's text files end a line at \n, \r or both.
            let isPair = end + 1 < bytes.endIndex && bytes[end] == 0x0D && bytes[end + 1] == 0x0A
            start = end + (isPair ? 2 : 1)
        }
    }

    /// Reads a text.
    public init(_ text: String) { self.init(text.utf8) }

    /// The values of an option, in order; empty when it is not set. Section names compare without case, except DEFAULT.
    public func values(_ section: String, _ option: String) -> [String] {
        entries.filter { Self.same($0.section, section) && $0.option == option }.map(\.value)
    }

    /// Whether two names are of one section for oslo.config.
    public static func same(_ a: String, _ b: String) -> Bool {
        a == b || (a != "DEFAULT" && b != "DEFAULT" && a.lowercased() == b.lowercased())
    }

    private mutating func read(_ text: String, _ number: Int) {
        let line = text.trimmingEnd(\.isPythonSpace)
        let first = line.unicodeScalars.first
        if line.isEmpty || first == "#" || first == ";" {
            isOpen = false
        } else if first == " " || first == "\t" {
            continueValue(line.trimmingStart(\.isPythonSpace), number)
        } else if first == "[" {
            isOpen = false
            readHeader(line, number)
        } else {
            readAssignment(line, number)
        }
    }

    private mutating func continueValue(_ text: String, _ number: Int) {
        guard isOpen, let last = entries.indices.last else {
            fault(number, "a line that is indented, with no option before it", "take the blanks off its beginning")
            return
        }
        entries[last].value += "\n" + text
        entries[last].length = number - entries[last].line + 1
    }

    private mutating func readHeader(_ line: String, _ number: Int) {
        guard line.unicodeScalars.last == "]" else {
            fault(number, "a section's name without its closing bracket", "end the line with ]")
            return
        }
        let name = String(line.unicodeScalars.dropFirst().dropLast())
        guard !name.isEmpty else {
            fault(number, "a section without a name", "write its name between the brackets")
            return
        }
        headers.append(Header(name: name, line: number))
    }

    private mutating func readAssignment(_ line: String, _ number: Int) {
        isOpen = false
        guard let sign = line.unicodeScalars.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
            fault(number, "neither a section, an option nor a comment", "write OPTION = VALUE, or begin it with #")
            return
        }
        let option = String(line.unicodeScalars[..<sign]).trimming(\.isPythonSpace)
        guard !option.isEmpty else {
            fault(number, "a value without an option's name", "write OPTION = VALUE")
            return
        }
        guard let section = headers.last?.name else {
            fault(
                number, "the option \(visible(option)) stands before the first section", "begin the file with [DEFAULT]"
            )
            return
        }
        let rest = line.unicodeScalars[line.unicodeScalars.index(after: sign)...]
        let blanks = rest.prefix(while: \.isPythonSpace)
        let column = line.unicodeScalars.count - rest.count + blanks.count + 1
        let value = Self.unquoted(String(rest).trimming(\.isPythonSpace))
        entries.append(Entry(section: section, option: option, value: value, line: number, valueColumn: column))
        isOpen = true
    }

    private static func unquoted(_ value: String) -> String {
        let scalars = value.unicodeScalars
        guard let first = scalars.first, first == "\"" || first == "'", scalars.last == first else { return value }
        return String(scalars.dropFirst().dropLast())
    }

    private mutating func fault(_ line: Int, _ what: String, _ hint: String) {
        faults.append(Fault(line: line, what: what, hint: hint))
    }
}

extension OsloText {
    /// The bytes as UTF-8, without a byte order mark; what OpenStack's services would stumble over becomes a fault.
    private mutating func decode(_ bytes: [UInt8]) -> [UInt8] {
        for (mark, decode) in Self.wideMarks where bytes.starts(with: mark) {
            fault(1, "the file is in UTF-16, and OpenStack's services read UTF-8", "save it as UTF-8")
            return Array(decode(bytes.dropFirst(2)).utf8)
        }
        var text = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            fault(1, "the file begins with a byte order mark, and oslo.config takes it for text", "save it without one")
            text.removeFirst(3)
        }
        if let zero = text.firstIndex(of: 0) {
            fault(line(of: zero, in: text), "a byte 0: this is no text", "save the file as plain UTF-8 text")
        }
        if let offset = Self.invalid(text) {
            let byte = "0x" + String(text[offset], radix: 16, uppercase: true)
            fault(
                line(of: offset, in: text),
                "the byte \(byte) at offset \(offset + bytes.count - text.count) is no UTF-8, and a service stops at it",
                "save the file as UTF-8")
        }
        return text
    }

    private static let wideMarks: [([UInt8], @Sendable (ArraySlice<UInt8>) -> String)] = [
        ([0xFF, 0xFE], { wide($0, low: 0) }), ([0xFE, 0xFF], { wide($0, low: 1) }),
    ]

    private static func wide(_ bytes: ArraySlice<UInt8>, low: Int) -> String {
        let units = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map {
            UInt16(bytes[$0 + low]) | UInt16(bytes[$0 + 1 - low]) << 8
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// The offset of the first byte that is no UTF-8.
    private static func invalid(_ bytes: [UInt8]) -> Int? {
        guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): offset += UTF8.width(scalar)
            case .emptyInput: return nil
            case .error: return min(offset, bytes.count - 1)
            }
        }
    }

    private func line(of offset: Int, in bytes: [UInt8]) -> Int {
        var lines = 1
        for index in bytes.indices.prefix(offset) {
            let isPair = bytes[index] == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
            if bytes[index] == 0x0A || (bytes[index] == 0x0D && !isPair) { lines += 1 }
        }
        return lines
    }
}
