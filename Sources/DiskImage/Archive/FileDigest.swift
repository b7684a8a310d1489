import Crypto

/// A digest of a part of a file.
enum FileDigest: String, Sendable {
    case sha1, sha256, sha384, sha512

    /// In small hexadecimal digits.
    func of(_ file: FileBytes, from start: UInt64, size: UInt64) throws(DiskImageError) -> String {
        switch self {
        case .sha1: try Self.digest(Insecure.SHA1.self, file, start, size)
        case .sha256: try Self.digest(SHA256.self, file, start, size)
        case .sha384: try Self.digest(SHA384.self, file, start, size)
        case .sha512: try Self.digest(SHA512.self, file, start, size)
        }
    }

    private static func digest<Hash: HashFunction>(
        _: Hash.Type, _ file: FileBytes, _ start: UInt64, _ size: UInt64
    ) throws(DiskImageError) -> String {
        var hash = Hash()
        var done: UInt64 = 0
        while done < size {
            let piece = try file.bytes(at: start + done, count: Int(min(1 << 20, size - done)), "file of the archive")
            piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
            done += UInt64(piece.count)
        }
        return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
