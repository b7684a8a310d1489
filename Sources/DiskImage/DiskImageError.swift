import Glibc

/// What is wrong with a disk image, or with reading or writing one: which file, where in it, what was expected there,
/// what was found, and what to do.
public struct DiskImageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The cases that a caller may want to tell apart without reading text.
    public enum Kind: Sendable, Equatable {
        /// The system refused: no such file, no permission, no space. Carries errno.
        case io(Int32)
        /// No format that is known here, or not the one that was asked for.
        case unknownFormat
        /// A format's feature that is not read here: encryption, subclusters, an external data file.
        case unsupported
        /// The file ends before what its own header says.
        case truncated
        /// A field, table or compressed block holds what the format forbids.
        case damaged
        /// A file that the image refers to is not there.
        case missingFile
        /// The image refers to a file outside of its folder, and the caller did not allow that.
        case outsideFolder
        /// More than a bound that protects memory or time: chain too deep, table or descriptor too large.
        case limit
        /// The caller asked for bytes past the capacity.
        case outOfRange
    }

    /// What a caller may act on.
    public let kind: Kind
    /// The path of the file, as it was given or as the image gives it.
    public let file: String
    /// Where in that file, in bytes; nil when it concerns the file as a whole.
    public let offset: UInt64?
    /// "L2 table of cluster 5", "grain directory", "descriptor".
    public let structure: String
    /// What belongs there.
    public let expected: String
    /// What is there.
    public let found: String
    /// What to do about it, where that is known.
    public let hint: String?

    /// An error with its place.
    public init(
        _ kind: Kind, file: String, offset: UInt64? = nil, structure: String, expected: String, found: String,
        hint: String? = nil
    ) {
        self.kind = kind
        self.file = file
        self.offset = offset
        self.structure = structure
        self.expected = expected
        self.found = found
        self.hint = hint
    }

    /// A call of the system that failed: while doing what ("read the L1 table"), and errno.
    public static func io(_ code: Int32, file: String, offset: UInt64? = nil, doing: String) -> DiskImageError {
        DiskImageError(
            .io(code), file: file, offset: offset, structure: doing, expected: "success",
            found: String(cString: strerror(code)))
    }

    /// As "disk.qcow2: byte 65536: L1 table: expected 8 entries in the file, found its end".
    public var description: String {
        let place = offset.map { "byte \($0): " } ?? ""
        let words: String =
            if case .io = kind { found } else { "expected \(expected), found \(found)" }
        return "\(file): \(place)\(structure): \(words)" + (hint.map { "\n  hint: \($0)" } ?? "")
    }
}
