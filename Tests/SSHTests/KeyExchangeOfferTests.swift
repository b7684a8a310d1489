import Foundation
import Testing

@testable import SSH

@Suite("A server's first packet")
struct KeyExchangeOfferTests {
    /// As a server writes it (RFC 4253 §6 and §7.1).
    static func packet(_ offer: KeyExchangeOffer, padding: Int = 6) -> [UInt8] {
        func string(_ text: String) -> [UInt8] { number(text.utf8.count) + text.utf8 }
        let lists = KeyExchangeOffer.List.allCases.map { offer.lists[$0, default: []].joined(separator: ",") }
        let payload =
            [20] + [UInt8](repeating: 7, count: 16) + (lists + ["none", "none", "", ""]).flatMap(string) + [
                0, 0, 0, 0, 0,
            ]
        let packet = [UInt8(padding)] + payload + [UInt8](repeating: 0, count: padding)
        return Array("\(offer.identification)\r\n".utf8) + number(packet.count) + packet
    }

    static func number(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }

    static func random(_ generator: inout some RandomNumberGenerator) -> KeyExchangeOffer {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789-@.")
        var lists: [KeyExchangeOffer.List: [String]] = [:]
        for list in KeyExchangeOffer.List.allCases {
            lists[list] = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                String(
                    (0..<Int.random(in: 1...40, using: &generator)).map { _ in
                        letters.randomElement(using: &generator) ?? "a"
                    })
            }
        }
        return KeyExchangeOffer(
            identification: "SSH-2.0-x_\(Int.random(in: 0..<1000, using: &generator)) y", lists: lists)
    }

    @Test("is read back, whatever it holds, and each beginning of it is incomplete")
    func roundTrip() {
        var generator = SystemRandomNumberGenerator()
        for round in 0..<200 {
            let offer = Self.random(&generator)
            let greeting = round % 3 == 0 ? Array("Welcome!\r\nBe careful.\n".utf8) : []
            let bytes = greeting + Self.packet(offer, padding: Int.random(in: 4...255, using: &generator))
            #expect(KeyExchangeOffer.read(bytes + [1, 2, 3]) == .offer(offer))
            let cut = Int.random(in: 0..<bytes.count, using: &generator)
            #expect(KeyExchangeOffer.read(Array(bytes.prefix(cut))) == .incomplete, "\(cut) of \(bytes)")
        }
    }

    @Test("may be damaged in any way: it is read or refused, and nothing else happens")
    func damage() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var bytes = Self.packet(Self.random(&generator))
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            if case .offer(let offer) = KeyExchangeOffer.read(bytes) { #expect(offer.lists.count == 6) }
        }
        let noise = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        if case .offer = KeyExchangeOffer.read(noise) { Issue.record("noise is no offer") }
    }

    @Test(
        "of another kind of server is none",
        arguments: ["HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "220 mail ESMTP\r\n", "SSH-1.5-old\r\n"])
    func strangers(text: String) {
        let first = String(text.split(separator: "\r\n")[0])
        #expect(KeyExchangeOffer.atEnd(of: Array(text.utf8)) == .stranger(first))
    }

    @Test("that never came is none, and says nothing")
    func nothing() {
        #expect(KeyExchangeOffer.atEnd(of: []) == .incomplete)
        #expect(KeyExchangeOffer.atEnd(of: Array("SSH-2.0-x\r\n".utf8)) == .incomplete)
    }
}

@Suite("What keeps both sides apart")
struct DisagreementTests {
    private func offer(_ change: (inout KeyExchangeOffer) -> Void = { _ in }) -> KeyExchangeOffer {
        var offer = KeyExchangeOffer(identification: "SSH-2.0-OpenSSH_9.2p1", lists: Self.ours)
        change(&offer)
        return offer
    }

    private static let ours: [KeyExchangeOffer.List: [String]] = [
        .keyExchange: ["curve25519-sha256"], .hostKey: ["ssh-ed25519"], .cipherToServer: ["aes256-ctr"],
        .cipherToClient: ["aes256-ctr"], .macToServer: ["hmac-sha2-256"], .macToClient: ["hmac-sha2-256"],
    ]

    @Test("is nothing where all is shared")
    func none() { #expect(Disagreement.all(of: offer(), with: Self.ours) == []) }

    @Test("is a kind, also in one direction alone, and with a line that adds one to what is offered")
    func one() {
        let apart = offer { $0.lists[.macToClient] = ["umac-128-etm@openssh.com"] }
        let found = Disagreement.all(of: apart, with: Self.ours)
        #expect(found.map(\.kind) == [.mac])
        #expect(found.map(\.line) == ["MACs umac-128-etm@openssh.com,hmac-sha2-256"])
    }

    @Test("is not a MAC where the cipher needs none")
    func authenticated() {
        var ours = Self.ours
        for list in [KeyExchangeOffer.List.cipherToServer, .cipherToClient] {
            ours[list] = ["aes256-gcm@openssh.com", "aes256-ctr"]
        }
        let apart = offer {
            for list in [KeyExchangeOffer.List.cipherToServer, .cipherToClient] {
                $0.lists[list] = ["aes256-gcm@openssh.com"]
            }
            $0.lists[.macToServer] = []
        }
        #expect(Disagreement.all(of: apart, with: ours) == [])
    }

    @Test("does not name what only announces an extension")
    func announcements() {
        let apart = offer { $0.lists[.keyExchange] = ["a", "ext-info-s", "kex-strict-s-v00@openssh.com"] }
        #expect(Disagreement.all(of: apart, with: Self.ours).map(\.theirs) == [["a"]])
    }
}
