/// Numbers and text at places of a block; what lies past its end reads as zero, as if the block were padded.
struct PaddedBytes {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func little<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self) -> T {
        guard offset >= 0, offset <= bytes.count - MemoryLayout<T>.size else { return 0 }
        return bytes.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
    }

    func big<T: FixedWidthInteger>(_ offset: Int, as type: T.Type = T.self) -> T {
        little(offset, as: type).byteSwapped
    }

    /// The bytes of a range, as far as they are there.
    func slice(_ offset: Int, _ count: Int) -> ArraySlice<UInt8> {
        guard offset >= 0, count > 0, offset < bytes.count else { return [] }
        return bytes[offset..<(offset + min(count, bytes.count - offset))]
    }

    /// Text up to the first zero byte.
    func text(_ offset: Int, _ count: Int) -> String {
        String(decoding: slice(offset, count).prefix { $0 != 0 }, as: UTF8.self)
    }

    func starts(with text: String, at offset: Int = 0) -> Bool {
        slice(offset, text.utf8.count).elementsEqual(text.utf8)
    }
}

extension FixedWidthInteger {
    var isPowerOfTwo: Bool { self > 0 && self & (self - 1) == 0 }
}

extension UInt64 {
    /// How many blocks of a size hold so many bytes.
    func blocks(of size: UInt64) -> UInt64 { self / size + (self % size == 0 ? 0 : 1) }
}
