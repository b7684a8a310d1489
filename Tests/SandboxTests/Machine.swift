import Foundation
import Synchronization
import Testing

@testable import Sandbox
@testable import Topology

/// What a sandbox could leave behind on a machine. What bears the name of a lab other than the given ones is left out,
/// as other tests make labs at the same time.
struct Machine: Equatable, CustomStringConvertible {
    var parts: [String: [String]]
    var othersExist: Bool

    /// What labs share goes with the last of them, so it says nothing while there are others.
    static func == (a: Machine, b: Machine) -> Bool {
        let compared = [a, b].map { machine in
            var parts = machine.parts
            guard a.othersExist || b.othersExist else { return parts }
            parts["forwarding"] = nil
            parts["mounts"]?.removeAll { $0 == HostRecord.netns }
            return parts
        }
        return compared[0] == compared[1]
    }

    static func look(_ labs: String...) async throws -> Machine {
        let hierarchies = try ControlGroup.hierarchies(in: MountTable.current())
        let commands = [
            HostCommand("ip", "-br", "-4", "addr"), HostCommand("ip", "-4", "route", "show", "table", "all"),
            HostCommand("nft", "list", "tables"),
        ]
        var parts = [
            "mounts": try MountTable.current().mounts.map(\.target), "namespaces": Namespace.all(),
            "groups": ControlGroup.names(in: hierarchies), "processes": containers(),
            "labs": Files.names(in: "/var/lib/polyvisor/labs").map { "/labs/\($0)/" },
            "forwarding": [Files.read(HostRecord.forwarding) ?? ""],
        ]
        for command in commands {
            let text = try await command.run(doing: "look at the machine")
            parts["\(command)"] = text.split(separator: "\n").map(String.init)
        }
        for (name, lines) in parts { parts[name] = lines.filter { !isOthers($0, labs) } }
        let othersExist = Files.names(in: "/var/lib/polyvisor/labs").contains { !labs.contains($0) }
        return Machine(parts: parts, othersExist: othersExist)
    }

    private static func isOthers(_ line: String, _ labs: [String]) -> Bool {
        let all = line.matches(of: #/(?:\bpv-|\bpolyvisor-|/labs/)([a-z0-9-]+)/#).map { String($0.output.1) }
        return !all.isEmpty && !all.contains(where: labs.contains)
    }

    /// Command lines of what a sandbox runs.
    private static func containers() -> [String] {
        Files.names(in: "/proc").compactMap { pid_t($0) }.compactMap { Files.read("/proc/\($0)/cmdline") }
            .map { $0.replacingOccurrences(of: "\0", with: " ") }
            .filter { $0.contains("systemd-nspawn") || $0.contains("vcenter-simulator") || $0.contains("/systemd") }
    }

    var description: String {
        parts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
    }
}

/// Suites that make labs, one after the other: they compare the machine before and after.
@Suite("labs on this machine", .serialized, .enabled(if: geteuid() == 0, "needs root"))
struct LabsOnThisMachine {}

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
