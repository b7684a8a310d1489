/// A file that is text from its first byte to its last, which no disk is: an answer of a web server, a pointer to a file
/// that was not fetched.
struct TextFile: Sendable {
    let name: String
    let hint: String

    /// Texts that are taken for images are short; what is longer is not read as a whole.
    private static let longest: UInt64 = 1 << 20

    init?(_ file: FileBytes, head: PaddedBytes) throws(DiskImageError) {
        guard file.size <= Self.longest, Self.isText(head.bytes) else { return nil }
        let bytes = try file.bytes(at: 0, count: Int(file.size), "text")
        guard Self.isText(bytes) else { return nil }
        let start = String(decoding: bytes.prefix(4096), as: UTF8.self)
        let kind = Self.kind(start.drop { $0.isWhitespace || $0 == "\u{FEFF}" })
        // A sector or more without the end of a line may be a pattern that somebody wrote onto a disk.
        guard kind != nil || bytes.contains(0x0A) || bytes.count < 512 else { return nil }
        (name, hint) = kind ?? ("a text file", ForeignFile.fetchAgain)
    }

    /// Without the control characters that only data has; in whatever encoding.
    private static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) || $0 == 0x1B }
    }

    private static func kind(_ text: Substring) -> (String, String)? {
        let lower = text.prefix(2048).lowercased()
        if lower.hasPrefix("version https://git-lfs.github.com/spec/") {
            return ("a Git LFS pointer, not the image that it stands for", "`git lfs pull` fetches the image")
        }
        if lower.hasPrefix("<!doctype html") || lower.hasPrefix("<html") || lower.contains("<html") {
            return ("an HTML page", "the server answered with a page: check the address, and fetch the image again")
        }
        if lower.hasPrefix("<?xml") || lower.hasPrefix("<") { return xml(lower) }
        if lower.hasPrefix("{") || lower.hasPrefix("[") {
            return (
                "a JSON document", "the server answered with data about the image or an error: fetch the image itself"
            )
        }
        return nil
    }

    private static func xml(_ lower: String) -> (String, String) {
        if lower.contains("schemas.dmtf.org/ovf") {
            return ("an OVF descriptor", "name the disk that it describes, or the OVA")
        }
        if lower.contains("<domain") { return ("a libvirt domain", "name the disk that it describes") }
        return (
            "an XML document",
            "the server may have answered with an error: check the address, and fetch the image again"
        )
    }
}
