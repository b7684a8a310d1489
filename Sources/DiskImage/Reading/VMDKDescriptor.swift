/// The descriptor of a VMDK: text that says what the disk is and which extents it has (Virtual Disk Format 5.0, "The
/// Descriptor File").
public struct VMDKDescriptor: Sendable, Equatable {
    /// A line of the extent description: access, size in sectors, type, file name, offset.
    public struct Extent: Sendable, Equatable {
        /// `RW`, `RDONLY` or `NOACCESS`.
        public let access: String
        /// In bytes.
        public let size: UInt64
        /// `FLAT`, `SPARSE`, `ZERO`, `VMFS`, `VMFSSPARSE`, `VMFSRDM`, `VMFSRAW`, `SESPARSE`.
        public let type: String
        /// As it is written; nil for `ZERO`.
        public let fileName: String?
        /// Where a flat extent begins in its file, in bytes.
        public let offset: UInt64
        /// The line of the descriptor, counted from 1.
        public let line: Int
    }

    /// Changes with each first write after the disk is opened.
    public private(set) var cid: UInt32?
    /// The CID that the parent had when this was made on top of it; ffffffff: no parent.
    public private(set) var parentCID: UInt32?
    /// `monolithicSparse`, `streamOptimized`, `monolithicFlat`, `twoGbMaxExtentSparse`, `vmfs`, …
    public private(set) var createType: String?
    /// Where the parent was when this was made; nil: there is no parent.
    public private(set) var parentFileNameHint: String?
    /// The files or parts of which the disk consists, in their order.
    public private(set) var extents: [Extent] = []
    /// The disk database: `ddb.` keys without that prefix, as `adapterType`, `virtualHWVersion`, `toolsVersion`.
    public private(set) var database: [String: String] = [:]

    /// Whether the disk is a difference to another.
    public var hasParent: Bool { parentCID.map { $0 != UInt32.max } ?? false }

    /// In bytes; the descriptor of 62 TiB in extents of 2 GB is this long.
    static let largest = 4 << 20
    /// More extents than 62 TiB have.
    private static let mostExtents = 32_768

    /// Whether bytes begin a descriptor: comments, then `version=`; usually the first is "# Disk DescriptorFile".
    static func begins(_ bytes: some Sequence<UInt8>) -> Bool {
        let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.drop(while: \.isWhitespace)
            if line.isEmpty || line.hasPrefix("#") {
                if line.lowercased().hasPrefix("# disk descriptorfile") { return true }
                continue
            }
            return line.lowercased().hasPrefix("version=")
        }
        return false
    }

    /// Reads the text of a descriptor.
    ///
    /// - Parameters:
    ///   - bytes: up to their first zero byte; what is no UTF-8 there is replaced.
    ///   - file: where they come from, and `offset` where in it, for errors.
    static func read(_ bytes: [UInt8], in file: FileBytes, at offset: UInt64) throws(DiskImageError) -> VMDKDescriptor {
        var descriptor = VMDKDescriptor()
        var place = offset
        for (index, raw) in bytes.prefix(while: { $0 != 0 }).split(separator: 0x0A, omittingEmptySubsequences: false)
            .enumerated()
        {
            let line = String(decoding: raw, as: UTF8.self).trimmed
            if !line.isEmpty, !line.hasPrefix("#") {
                let check = FieldCheck(file: file, structure: "descriptor, line \(index + 1)", offset: place)
                try descriptor.take(line, number: index + 1, check)
            }
            place += UInt64(raw.count) + 1
        }
        return descriptor
    }

    private mutating func take(_ line: String, number: Int, _ check: FieldCheck) throws(DiskImageError) {
        let words = Self.words(line)
        if let access = words.first, ["RW", "RDONLY", "NOACCESS"].contains(access) {
            try check.that(extents.count < Self.mostExtents, 0, "\(Self.mostExtents) extents at most", "more")
            extents.append(try Self.extent(words, number, check))
        } else if let (key, value) = Self.assignment(line) {
            try take(key, value, check)
        }
    }

    private mutating func take(_ key: String, _ value: String, _ check: FieldCheck) throws(DiskImageError) {
        switch key.lowercased() {
        case "cid": cid = try Self.identifier(value, check)
        case "parentcid": parentCID = try Self.identifier(value, check)
        case "createtype": createType = value
        case "parentfilenamehint": parentFileNameHint = value
        case let key where key.hasPrefix("ddb."): database[String(key.dropFirst(4))] = value
        default: break
        }
    }

    /// A key of the disk database, in any case.
    public func ddb(_ key: String) -> String? { database[key.lowercased()] }

    private static func identifier(_ text: String, _ check: FieldCheck) throws(DiskImageError) -> UInt32 {
        let value = UInt32(text, radix: 16)
        try check.that(value != nil, 0, "a number of 8 hexadecimal digits", "\"\(text)\"")
        return value ?? 0
    }

    private static func extent(_ words: [String], _ number: Int, _ check: FieldCheck) throws(DiskImageError) -> Extent {
        try check.that(words.count >= 3, 0, "access, size, type and file of an extent", "\(words.count) words")
        let sectors = UInt64(words[1])
        try check.that(
            sectors.map { $0 <= UInt64(Int64.max) / 512 } ?? false, 0, "a size in sectors below 8 EiB",
            "\"\(words[1])\"")
        try check.that(words.count >= 4 || words[2] == "ZERO", 0, "the file of a \(words[2]) extent", "none")
        let offset = words.count > 4 ? UInt64(words[4]) : 0
        try check.that(
            offset.map { $0 <= UInt64(Int64.max) / 512 } ?? false, 0, "an offset in sectors",
            "\"\(words.last ?? "")\"")
        return Extent(
            access: words[0], size: (sectors ?? 0) * 512, type: words[2],
            fileName: words[2] == "ZERO" ? nil : words[3], offset: (offset ?? 0) * 512, line: number)
    }

    /// Words, of which a quoted one may have spaces.
    private static func words(_ line: String) -> [String] {
        var words: [String] = []
        for (index, part) in line.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if index % 2 == 1 {
                words.append(String(part))
            } else {
                words += part.split(whereSeparator: \.isWhitespace).map(String.init)
            }
        }
        return words
    }

    private static func assignment(_ line: String) -> (String, String)? {
        guard let equals = line.firstIndex(of: "=") else { return nil }
        let value = String(line[line.index(after: equals)...]).trimmed
        let quoted = value.hasPrefix("\"") && value.hasSuffix("\"") && value.count >= 2
        return (String(line[..<equals]).trimmed, quoted ? String(value.dropFirst().dropLast()) : value)
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        var part = self[...]
        while part.first?.isWhitespace == true { part.removeFirst() }
        while part.last?.isWhitespace == true { part.removeLast() }
        return String(part)
    }
}
