import Crypto
import Foundation

/// What the things that belong to a lab are called on the host.
///
/// Neither a dot nor a plus can stand in a lab's name, so the owner of a name is never in doubt:
/// `pv-a.b-c` belongs to lab `a`, `pv-a-b.c` to lab `a-b`.
struct Names: Sendable, Equatable {
    var lab: String

    /// The namespace of the lab's bridges, the host's end of the uplink, and the nftables table.
    var namespace: String { "pv-\(lab)" }
    var uplink: String { "pv-\(lab)" }
    var table: String { "pv-\(lab)" }

    func namespace(ofNode node: String) -> String { "pv-\(lab).\(node)" }
    func namespace(ofVCenter vcenter: String) -> String { "pv-\(lab)+\(vcenter)" }
    func controlGroup(ofNode node: String) -> String { "polyvisor-\(lab).\(node)" }
    func controlGroup(ofVCenter vcenter: String) -> String { "polyvisor-\(lab)+\(vcenter)" }

    func ownsNamespace(_ name: String) -> Bool {
        name == namespace || name.hasPrefix(namespace + ".") || name.hasPrefix(namespace + "+")
    }

    func ownsControlGroup(_ name: String) -> Bool {
        name.hasPrefix("polyvisor-\(lab).") || name.hasPrefix("polyvisor-\(lab)+")
    }

    /// The bridge of a physical network, in the lab's namespace.
    static func bridge(ofPhysicalNetwork network: String) -> String { shortened("ph-\(network)") }

    /// The bridge of a vCenter's guests in a physical network, in the vCenter's namespace.
    static func bridge(ofGuestsIn network: String) -> String { shortened("vs-\(network)") }

    /// The bridge's side of a node's interface, in the lab's namespace.
    static func port(_ owner: String, _ interface: String) -> String { shortened("\(owner)-\(interface)") }

    /// The hardware address of an interface, the same each time; of those that anybody may give (IEEE 802, the second bit).
    static func hardwareAddress(_ namespace: String, _ interface: String) -> String {
        let digits = Array(CacheKey.hash(of: [namespace, interface]))
        return "02" + (0..<5).map { ":" + String(digits[2 * $0...2 * $0 + 1]) }.joined()
    }

    /// Linux allows 15 characters; a longer name keeps its beginning and gets a hash.
    static func shortened(_ name: String) -> String {
        guard name.utf8.count > 15 else { return name }
        return name.prefix(6) + "-" + CacheKey.hash(of: [name]).prefix(8)
    }
}

/// Keys of things that are made once and kept: a hash of everything that they depend on.
enum CacheKey {
    /// 16 hexadecimal digits of the SHA-256 of the parts; a part's end is part of what is hashed.
    static func hash(of parts: [String]) -> String {
        var hash = SHA256()
        for part in parts {
            hash.update(data: Data("\(part.utf8.count):".utf8))
            hash.update(data: Data(part.utf8))
        }
        return hash.finalize().prefix(8).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
