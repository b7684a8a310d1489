import Foundation
import Topology

/// The lab's way to the host and, through it, out: a link with two addresses, and rules in a table of our own.
struct Uplink: Sendable, Equatable {
    var names: Names
    var management: IPv4Network
    /// Four addresses; the host has the second, the lab the third.
    var network: IPv4Network
    var mtu: Int

    var hostAddress: IPv4Address { IPv4Address(bits: network.base.bits + 1) }
    var labAddress: IPv4Address { IPv4Address(bits: network.base.bits + 2) }

    /// Link-local addresses, as no other network may use them behind a router; the low ones are left to others
    /// (169.254.169.254 is the metadata service).
    static let range = 0xA9FE_F000 as UInt32
    static let rangeSize = 1024

    /// The first network of the range that overlaps none of those in use; nil if all are.
    static func free(besides used: [IPv4Network]) -> IPv4Network? {
        (0..<rangeSize).lazy.compactMap { index in
            IPv4Network(base: IPv4Address(bits: range + UInt32(index) * 4), prefixLength: 30)
        }.first { candidate in !used.contains { $0.overlaps(candidate) } }
    }

    func hostCommands() -> [String] {
        [
            "link set \(names.uplink) mtu \(mtu)", "addr replace \(hostAddress)/30 dev \(names.uplink)",
            "link set \(names.uplink) up",
            "route replace \(management) via \(labAddress) dev \(names.uplink)",
        ]
    }

    func labCommands() -> [String] {
        [
            "link set uplink mtu \(mtu)", "addr replace \(labAddress)/30 dev uplink", "link set uplink up",
            "route replace default via \(hostAddress)",
        ]
    }

    /// The lab's table, replaced in one transaction. What leaves the host gets the host's address; connections agree
    /// on segments that fit the narrowest link, as those who send from afar cannot know it.
    func ruleset() -> String {
        """
        table ip \(names.table)
        delete table ip \(names.table)
        table ip \(names.table) {
            chain forward {
                type filter hook forward priority mangle; policy accept;
                iifname "\(names.uplink)" tcp flags syn / syn,rst tcp option maxseg size set rt mtu
                oifname "\(names.uplink)" tcp flags syn / syn,rst tcp option maxseg size set \(mtu - 40)
            }
            chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
                ip saddr { \(management), \(network) } oifname != "pv-*" masquerade
            }
        }

        """
    }

    /// Rules that let the lab through a FORWARD chain that drops by default (Docker sets it so); a table of our own
    /// cannot overrule that.
    static func forwardRules(_ names: Names) -> [[String]] {
        ["-i", "-o"].map { [$0, names.uplink, "-m", "comment", "--comment", names.uplink, "-j", "ACCEPT"] }
    }
}

extension IPv4Network {
    func overlaps(_ other: IPv4Network) -> Bool { contains(other.base) || other.contains(base) }

    /// Reads `10.0.0.0/8`, and an address alone as a network of one; host bits may be set.
    init?(route text: String) {
        let parts = text.split(separator: "/")
        guard let first = parts.first, let address = IPv4Address(first), parts.count < 3,
            let length = parts.count == 2 ? Int(parts[1]) : 32, (0...32).contains(length)
        else { return nil }
        let mask: UInt32 = length == 0 ? 0 : ~UInt32(0) << UInt32(32 - length)
        self.init(base: IPv4Address(bits: address.bits & mask), prefixLength: length)
    }
}

/// What `ip -json route show table all` tells.
struct HostRoute: Decodable, Sendable, Equatable {
    var dst: String
    var dev: String?
    var type: String?

    /// nil for what leads everywhere: the default route, and the two halves by which VPNs take its place.
    var network: IPv4Network? {
        guard dst != "default", let network = IPv4Network(route: dst), network.prefixLength > 1 else { return nil }
        return network
    }

    static func all() async throws -> [HostRoute] {
        let text = try await HostCommand("ip", "-4", "-json", "route", "show", "table", "all")
            .wholeList(doing: "look at the host's routes")
        return try decode(text)
    }

    static func decode(_ text: String) throws -> [HostRoute] {
        guard !text.allSatisfy(\.isWhitespace) else { return [] }
        do { return try JSONDecoder().decode([HostRoute].self, from: Data(text.utf8)) } catch {
            throw SandboxError(.command, doing: "read the host's routes", reason: "\(error)")
        }
    }
}
