import Foundation
import Synchronization
import Testing

@testable import Sandbox
@testable import Topology

/// What there is of a lab on this machine, by its name: nothing else is looked at, as others may make and remove what they
/// like meanwhile. It is found without the product's own ways, which it judges.
struct Traces: Equatable, CustomStringConvertible {
    var found: [String]

    static let none = Traces(found: [])

    static func of(_ lab: String) async throws -> Traces {
        let place = "/var/lib/polyvisor/labs/\(lab)"
        let files =
            Files.names(in: "/run/netns").filter { isNamed($0, "pv-\(lab)") }.map { "namespace \($0)" }
            + (try hierarchies()).flatMap { hierarchy in
                Files.names(in: hierarchy).filter { isNamed($0, "polyvisor-\(lab)") }.map { "\(hierarchy)/\($0)" }
            } + (Files.exists(place) ? [place] : [])
        let mounts = try MountTable.current().mounts.map(\.target).filter {
            $0 == place || $0.hasPrefix(place + "/")
                || $0.hasPrefix("/run/netns/") && isNamed(String($0.dropFirst(11)), "pv-\(lab)")
        }
        return Traces(found: files + mounts + processes(place) + (try await lines("pv-\(lab)")))
    }

    private static func isNamed(_ name: String, _ owner: String) -> Bool {
        name == owner || name.hasPrefix("\(owner).") || name.hasPrefix("\(owner)+")
    }

    private static func hierarchies() throws -> [String] {
        try MountTable.current().mounts.filter { $0.type.hasPrefix("cgroup") }.map(\.target)
    }

    /// Command lines of what runs below the lab's directory.
    private static func processes(_ place: String) -> [String] {
        Files.names(in: "/proc").compactMap { pid_t($0) }.compactMap { Files.read("/proc/\($0)/cmdline") }
            .map { $0.replacingOccurrences(of: "\0", with: " ") }.filter { $0.contains(place + "/") }
    }

    /// Links, routes, packet rules and loop devices that bear the name.
    private static func lines(_ name: String) async throws -> [String] {
        var commands = [
            HostCommand("ip", "-o", "link"), HostCommand("ip", "-4", "route", "show", "table", "all"),
            HostCommand("nft", "list", "tables"),
        ]
        if HostRequirements.find("iptables") != nil { commands.append(HostCommand("iptables", "-w", "-S", "FORWARD")) }
        var found: [String] = []
        for command in commands {
            let lines = try await command.result(doing: "look at the machine").output.split(separator: "\n")
            // `pv-t4` is no part of `pv-t4-b`.
            found += lines.map(String.init).filter { line in
                line.split { !($0.isLetter || $0.isNumber || "-.+".contains($0)) }.contains { $0 == name }
            }
        }
        return found
    }

    var description: String { found.joined(separator: "\n") }
}

/// Suites that make labs, one after the other: two at a time would only make each other slow.
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
        try await HostCommand("ssh", target + [command]).lasting(atMost: .seconds(600)).result(doing: command)
    }

    func waitUntilItAnswers() async throws {
        // Seconds; many more on a machine that others keep busy.
        for _ in 0..<900 {
            if try await run("true").status == 0 { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw SandboxError(.process, doing: "wait for \(target.last ?? "")", reason: "no SSH within 3 minutes")
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
