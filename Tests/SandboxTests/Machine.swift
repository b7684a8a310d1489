import Foundation
import Synchronization

@testable import Sandbox
@testable import Topology

/// What a sandbox could leave behind on a machine.
struct Machine: Equatable, CustomStringConvertible {
    var parts: [String: String]

    static func look() async throws -> Machine {
        let hierarchies = try ControlGroup.hierarchies(in: MountTable.current())
        let commands = [
            HostCommand("ip", "-br", "-4", "addr"), HostCommand("ip", "-4", "route", "show", "table", "all"),
            HostCommand("nft", "list", "ruleset"),
        ]
        var parts = [
            "mounts": try MountTable.current().mounts.map(\.target).joined(separator: "\n"),
            "namespaces": Namespace.all().joined(separator: "\n"),
            "forwarding": Files.read(HostRecord.forwarding) ?? "",
            "groups": ControlGroup.names(in: hierarchies).joined(separator: "\n"),
            "labs": Files.names(in: "/var/lib/polyvisor/labs").joined(separator: "\n"),
            "processes": containers().joined(separator: "\n"),
        ]
        for command in commands { parts["\(command)"] = try await command.run(doing: "look at the machine") }
        return Machine(parts: parts)
    }

    /// Command lines of what a sandbox runs.
    private static func containers() -> [String] {
        Files.names(in: "/proc").compactMap { pid_t($0) }.compactMap { Files.read("/proc/\($0)/cmdline") }
            .map { $0.replacingOccurrences(of: "\0", with: " ") }
            .filter { $0.contains("systemd-nspawn") || $0.contains("vcenter-simulator") || $0.contains("mmdebstrap") }
    }

    var description: String {
        parts.sorted { $0.key < $1.key }.map { "\($0.key):\n\($0.value)" }.joined(separator: "\n")
    }
}

/// Collects events from any thread.
final class EventLog: Sendable {
    private let all = Mutex<[SandboxEvent]>([])
    var events: [SandboxEvent] { all.withLock { $0 } }
    @Sendable func add(_ event: SandboxEvent) { all.withLock { $0.append(event) } }
}

/// A node through the system's own ssh, which knows nothing but the lab's key and known_hosts.
struct NodeShell {
    var target: [String]

    init(_ sandbox: Sandbox, _ node: Node) {
        target = [
            "-F", "none", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "-o", "StrictHostKeyChecking=yes",
            "-o", "UserKnownHostsFile=\(sandbox.knownHostsFile)", "-o", "GlobalKnownHostsFile=/dev/null",
            "-o", "IdentitiesOnly=yes", "-i", sandbox.identityFile, "root@\(node.address)",
        ]
    }

    func run(_ command: String) async throws -> HostCommand.Result {
        try await HostCommand("ssh", target + [command]).lasting(atMost: .seconds(120)).result(doing: command)
    }

    func waitUntilItAnswers() async throws {
        for _ in 0..<100 {
            if try await run("true").status == 0 { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw SandboxError(.process, doing: "wait for \(target.last ?? "")", reason: "no SSH within 20 s")
    }
}

extension LabFixture {
    /// Runs a test with a sandbox and ends the lab after it, however the test ends.
    static func withSandbox(_ lab: Lab, force: Bool = false, _ body: (Sandbox) async throws -> Void) async throws {
        let sandbox = Sandbox(lab: lab)
        do { try await body(sandbox) } catch {
            try await sandbox.tearDown(force: true)
            throw error
        }
        try await sandbox.tearDown(force: force)
    }
}
