import Foundation

/// `xsd:dateTime`, of which vCenter writes microseconds and Foundation reads milliseconds.
enum DateTime {
    static func date(_ text: String) -> Date? {
        var whole = text
        var fraction = 0.0
        if let dot = text.firstIndex(of: ".") {
            let end = text[dot...].dropFirst().firstIndex { !$0.isNumber } ?? text.endIndex
            guard let value = Double("0" + text[dot..<end]) else { return nil }
            fraction = value
            whole.removeSubrange(dot..<end)
        }
        return (try? Date(whole, strategy: .iso8601))?.addingTimeInterval(fraction)
    }
}
