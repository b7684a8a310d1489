/// A value and where it stands.
struct Marked<Value: Sendable>: Sendable {
    var value: Value
    var mark: Mark

    init(_ value: Value, at mark: Mark) {
        self.value = value
        self.mark = mark
    }
}

extension Marked: Equatable where Value: Equatable {}

/// What the file gives for a key.
///
/// A value that could not be read is not the same as one that is not there: its problem is reported
/// already, and no rule may add that it is missing.
enum Given<Value: Sendable>: Sendable {
    case absent
    case unreadable
    case value(Marked<Value>)

    var marked: Marked<Value>? { if case .value(let marked) = self { marked } else { nil } }
    var value: Value? { marked?.value }
    var mark: Mark? { marked?.mark }
    var isAbsent: Bool { if case .absent = self { true } else { false } }

    /// Inheritance: the nearer value, if there is one.
    func or(_ other: Given) -> Given { isAbsent ? other : self }
}
