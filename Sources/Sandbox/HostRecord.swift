import Foundation
import Topology

/// What a lab's parts were made from; written before anything is made, removed last.
struct LabRecord: Codable, Sendable, Equatable {
    var lab: String
    var management: String
    /// First address of the uplink's network.
    var uplink: String
    /// Addresses by the name of the node.
    var nodes: [String: String]
    var vcenters: [String: String]
    /// Whether its nodes share Nova's `instances_path`; nil before that was recorded.
    var sharesInstancesPath: Bool?

    static func read(_ path: String) throws -> LabRecord? {
        guard let text = Files.read(path) else { return nil }
        do { return try JSONDecoder().decode(LabRecord.self, from: Data(text.utf8)) } catch {
            throw SandboxError(
                .file, doing: "read \(path)", reason: "\(error)", hint: "it is Polyvisor's own file; was it edited?")
        }
    }
}

/// What was changed of the host itself, to be put back when the last lab goes.
struct HostRecord: Codable, Sendable, Equatable {
    /// net.ipv4.ip_forward before us.
    var ipForward: String
    /// Of which boot this is true: what was changed is gone after a reboot.
    var boot: String
    /// Whether /run/netns was a mount before us; `ip netns add` makes it one.
    var netnsMounted: Bool

    static let forwarding = "/proc/sys/net/ipv4/ip_forward"
    static let netns = "/run/netns"

    static func read(_ path: String) -> HostRecord? {
        Files.read(path).flatMap { try? JSONDecoder().decode(HostRecord.self, from: Data($0.utf8)) }
    }

    /// Notes how the host is now, unless that has been done since it booted.
    static func keep(at path: String) throws {
        if let record = read(path), record.boot == ProcessRecord.currentBoot { return }
        try Files.write(json: current(), to: path)
    }

    static func current() throws -> HostRecord {
        HostRecord(
            ipForward: (Files.read(forwarding) ?? "0").trimmingCharacters(in: .whitespacesAndNewlines),
            boot: ProcessRecord.currentBoot ?? "", netnsMounted: try MountTable.current().contains(netns))
    }

    /// Puts back what was changed, unless others count on it by now.
    ///
    /// - Returns: what was left as it is, and why; empty where all is as before.
    func restore(besides others: OtherForwarders) throws -> [String] {
        if !netnsMounted, Files.names(in: Self.netns).isEmpty { umount2(Self.netns, 0) }
        guard ipForward == "0" else { return [] }
        guard others.isEmpty else { return ["net.ipv4.ip_forward stays 1, as it may be needed by \(others)"] }
        try Self.setForwarding("0")
        return []
    }

    static func setForwarding(_ value: String) throws {
        let current = Files.read(forwarding)?.trimmingCharacters(in: .whitespacesAndNewlines)
        guard current != value else { return }
        do { try Data(value.utf8).write(to: URL(fileURLWithPath: forwarding)) } catch {
            throw SandboxError(.unsupportedHost, doing: "set net.ipv4.ip_forward to \(value)", reason: "\(error)")
        }
    }
}

/// Who else on this machine may count on packets being forwarded: containers and virtual machines hang on bridges, and what
/// routes for others translates addresses. Docker and libvirt turn forwarding on when they start, and never look again.
struct OtherForwarders: Sendable, Equatable, CustomStringConvertible {
    var bridges: [String] = []
    /// nftables' tables with a chain that forwards or translates.
    var tables: [String] = []

    var isEmpty: Bool { bridges.isEmpty && tables.isEmpty }

    var description: String {
        let parts = [("bridge", bridges), ("nftables table", tables)].filter { !$0.1.isEmpty }
        return parts.map { "\($0.0) \($0.1.joined(separator: ", "))" }.joined(separator: " and ")
    }

    /// Those that there are besides labs' own.
    static func find() async throws -> OtherForwarders {
        let chains = try await HostCommand("nft", "list", "chains").run(doing: "list the nftables chains")
        let names = Files.names(in: "/sys/class/net").filter { Files.exists("/sys/class/net/\($0)/bridge") }
        return OtherForwarders(bridges: names, tables: forwardingTables(in: chains))
    }

    /// From what `nft list chains` prints, which begins each table with a line of its own.
    static func forwardingTables(in list: String) -> [String] {
        var found: [String] = []
        var table = ""
        for line in list.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if words.first == "table", words.count > 2 { table = words[1...2].joined(separator: " ") }
            let isOurs = table.hasPrefix("ip pv-")
            if line.contains("hook forward") || line.contains("type nat hook"), !isOurs, found.last != table {
                found.append(table)
            }
        }
        return found
    }
}

extension Files {
    static func write(json value: some Encodable, to path: String, mode: mode_t = 0o644) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try write(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n", to: path, mode: mode)
    }
}
