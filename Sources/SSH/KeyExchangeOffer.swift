/// What an SSH server offers: its line of identification, and the lists of its first packet, which is sent in the open
/// (RFC 4253 §4.2, §6 and §7.1). libssh2 keeps both to itself, and says of a failure only that there was one.
struct KeyExchangeOffer: Sendable, Equatable {
    /// The lists that both sides must share a member of, in the packet's order.
    enum List: Int, Sendable, CaseIterable {
        case keyExchange, hostKey, cipherToServer, cipherToClient, macToServer, macToClient
    }

    /// "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3"
    var identification: String
    var lists: [List: [String]]

    /// What so many bytes from a server are.
    enum Reading: Equatable {
        case offer(KeyExchangeOffer)
        /// The beginning of an offer: more bytes are due.
        case incomplete
        /// Not SSH 2; with its first line.
        case stranger(String)
    }

    /// What a server has sent so far.
    static func read(_ bytes: [UInt8]) -> Reading {
        var rest = bytes[...]
        var first: String?
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: rest[..<end], as: UTF8.self).trimming { $0 == "\r\n" || $0 == "\r" }
            rest = rest[(end + 1)...]
            if line.hasPrefix("SSH-2.0-") || line.hasPrefix("SSH-1.99-") { return packet(rest, of: line) }
            first = first ?? line
            // A server may say something else first, but not without end (RFC 4253 §4.2).
            if line.hasPrefix("SSH-") || bytes.count - rest.count > longestGreeting { return .stranger(first ?? line) }
        }
        guard rest.count <= longestGreeting else {
            return .stranger(first ?? String(decoding: rest.prefix(80), as: UTF8.self))
        }
        return .incomplete
    }

    private static let longestGreeting = 16 << 10
    /// RFC 4253 §6.1.
    private static let longestPacket = 35000
    private static let kexInit: UInt8 = 20

    /// Length, length of the padding, then the payload: its kind, 16 bytes of chance, and the lists.
    private static func packet(_ bytes: ArraySlice<UInt8>, of identification: String) -> Reading {
        guard bytes.count >= 22 else { return .incomplete }
        var reader = WireReader(bytes)
        guard let length = reader.integer(), length <= longestPacket, length >= 18 else {
            return .stranger(identification)
        }
        let body = bytes.dropFirst(4).prefix(length)
        guard body.count == length else { return .incomplete }
        guard body.dropFirst().first == kexInit else { return .stranger(identification) }
        reader = WireReader(body.dropFirst(18))
        var offer = KeyExchangeOffer(identification: identification, lists: [:])
        for list in List.allCases {
            guard let names = reader.string() else { return .stranger(identification) }
            offer.lists[list] = names.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self) }
        }
        return .offer(offer)
    }
}

extension String {
    fileprivate func trimming(_ isUnwanted: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, isUnwanted(last) { text.removeLast() }
        return String(text)
    }
}
