/// A place in a topology file; lines and columns count from 1, columns in Unicode
/// scalars (code points), as editors and compilers do.
public struct Mark: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// From 1 on.
    public var line: Int
    /// From 1 on, in Unicode scalars.
    public var column: Int

    static let start = Mark(line: 1, column: 1)

    /// A place in some file, which the place itself does not name.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (a: Mark, b: Mark) -> Bool { (a.line, a.column) < (b.line, b.column) }

    public var description: String { "\(line):\(column)" }
}
