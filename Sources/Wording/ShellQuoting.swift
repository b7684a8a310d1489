/// The word as a POSIX shell reads it back unchanged, whatever it holds.
///
/// Only a NUL byte cannot pass: no argument of a process can hold one.
///
/// - Parameter always: quote harmless words too, as in a file in which names should look alike.
public func shellQuoted(_ word: String, always: Bool = false) -> String {
    if !always && !word.isEmpty && word.utf8.allSatisfy(isHarmless) { return word }
    // By bytes, not characters: a quote with a combining accent after it is one Character, and not "'".
    let quoted = word.utf8.flatMap { $0 == UInt8(ascii: "'") ? Array(#"'\''"#.utf8) : [$0] }
    return "'" + String(decoding: quoted, as: UTF8.self) + "'"
}

private func isHarmless(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default:
        "_-./:@%+,".utf8.contains(byte)
    }
}
