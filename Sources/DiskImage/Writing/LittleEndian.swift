import Glibc

extension [UInt8] {
    /// Appends a number as VMDK has it.
    mutating func append<T: FixedWidthInteger>(little number: T) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    /// Appends a number as qcow2 has it.
    mutating func append<T: FixedWidthInteger>(big number: T) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    /// With zeros behind, up to a size that is not less than there is.
    func padded(to size: Int) -> [UInt8] { self + [UInt8](repeating: 0, count: size - count) }

    /// With zeros behind, up to a whole number of blocks.
    func padded(toMultipleOf block: Int) -> [UInt8] { padded(to: (count + block - 1) / block * block) }
}

extension UnsafeRawBufferPointer {
    /// Whether there is nothing but zeros; an empty buffer has no other.
    var isZero: Bool {
        guard let start = baseAddress, let first = first else { return true }
        // Equal to itself one byte on: libc compares with the widest registers, and stops at the first difference.
        return first == 0 && memcmp(start, start + 1, count - 1) == 0
    }
}

extension Int {
    func roundedUp(to block: Int) -> Int { (self + block - 1) / block * block }
}
