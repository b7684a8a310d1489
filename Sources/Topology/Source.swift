/// The bytes of a topology file, where its lines begin, and what is wrong with its encoding.
struct Source: Sendable {
    let file: String
    /// The text without a byte-order mark.
    let bytes: [UInt8]
    /// Why the bytes are not text; empty for a file that can be parsed.
    let defects: [Problem]
    private let lineStarts: [Position]
    private let scalarCount: Int

    /// A place counted in bytes and in Unicode scalars.
    private struct Position: Sendable {
        var byte = 0
        var scalar = 0
    }

    init(bytes given: some Sequence<UInt8>, file: String) {
        var bytes = Array(given)
        self.file = file
        if let wide = Source.wideEncoding(of: bytes) {
            self.bytes = []
            defects = [wide]
            lineStarts = [Position()]
            scalarCount = 0
            return
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        var scan = Scan()
        scan.run(over: bytes)
        self.bytes = bytes
        defects = scan.defects
        lineStarts = scan.lineStarts
        scalarCount = scan.position.scalar
    }

    /// UTF-16 and UTF-32 show themselves by a byte-order mark or by a zero among the first two bytes.
    private static func wideEncoding(of bytes: [UInt8]) -> Problem? {
        let start = bytes.prefix(2)
        guard start == [0xFF, 0xFE] || start == [0xFE, 0xFF] || (bytes.count > 1 && start.contains(0)) else {
            return nil
        }
        return .error(
            Mark(line: 1, column: 1), "the file is UTF-16, UTF-32 or binary; a topology is UTF-8 text",
            hint: "save it as UTF-8, for example with `iconv -f UTF-16 -t UTF-8`")
    }

    /// The place of a Unicode scalar; one past the end is the end.
    func mark(atScalar index: Int) -> Mark {
        let index = min(max(index, 0), scalarCount)
        let line = lineStarts.partitionPoint { $0.scalar > index } - 1
        return Mark(line: line + 1, column: index - lineStarts[line].scalar + 1)
    }

    /// The scalars of a line without its line break; empty for a line that is not there.
    func scalars(ofLine line: Int) -> [Unicode.Scalar] {
        guard lineStarts.indices.contains(line - 1) else { return [] }
        let end = lineStarts.indices.contains(line) ? lineStarts[line].byte : bytes.count
        let text = String(decoding: bytes[lineStarts[line - 1].byte..<end], as: UTF8.self)
        var scalars = Array(text.unicodeScalars)
        while let last = scalars.last, last == "\n" || last == "\r" { scalars.removeLast() }
        return scalars
    }

    var lineCount: Int { lineStarts.count }

    /// Where a mark is among `bytes`; a column behind a line's end is the end.
    func byte(at mark: Mark) -> Int {
        guard lineStarts.indices.contains(mark.line - 1) else { return bytes.count }
        let before = scalars(ofLine: mark.line).prefix(max(0, mark.column - 1))
        return lineStarts[mark.line - 1].byte + before.reduce(0) { $0 + Unicode.UTF8.width($1) }
    }

    /// One pass over the bytes: finds the lines, and what YAML does not allow as text.
    private struct Scan {
        var position = Position()
        var lineStarts = [Position()]
        var defects: [Problem] = []
        /// More lines than these with the same trouble would tell nobody anything new.
        static let mostDefects = 10

        mutating func run(over bytes: [UInt8]) {
            var parser = Unicode.UTF8.ForwardParser()
            var iterator = bytes.makeIterator()
            while true {
                switch parser.parseScalar(from: &iterator) {
                case .valid(let encoded):
                    take(Unicode.UTF8.decode(encoded), of: encoded.count, next: bytes)
                case .error(let length):
                    report(invalid: bytes[position.byte])
                    position.byte += length
                    position.scalar += 1
                case .emptyInput:
                    return
                }
            }
        }

        private mutating func take(_ scalar: Unicode.Scalar, of length: Int, next bytes: [UInt8]) {
            if !Scan.isAllowed(scalar) { report(forbidden: scalar) }
            position.byte += length
            position.scalar += 1
            let pairs = scalar == "\r" && position.byte < bytes.count && bytes[position.byte] == 0x0A
            if scalar == "\n" || (scalar == "\r" && !pairs) { lineStarts.append(position) }
        }

        /// The characters that YAML 1.2 §5.1 calls printable.
        private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
            default: false
            }
        }

        private mutating func report(invalid byte: UInt8) {
            report(
                "byte 0x\(hex(UInt32(byte), digits: 2)) is not UTF-8",
                hint: "save the file as UTF-8; an old Latin-1 file: `iconv -f ISO-8859-1 -t UTF-8`")
        }

        private mutating func report(forbidden scalar: Unicode.Scalar) {
            let hint = "delete it; within double quotes it can be written \\u\(hex(scalar.value, digits: 4))"
            report("the control character U+\(hex(scalar.value, digits: 4)) may not stand in YAML", hint: hint)
        }

        /// One defect a line is enough.
        private mutating func report(_ what: String, hint: String) {
            let line = lineStarts.count
            guard defects.count < Scan.mostDefects, defects.last?.mark?.line != line else { return }
            let column = position.scalar - lineStarts[line - 1].scalar + 1
            defects.append(.error(Mark(line: line, column: column), what, hint: hint))
        }
    }
}

/// A number in upper-case hexadecimal with at least so many digits.
private func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}

extension Array {
    /// The first index whose element satisfies a predicate that is false, then true.
    fileprivate func partitionPoint(_ isBehind: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
