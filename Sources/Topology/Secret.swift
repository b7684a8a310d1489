/// A value that must not be seen: it prints as dots wherever it turns up.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    /// - Parameter value: shows in nothing that is printed; `reveal` gives it back.
    public init(_ value: String) { self.value = value }

    /// The value itself. Search for this word to see every place where a secret leaves its wrapping.
    public func reveal() -> String { value }

    public var description: String { "•••" }
    public var debugDescription: String { "•••" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
