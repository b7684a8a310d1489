internal import Glibc

/// An IPv6 address.
public struct IPv6Address: Sendable, Hashable, CustomStringConvertible {
    /// The sixteen octets, most significant first.
    public let octets: [UInt8]

    /// Reads an address as RFC 4291 §2.2 writes it, without a zone.
    public init?(_ text: some StringProtocol) {
        var octets = [UInt8](repeating: 0, count: 16)
        guard text.utf8.count < 46, inet_pton(AF_INET6, String(text), &octets) == 1 else { return nil }
        self.octets = octets
    }

    /// The short form of RFC 5952.
    public var description: String {
        var text = [CChar](repeating: 0, count: 46)
        var octets = octets
        guard inet_ntop(AF_INET6, &octets, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether both addresses have the same first bits.
    func shares(_ bits: Int, with other: IPv6Address) -> Bool {
        (0..<bits).allSatisfy { bit in
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            return octets[bit / 8] & mask == other.octets[bit / 8] & mask
        }
    }
}

/// An IPv6 address with the length of its network's prefix: `2001:db8::10/64`.
public struct IPv6InterfaceAddress: Sendable, Hashable, CustomStringConvertible {
    /// The machine's own, with its host bits.
    public var address: IPv6Address
    /// 1 to 128.
    public var prefixLength: Int

    /// An address on a network; the prefix is 1 to 128.
    public init(address: IPv6Address, prefixLength: Int) {
        self.address = address
        self.prefixLength = prefixLength
    }

    public var description: String { "\(address)/\(prefixLength)" }
}

/// A way to a network by way of a router.
public struct InterfaceRoute: Sendable, Hashable {
    /// `198.51.100.0/24`, `2001:db8::/32`, or `default`.
    public var destination: String
    /// The router's address.
    public var router: String
    /// Which family both are of; `default` alone does not say.
    public var isIPv6: Bool
}
