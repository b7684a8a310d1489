import Foundation
import Topology

/// Makes the lab's network; every step looks first and makes only what is not there.
struct LabNetwork: Sendable {
    var wiring: Wiring
    var uplink: Uplink

    var names: Names { wiring.names }

    /// Bridges, the link to the host, routes and rules.
    func raise() async throws {
        try await Namespace(names.namespace).make()
        let existing = try await Namespace(names.namespace).interfaces()
        try await Namespace(names.namespace).batch(
            wiring.bridgeCommands(existing: existing), doing: "make the lab's bridges")
        try await Namespace(names.namespace).enter("/bin/sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward")
        if !existing.contains("uplink") {
            try await HostCommand(
                "ip", "link", "add", names.uplink, "type", "veth", "peer", "name", "uplink", "netns", names.namespace
            ).run(doing: "link the lab to the host")
        }
        try await Namespace.host.batch(uplink.hostCommands(), doing: "set the host's route to the lab")
        try await Namespace(names.namespace).batch(uplink.labCommands(), doing: "set the lab's route out")
        try await HostCommand("nft", "-f", "-").feeding(uplink.ruleset()).run(doing: "set the lab's packet rules")
        try await HostCommand("nsenter", "--net=\(Namespace(names.namespace).path)", "nft", "-f", "-")
            .feeding(wiring.ruleset()).run(doing: "set the packet rules of the lab's gateways")
        try await allowForwarding()
    }

    /// Gives a station its namespace and links. `fresh` throws an earlier namespace away, with all that the node made
    /// in it: it is for a node that starts anew.
    func connect(_ station: Wiring.Station, fresh: Bool) async throws {
        let namespace = Namespace(station.namespace)
        if fresh { try await disconnect(station) }
        try await namespace.make()
        let existing = try await namespace.interfaces()
        for command in wiring.linkCommands(station, existing: existing) {
            try await command.run(doing: "link \(station.name) to the lab")
        }
        try await Namespace(names.namespace).batch(wiring.portCommands(station), doing: "plug \(station.name) in")
        try await namespace.batch(
            wiring.stationCommands(station, mtu: uplink.mtu, existing: existing),
            doing: "set the addresses of \(station.name)")
    }

    private func disconnect(_ station: Wiring.Station) async throws {
        // The kernel removes a namespace's links some time later; by hand they go at once and can be made again.
        let ports = try await Namespace(names.namespace).interfaces()
        let gone = station.interfaces.map(\.port).filter(ports.contains).map { "link del \($0)" }
        try await Namespace(names.namespace).batch(gone, doing: "unplug \(station.name)")
        try await Namespace(station.namespace).remove()
    }

    /// Lets the lab through where the host's FORWARD chain drops what it does not know.
    private func allowForwarding() async throws {
        guard let chain = await Self.forwardChain(), chain.contains("-P FORWARD DROP") else { return }
        for rule in Uplink.forwardRules(names) where !Self.holds(chain, rule) {
            try await HostCommand("iptables", ["-w", "-I", "FORWARD"] + rule).run(
                doing: "let the lab's packets through")
        }
    }

    static func forwardChain() async -> String? {
        guard HostRequirements.find("iptables") != nil else { return nil }
        let result = try? await HostCommand("iptables", "-w", "-S", "FORWARD").result(
            doing: "look at the FORWARD chain")
        return result?.status == 0 ? result?.output : nil
    }

    static func holds(_ chain: String, _ rule: [String]) -> Bool {
        chain.split(separator: "\n").contains { $0 == "-A FORWARD " + rule.joined(separator: " ") }
    }
}

/// A network namespace by its name, or the host's own.
struct Namespace: Sendable, Equatable {
    var name: String?

    static let host = Namespace(nil)
    static let directory = "/run/netns"

    init(_ name: String?) { self.name = name }

    var path: String { "\(Self.directory)/\(name ?? "")" }

    /// Names of all namespaces that `ip netns` manages.
    static func all() -> [String] { Files.names(in: directory) }

    func make() async throws {
        guard let name else { return }
        if Files.exists(path) {
            if try MountTable.current().contains(path) { return }
            // The file of a namespace whose making was cut short.
            unlink(path)
        }
        try await HostCommand("ip", "netns", "add", name).run(doing: "make the network namespace \(name)")
    }

    func remove() async throws {
        guard let name, Files.exists(path) else { return }
        try await HostCommand("ip", "netns", "del", name).run(doing: "remove the network namespace \(name)")
    }

    /// Runs lines of `ip` in the namespace, all in one process.
    func batch(_ lines: [String], doing: String) async throws {
        guard !lines.isEmpty else { return }
        let place = name.map { ["-n", $0] } ?? []
        try await HostCommand("ip", place + ["-batch", "-"]).feeding(lines.joined(separator: "\n") + "\n")
            .run(doing: doing)
    }

    /// Names of the interfaces in the namespace.
    func interfaces() async throws -> Set<String> {
        struct Link: Decodable { var ifname: String }
        let place = name.map { ["-n", $0] } ?? []
        let doing = "list network interfaces"
        let text = try await HostCommand("ip", place + ["-json", "link", "show"]).wholeList(doing: doing)
        do { return Set(try JSONDecoder().decode([Link].self, from: Data(text.utf8)).map(\.ifname)) } catch {
            throw SandboxError(.command, doing: doing, reason: "\(error)")
        }
    }

    /// Runs a command in the namespace, everything else being the host's.
    func enter(_ command: String...) async throws {
        try await HostCommand("nsenter", ["--net=\(path)"] + command).run(doing: "set up \(name ?? "the host")")
    }
}

extension HostCommand {
    /// What `ip … show` lists, read again for as long as the kernel says that the list changed under the reader, and so may
    /// lack lines (NLM_F_DUMP_INTR; ip tells it on standard error alone).
    func wholeList(doing: String) async throws -> String {
        for _ in 0..<200 {
            let result = try await result(doing: doing)
            guard result.status == 0 else { throw failure(doing: doing, result) }
            guard result.complaints.contains("Dump was interrupted") else { return result.output }
        }
        throw SandboxError(
            .command, doing: doing, reason: "the list changed each of 200 times while it was read",
            hint: "something on this machine makes and removes network interfaces or routes without end")
    }
}
