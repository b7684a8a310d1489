import Access
import Facts
import Foundation
import OpenStack
import Release
import SSH
import Topology
import Wording

/// What there is of a lab, for `status`.
public struct LabStatus: Sendable, Equatable, Encodable {
    /// The lab's name.
    public var lab: String
    /// The release in the topology.
    public var release: String
    /// The newest run: its command, how it ended (nil: it was killed or still runs), and the steps it was at.
    public var lastRun: Run?
    /// In the topology's order.
    public var nodes: [Node]
    /// One for each compute service that the topology expects.
    public var hypervisors: [Hypervisor]
    /// Why the cloud does not tell its hypervisors.
    public var cloudProblem: String?
    /// What of a sandbox exists on this machine: mounts, namespaces, processes and so on.
    public var sandboxParts: String?

    /// A run of polyvisor.
    public struct Run: Sendable, Equatable, Encodable {
        /// E.g. `up`.
        public var command: String
        /// nil: it was killed, or still runs.
        public var outcome: String?
        /// The steps that it began and did not end.
        public var unfinished: [String]
    }

    /// One node.
    public struct Node: Sendable, Equatable, Encodable {
        /// Its name in the topology.
        public var name: String
        /// Its management address.
        public var address: String
        /// Whether one can log in.
        public var reachable: Bool
        /// Why it is not reachable.
        public var problem: String?
        /// What to do about it.
        public var hint: String?
        /// Units that should run and do not, with their state.
        public var missingUnits: [String]
        /// How many of the units that should run do.
        public var runningUnits: Int
        /// The units that run.
        public var services: [Service]
        /// Files of packages that Polyvisor mended; the originals are kept on the node.
        public var mendedFiles: [String]
        /// Resident memory of a sandbox's node in MiB.
        public var memoryMB: Int64?
    }

    /// One unit of systemd that runs.
    public struct Service: Sendable, Equatable, Encodable {
        /// The unit's name without `.service`.
        public var unit: String
        /// As `2026-11-30T21:10:05Z`.
        public var since: String?
        /// When systemd starts it again, its `Restart=`: no, on-failure, always, …
        public var restart: String?

        var text: String {
            unit + (since.map { " since \($0)" } ?? "") + (restart.map { ", Restart=\($0)" } ?? "")
        }
    }

    /// One expected hypervisor.
    public struct Hypervisor: Sendable, Equatable, Encodable {
        /// Nova's `host` of the compute service.
        public var host: String
        /// As Nova reports it; nil while it does not.
        public var type: String?
        /// up or down by Nova; missing where it has no such service; unknown where the cloud does not answer.
        public var state: String
        /// As Nova has it; nil while it does not know the service.
        public var zone: String?
    }

    /// Whether nothing is missing or down.
    public var isComplete: Bool {
        nodes.allSatisfy { $0.reachable && $0.missingUnits.isEmpty } && hypervisors.allSatisfy { $0.state == "up" }
    }

    /// Whether what is missing may be there in a moment: units that are being started, and hypervisors of services that run.
    /// What has stopped stays so.
    var maySettle: Bool {
        guard !isComplete, nodes.allSatisfy(\.reachable) else { return false }
        let missing = nodes.flatMap(\.missingUnits)
        return missing.allSatisfy { $0.hasSuffix("ing") } && (cloudProblem == nil || !missing.isEmpty)
    }

    /// One JSON document; the keys are the properties' names.
    public func json() throws -> String { try JSONText(self).text }

    /// Lines for a person.
    public var text: String {
        var lines = ["lab “\(lab)”, release \(release): " + (isComplete ? "complete" : "incomplete")]
        if let run = lastRun {
            lines.append("last run: \(run.command), \(run.outcome ?? "not ended")")
            lines += run.unfinished.map { "  was at \($0)" }
        }
        for node in nodes {
            let memory = node.memoryMB.map { ", \($0) MB" } ?? ""
            lines.append(
                "\(node.reachable && node.missingUnits.isEmpty ? "✓" : "✗") \(node.name)  \(node.address)  "
                    + (node.problem ?? "\(node.runningUnits) services run\(memory)"))
            if let hint = node.hint { lines.append("    hint: \(hint)") }
            lines += node.services.map { "    \($0.text)" }
            lines += node.missingUnits.map { "    ✗ \($0)" } + node.mendedFiles.map { "    mended: \($0)" }
        }
        if let cloudProblem { lines.append("✗ cloud  \(cloudProblem)") }
        for hypervisor in hypervisors {
            lines.append(
                "\(hypervisor.state == "up" ? "✓" : "✗") \(hypervisor.host)  \(hypervisor.type ?? "no hypervisor")  "
                    + "\(hypervisor.state)\(hypervisor.zone.map { ", zone \($0)" } ?? "")")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension LabStatus.Node {
    /// What systemd says of the units that should run.
    mutating func take(_ expected: [String], _ units: [String: NodeFacts.UnitFacts]) {
        for unit in expected {
            guard let facts = units[unit], facts.active == "active" else {
                missingUnits.append("\(unit) is \(units[unit]?.active ?? "absent")")
                continue
            }
            services.append(.init(unit: unit, since: facts.since, restart: facts.restart))
        }
        runningUnits = services.count
    }
}

extension Deployment {
    /// Looks at nodes and cloud; changes nothing.
    ///
    /// - Parameter patience: how long to look again where something is not well that may be so in a moment: Nova calls a busy
    ///   service down 60 s after its last word (`service_down_time`), until its next.
    public func status(patience: Duration = .seconds(90)) async throws -> LabStatus {
        let start = ContinuousClock.now
        var status = try await look()
        while status.maySettle, ContinuousClock.now - start < patience {
            try await Task.sleep(for: .seconds(3))
            status = try await look()
        }
        return status
    }

    private func look() async throws -> LabStatus {
        // The passwords of vCenters, which may be given by environment, are not needed for looking.
        let secrets = try await store.secrets(named: [.admin])
        log.hide(secrets.values)
        let presence = try await provider.presence()
        let nodes = try await withLinks { links in
            try await forEach(lab.nodes, atMost: options.maxWorkers) { node in
                await status(of: node, links, memory: presence?.memory[node.name])
            }
        }
        let run = try await lastRun()
        let (hypervisors, cloudProblem) = await hypervisorStatus(cloud(secrets))
        return LabStatus(
            lab: lab.name, release: lab.release,
            lastRun: run, nodes: nodes,
            hypervisors: hypervisors, cloudProblem: cloudProblem, sandboxParts: presence?.parts)
    }

    /// The newest run, and the steps of it that began and never ended: where a killed run was.
    private func lastRun() async throws -> LabStatus.Run? {
        guard let run = try await store.runs().first else { return nil }
        let unfinished = try await store.steps(of: run.number).filter { $0.finished == nil }.map(\.name)
        return .init(command: run.kind.name, outcome: run.outcome?.rawValue, unfinished: unfinished)
    }

    private func status(of node: Topology.Node, _ links: NodeLinks, memory: Int64?) async -> LabStatus.Node {
        let services = release.setup(of: node, in: lab).services
        var status = LabStatus.Node(
            name: node.name, address: "\(node.address)", reachable: false, problem: nil, missingUnits: [],
            runningUnits: 0, services: [], mendedFiles: [], memoryMB: memory.map { $0 >> 20 })
        do {
            var questions = NodeQuestions()
            questions.units = services.start
            let facts = try await FactsReader(links: links).facts(of: node.name, questions)
            status.reachable = true
            status.take(services.start, facts.units)
            status.mendedFiles = try await mendedPaths(on: node, links)
        } catch {
            let failure = error as? SSHError
            status.problem = failure.map { "\($0.doing): \($0.reason)" } ?? "\(error)"
            status.hint = failure?.hint
        }
        return status
    }

    private func mendedPaths(on node: Topology.Node, _ links: NodeLinks) async throws -> [String] {
        let reader = FactsReader(links: links)
        var paths: [String] = []
        for repair in release.knownDefects.compactMap(\.repair) {
            let path = "\(release.distribution.pythonPath)/\(repair.file)"
            if let text = try await reader.text(of: path, on: node.name), repair.state(of: text) == .mended {
                paths.append(path)
            }
        }
        return paths
    }

    /// The expected hypervisors, and why the cloud tells nothing of them if it does not.
    private func hypervisorStatus(_ cloud: Cloud) async -> ([LabStatus.Hypervisor], problem: String?) {
        let seen: [HypervisorState]
        let services: [ComputeServiceState]
        do {
            seen = try await cloud.hypervisors()
            services = try await cloud.computeServices()
        } catch {
            let unknown = lab.computeServices.map { service in
                LabStatus.Hypervisor(host: service.host, type: nil, state: "unknown", zone: nil)
            }
            return (unknown, "\(error)")
        }
        let expected = lab.computeServices.map { expected -> LabStatus.Hypervisor in
            let service = services.first { $0.binary == Daemon.novaCompute.binary && $0.host == expected.host }
            let hypervisor = seen.first { $0.service.host == expected.host }
            return .init(
                host: expected.host, type: hypervisor?.type,
                state: hypervisor == nil ? "missing" : service?.state ?? "missing", zone: service?.zone)
        }
        return (expected, nil)
    }
}
