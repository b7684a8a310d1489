/// A kind of algorithm that a server and this side share none of.
struct Disagreement: Sendable, Equatable {
    enum Kind: Sendable, CaseIterable {
        case keyExchange, hostKey, cipher, mac

        /// "no MAC in common"
        var name: String {
            switch self {
            case .keyExchange: "key exchange"
            case .hostKey: "type of host key"
            case .cipher: "cipher"
            case .mac: "MAC"
            }
        }

        /// The keyword of OpenSSH's sshd_config.
        var keyword: String {
            switch self {
            case .keyExchange: "KexAlgorithms"
            case .hostKey: "HostKeyAlgorithms"
            case .cipher: "Ciphers"
            case .mac: "MACs"
            }
        }

        fileprivate var lists: [KeyExchangeOffer.List] {
            switch self {
            case .keyExchange: [.keyExchange]
            case .hostKey: [.hostKey]
            case .cipher: [.cipherToServer, .cipherToClient]
            case .mac: [.macToServer, .macToClient]
            }
        }

        /// Those that an administrator would rather add, the best first; sshd has known all of them since OpenSSH 6.5.
        fileprivate var preferred: [String] {
            switch self {
            case .keyExchange: ["curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256"]
            case .hostKey: ["ssh-ed25519", "ecdsa-sha2-nistp256"]
            case .cipher: ["aes256-ctr", "aes128-ctr"]
            case .mac: ["hmac-sha2-256", "hmac-sha2-512"]
            }
        }
    }

    var kind: Kind
    /// What the server offers.
    var theirs: [String]
    /// What this side has.
    var ours: [String]

    /// Which kinds keep both sides apart.
    static func all(
        of offer: KeyExchangeOffer, with ours: [KeyExchangeOffer.List: [String]]
    ) -> [Disagreement] {
        Kind.allCases.compactMap { kind in
            if kind == .mac, needsNoMAC(offer, ours) { return nil }
            let apart = kind.lists.first { list in
                Set(offer.lists[list] ?? []).isDisjoint(with: ours[list] ?? [])
            }
            return apart.map { list in
                Disagreement(kind: kind, theirs: real(offer.lists[list] ?? []), ours: ours[list] ?? [])
            }
        }
    }

    /// A cipher that authenticates by itself makes the MACs meaningless; the client's order decides which it is.
    private static func needsNoMAC(
        _ offer: KeyExchangeOffer, _ ours: [KeyExchangeOffer.List: [String]]
    ) -> Bool {
        [KeyExchangeOffer.List.cipherToServer, .cipherToClient].allSatisfy { list in
            let chosen = ours[list]?.first { offer.lists[list]?.contains($0) == true }
            return chosen.map { $0.contains("gcm") || $0.contains("poly1305") } ?? false
        }
    }

    /// Without the names by which servers announce extensions among their key exchanges (RFC 8308, OpenSSH's PROTOCOL).
    private static func real(_ names: [String]) -> [String] {
        names.filter { $0 != "ext-info-s" && !$0.hasPrefix("kex-strict-") }
    }

    /// The one that the server had best get besides its own.
    var wanted: String { kind.preferred.first(where: ours.contains) ?? ours.first ?? "" }

    /// The line of sshd_config by which OpenSSH offers what it does now and one more.
    var line: String { "\(kind.keyword) \((theirs + [wanted]).joined(separator: ","))" }
}
