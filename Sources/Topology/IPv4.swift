/// An IPv4 address.
public struct IPv4Address: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The address as a number, most significant octet first.
    public var bits: UInt32

    /// - Parameter bits: the first octet in the highest eight.
    public init(bits: UInt32) { self.bits = bits }

    /// Reads dotted-decimal notation: four numbers from 0 to 255 without leading zeros.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                part.utf8.count == 1 || part.first != "0", let octet = UInt8(part)
            else { return nil }
            bits = bits << 8 | UInt32(octet)
        }
        self.bits = bits
    }

    public static func < (a: IPv4Address, b: IPv4Address) -> Bool { a.bits < b.bits }

    public var description: String { "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)" }
}

/// An IPv4 network in CIDR notation, host bits zero.
public struct IPv4Network: Sendable, Hashable, CustomStringConvertible {
    /// The network's first address, which no machine has.
    public var base: IPv4Address
    /// 0 to 32.
    public var prefixLength: Int

    /// nil when the prefix is not 0 to 32 or a host bit of the base is set.
    public init?(base: IPv4Address, prefixLength: Int) {
        guard (0...32).contains(prefixLength) else { return nil }
        self.base = base
        self.prefixLength = prefixLength
        guard base.bits & ~mask == 0 else { return nil }
    }

    /// The netmask as a number.
    public var mask: UInt32 { prefixLength == 0 ? 0 : ~UInt32(0) << UInt32(32 - prefixLength) }

    /// The all-ones address.
    public var broadcast: IPv4Address { IPv4Address(bits: base.bits | ~mask) }

    /// Whether an address lies in the network.
    public func contains(_ address: IPv4Address) -> Bool { address.bits & mask == base.bits }

    public var description: String { "\(base)/\(prefixLength)" }
}
