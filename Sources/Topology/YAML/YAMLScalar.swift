/// A scalar as it is written, and what YAML 1.2's core schema takes it for.
///
/// YAML 1.1 took `no`, `on`, `012` and `1:30` for booleans and numbers; here they are text.
package struct YAMLScalar: Sendable, Equatable {
    package var text: String
    /// Not quoted and not a block: only such scalars can be anything but strings.
    package var isPlain: Bool

    package init(text: String, isPlain: Bool) {
        self.text = text
        self.isPlain = isPlain
    }

    package enum Value: Equatable {
        case null
        case boolean(Bool)
        case number
        case string
    }

    package var value: Value {
        guard isPlain else { return .string }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default: return isNumber ? .number : .string
        }
    }

    package var kind: String {
        switch value {
        case .null: "nothing"
        case .boolean(let value): "the boolean \(value)"
        case .number: "the number \(printable(String(text.prefix(40))))"
        case .string: isPlain ? "text" : "text in quotes"
        }
    }

    /// `[-+]?[0-9]+`, `0o17`, `0x1F`, `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, `.inf`, `.nan`.
    private var isNumber: Bool {
        var rest = text.utf8[...]
        if rest.starts(with: "0o".utf8) { return isRun(rest.dropFirst(2)) { (0x30...0x37).contains($0) } }
        if rest.starts(with: "0x".utf8) { return isRun(rest.dropFirst(2), of: isHexDigit) }
        if [".nan", ".NaN", ".NAN"].contains(text) { return true }
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        if [".inf", ".Inf", ".INF"].contains(String(rest)) { return true }
        return isDecimal(rest)
    }
}

private func isDecimal(_ text: Substring.UTF8View) -> Bool {
    var rest = text
    if let exponent = rest.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
        var digits = rest[rest.index(after: exponent)...]
        if let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            digits = digits.dropFirst()
        }
        guard isRun(digits, of: isDigit) else { return false }
        rest = rest[..<exponent]
    }
    let parts = rest.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return isRun(rest, of: isDigit) }
    let isWhole = parts[0].allSatisfy(isDigit) && parts[1].allSatisfy(isDigit)
    return isWhole && !(parts[0].isEmpty && parts[1].isEmpty)
}

private func isRun(_ text: Substring.UTF8View, of isMember: (UInt8) -> Bool) -> Bool {
    !text.isEmpty && text.allSatisfy(isMember)
}

func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
