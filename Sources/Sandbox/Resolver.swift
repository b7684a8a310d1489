import Foundation

/// What stands in a node's /etc/resolv.conf.
enum Resolver {
    static func contents() throws -> String {
        try contents(host: Files.read("/etc/resolv.conf"), upstream: Files.read("/run/systemd/resolve/resolv.conf"))
    }

    /// The host's own file if its servers can be reached from a node; a server on the loopback address cannot, so
    /// then the file in which systemd-resolved lists those that it asks itself.
    static func contents(host: String?, upstream: String?) throws -> String {
        for text in [host, upstream].compactMap({ $0 }) where !servers(text).isEmpty {
            let reachable = text.split(separator: "\n").filter { !isLoopbackServer($0) }
            if reachable.contains(where: { $0.hasPrefix("nameserver") }) {
                return reachable.joined(separator: "\n") + "\n"
            }
        }
        throw SandboxError(
            .unsupportedHost, doing: "find a DNS server for the nodes",
            reason: "/etc/resolv.conf names none that is reachable from another machine",
            hint: "name a server other than 127.x or ::1 in /etc/resolv.conf or in systemd-resolved's configuration")
    }

    private static func servers(_ text: String) -> [Substring] {
        text.split(separator: "\n").filter { $0.hasPrefix("nameserver") }
    }

    private static func isLoopbackServer(_ line: Substring) -> Bool {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count > 1, words[0] == "nameserver" else { return false }
        return words[1].hasPrefix("127.") || words[1] == "::1"
    }
}
