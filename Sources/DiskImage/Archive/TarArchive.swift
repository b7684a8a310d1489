/// The files of a tar archive (POSIX.1-1988 ustar, with the extensions of pax and GNU): where each lies, not what is in it.
struct TarArchive: Sendable {
    struct Member: Sendable, Equatable {
        let name: String
        /// In the archive, in bytes.
        let start: UInt64
        let size: UInt64
    }

    let members: [Member]

    /// More members than a virtual machine has files.
    private static let most = 4096
    /// What a long name or an extended header may take.
    private static let longestExtension: UInt64 = 1 << 20

    static func isTar(_ head: PaddedBytes) -> Bool { head.starts(with: "ustar", at: 257) }

    /// Follows the headers from one to the next.
    ///
    /// - Throws: `.damaged` for a header that does not match its checksum, `.truncated` for a member past the end.
    init(_ file: FileBytes) throws(DiskImageError) {
        var members: [Member] = []
        var extended = Extension()
        var place: UInt64 = 0
        while place + 512 <= file.size {
            let header = PaddedBytes(try file.bytes(at: place, count: 512, "tar header"))
            if header.bytes.allSatisfy({ $0 == 0 }) { break }
            let check = FieldCheck(file: file, structure: "tar header", offset: place)
            try check.that(
                Self.isWhole(header), 148, "the sum of the header's bytes", "another: the archive is damaged")
            let own = try Self.size(header, check)
            let type: UInt8 = header.little(156)
            let size = Extension.types.contains(type) ? own : extended.size ?? own
            guard size <= file.size - place - 512 else {
                throw file.truncated("member of the tar archive", at: place + 512, count: size)
            }
            if Extension.types.contains(type) {
                try extended.take(
                    file, Member(name: "", start: place + 512, size: size), type, limit: Self.longestExtension)
            } else {
                let name = extended.name ?? Self.name(header)
                if [0, UInt8(ascii: "0"), UInt8(ascii: "7")].contains(type) {
                    members.append(Member(name: name, start: place + 512, size: size))
                }
                extended = Extension()
            }
            try check.that(members.count <= Self.most, 0, "\(Self.most) files at most", "more")
            place += 512 + size.blocks(of: 512) * 512
        }
        self.members = members
    }

    /// The sum is of all bytes, those of itself counted as blanks.
    private static func isWhole(_ header: PaddedBytes) -> Bool {
        let sum = header.bytes.enumerated().reduce(0) { $0 + (148..<156 ~= $1.offset ? 0x20 : Int($1.element)) }
        return octal(header.slice(148, 8)) == UInt64(sum)
    }

    private static func name(_ header: PaddedBytes) -> String {
        let prefix = header.starts(with: "ustar\0", at: 257) ? header.text(345, 155) : ""
        return (prefix.isEmpty ? "" : prefix + "/") + header.text(0, 100)
    }

    /// Octal digits, or GNU's binary number where the first bit is set.
    private static func size(_ header: PaddedBytes, _ check: FieldCheck) throws(DiskImageError) -> UInt64 {
        let digits = header.slice(124, 12)
        let size: UInt64? = digits.first == 0x80 ? header.big(128) : octal(digits)
        try check.that(size.map { $0 < 1 << 62 } ?? false, 124, "a size", "something else")
        return size ?? 0
    }

    private static func octal(_ digits: ArraySlice<UInt8>) -> UInt64? {
        let text = String(decoding: digits.prefix { $0 != 0 }, as: UTF8.self).trimmed
        return text.isEmpty ? 0 : UInt64(text, radix: 8)
    }
}

/// What a header in front of another says about the member that follows.
private struct Extension {
    var name: String?
    var size: UInt64?

    /// GNU's long name and long link; pax's header for one member and for all that follow.
    static let types = [UInt8(ascii: "L"), UInt8(ascii: "K"), UInt8(ascii: "x"), UInt8(ascii: "g")]

    mutating func take(
        _ file: FileBytes, _ member: TarArchive.Member, _ type: UInt8, limit: UInt64
    ) throws(DiskImageError) {
        let wanted = type == UInt8(ascii: "L") || type == UInt8(ascii: "x")
        guard wanted else { return }
        let check = FieldCheck(file: file, structure: "tar header", offset: member.start - 512)
        try check.that(member.size <= limit, 124, "\(limit) bytes at most", "\(member.size)")
        let bytes = try file.bytes(at: member.start, count: Int(member.size), "tar header")
        if type == UInt8(ascii: "L") {
            name = PaddedBytes(bytes).text(0, bytes.count)
        } else {
            takeRecords(bytes[...])
        }
    }

    /// Records of pax: their length in digits, a blank, key=value, a line feed.
    private mutating func takeRecords(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let blank = rest.firstIndex(of: 0x20),
            let length = Int(String(decoding: rest[rest.startIndex..<blank], as: UTF8.self)),
            length > blank - rest.startIndex + 1, length <= rest.count
        {
            let record = String(decoding: rest[(blank + 1)..<(rest.startIndex + length - 1)], as: UTF8.self)
            if record.hasPrefix("path=") { name = String(record.dropFirst(5)) }
            if record.hasPrefix("size=") { size = UInt64(record.dropFirst(5)).flatMap { $0 < 1 << 62 ? $0 : nil } }
            rest = rest[(rest.startIndex + length)...]
        }
    }
}
