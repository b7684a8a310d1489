import Foundation
import Wording

/// The command that makes a node look at a vSphere server and its ESXi hosts: names, ports, certificate.
///
/// Names come from a vCenter: they are words of the shell and parameters, never part of a script.
struct OutlookScript: Sendable {
    var server: String
    var port: Int
    /// ESXi hosts by their names in vCenter.
    var hosts: [String]
    /// Ports to try on every ESXi host.
    var hostPorts: [Int]
    var looksAtCertificate: Bool

    /// Seconds that a connection may take. A second try comes after a silent first: for some seconds after a machine
    /// has got another MAC address, its neighbours speak to the old one.
    static let patience = 4
    static let secondPatience = 8
    /// Of a resolver: two tries of its usual 5 s with two servers, and some more.
    static let resolverPatience = 25

    /// For bash, which alone can open a TCP connection without another program.
    var text: String {
        """
        LC_ALL=C; export LC_ALL
        try() {
          for patience in \(Self.patience) \(Self.secondPatience); do
            said=$(timeout "$patience" bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$2" "$3" 2>&1)
            status=$?
            [ "$status" = 124 ] || break
          done
          printf 'port %s %s %s %s\\n' "$1" "$3" "$status" "$(printf %s "$said" | tr '\\n' ' ' | tail -c 200)"
        }
        look() {
          printf 'name %s %s\\n' "$1" "$(timeout \(Self.resolverPatience) getent ahostsv4 "$2" | awk 'NR == 1 { print $1 }')"
        }
        \(targets.map { "look \($0.index) \(shellQuoted($0.name)) &" }.joined(separator: "\n"))
        \(tries)
        \(certificate)
        wait
        echo end
        exit 0

        """
    }

    /// Index 0 is the server.
    var targets: [(index: Int, name: String)] { ([server] + hosts).enumerated().map { ($0.offset, $0.element) } }

    private var tries: String {
        targets.flatMap { target in
            (target.index == 0 ? [port] : hostPorts).map { "try \(target.index) \(shellQuoted(target.name)) \($0) &" }
        }.joined(separator: "\n")
    }

    private var certificate: String {
        guard looksAtCertificate else { return ":" }
        return """
            if command -v openssl >/dev/null; then
              timeout 20 openssl s_client -connect \(shellQuoted(bracketed + ":\(port)")) </dev/null 2>/dev/null \\
                | sed -n '/BEGIN CERT/,/END CERT/p'
            elif command -v python3 >/dev/null; then
              timeout 20 python3 -c 'import ssl, sys
            print(ssl.get_server_certificate((sys.argv[1], int(sys.argv[2]))))' \(shellQuoted(server)) \(port) 2>/dev/null
            else
              echo 'no-program'
            fi
            """
    }

    private var bracketed: String { server.contains(":") ? "[\(server)]" : server }

    /// What it printed, in the order of `targets`, and the certificate.
    func outlooks(parsing output: String) -> (targets: [HostOutlook], pem: String?) {
        var seen = targets.map { HostOutlook(name: $0.name) }
        var pem: [Substring] = []
        var isInside = false
        for line in output.split(separator: "\n") {
            if line.hasPrefix("-----BEGIN CERT"), pem.isEmpty { isInside = true }
            if isInside { pem.append(line) }
            if line.hasPrefix("-----END CERT") { isInside = false }
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            guard words.count >= 2, let index = Int(words[1]), seen.indices.contains(index) else { continue }
            if words[0] == "name", words.count > 2, !words[2].isEmpty { seen[index].address = words[2] }
            if words[0] == "port", words.count > 3, let port = Int(words[2]), let status = Int(words[3]) {
                seen[index].ports[port] = Self.reach(status, words.dropFirst(4).joined(separator: " "))
            }
        }
        return (seen, pem.isEmpty ? nil : pem.joined(separator: "\n"))
    }

    private static func reach(_ status: Int, _ said: String) -> HostOutlook.Reach {
        switch status {
        case 0: .open
        case 124: .silent
        case _ where said.contains("refused"): .refused
        case _ where said.contains("timed out"): .silent
        default: .failed(said.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "")
        }
    }
}
