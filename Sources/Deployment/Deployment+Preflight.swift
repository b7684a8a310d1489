import Access
public import Facts
import Foundation
import GuestImage
public import Preflight
import Providers
import Rendering
import SSH
import Topology
import VSphere
import Wording

extension Deployment {
    /// Everything that can be looked at before (or after) a deployment, for the command of that name.
    ///
    /// Of a sandbox that does not run, only whether this machine can make it.
    ///
    /// - Parameter options: what to look at.
    public func preflight(
        _ options: Survey.Options = Survey.Options(), report: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> PreflightReport {
        if provider.makesNodes, !isRunning { return try await lookAtThisMachine() }
        return try await withAccess { access in
            let survey = try survey(options, access, kvm: { node in await kvmState(of: node, access.links) })
            return try await judged(survey, report).report
        }
    }

    /// Looks, judges, and looks again at what may pass by itself.
    private func judged(
        _ survey: Survey, _ report: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> (report: PreflightReport, sights: AllSights) {
        let (started, start) = (Date(), ContinuousClock.now)
        let judgement = Judgement(limit: survey.options.limit)
        let sights = try await survey.sights(report: report) { judgement.again($0) }
        let found = judgement.report(
            on: sights, of: survey.setting, started: started, seconds: (ContinuousClock.now - start).seconds)
        return (found, sights)
    }

    /// Whether all nodes and vCenters of a sandbox run.
    private var isRunning: Bool {
        let provider = provider
        return lab.nodes.allSatisfy(provider.isRunning)
            && lab.vcenters.allSatisfy { provider.startTime(of: $0) != nil }
    }

    private func lookAtThisMachine() async throws -> PreflightReport {
        let (started, start) = (Date(), ContinuousClock.now)
        var problem: (reason: String, remedy: String)?
        do {
            try await provider.check(installingMissing: false)
        } catch let error as any ProviderError {
            problem = (error.reason, error.hint ?? "mend it, and look again")
        }
        return PreflightReport(
            notRunning: lab, started: started, seconds: (ContinuousClock.now - start).seconds, problem: problem)
    }

    /// How many instances of each flavor fit, by the sum and by hosts.
    public func capacity(
        limit: [String] = [], report: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> CapacityReport {
        try await withAccess { access in
            let survey = try vcenterSurvey(limit, access)
            return Judgement(limit: limit).capacity(of: lab, try await survey.servers(report: report))
        }
    }

    /// Ways to what is looked at.
    func survey(
        _ options: Survey.Options, _ access: LabAccess,
        kvm: @escaping @Sendable (String) async -> KVMState?
    ) throws -> Survey {
        if provider.makesNodes, !isRunning {
            throw NothingTouched(
                cause: DeploymentProblem(
                    what: "lab “\(lab.name)” is a sandbox that does not run: there is nothing to look at",
                    hint: "`polyvisor up \(lab.file)` starts it"))
        }
        let ways = Survey.Access(
            endpoint: { server in
                lab.vcenter(server.name).map(access.endpoint)
                    ?? VCenterEndpoint(ofESXi: server, in: lab, with: access.secrets)
            },
            node: { node, command, script in
                try await access.links.with(node) {
                    try await $0.run(command, input: .init(script.utf8), timeout: .seconds(120))
                }
            }, kvm: kvm)
        let survey = Survey(of: lab, release: release, through: ways, options: options)
        guard let unknown = survey.unknownNames.first else { return survey }
        throw NothingTouched(
            cause: DeploymentProblem(
                what: "--limit \(unknown): the lab has no such node, vCenter or cluster",
                hint: "nodes are \(lab.nodes.map(\.name).joined(separator: ", ")), vCenters "
                    + "\(lab.vcenters.map(\.name).joined(separator: ", ")), a cluster is VCENTER/CLUSTER"))
    }

    /// The first phase of `up`: errors end it, the rest is reported. Whether KVM works `up` finds out itself, later.
    ///
    /// - Returns: what nodes said of themselves; of none without preflight.
    func preflight(_ access: LabAccess) async throws -> [String: NodeFacts] {
        guard options.preflight else {
            warnOfInsecure()
            return [:]
        }
        var wanted = Survey.Options()
        wanted.maxWorkers = options.maxWorkers
        let (found, sights) = try await judged(try survey(wanted, access, kvm: { _ in nil }))
        for (_, finding) in found.findings where finding.level != .error {
            let text = "\(finding.object): expected \(finding.expected); found \(finding.found); \(finding.remedy)"
            report(finding.level == .warning ? .warning(node: nil, text) : .progress(node: nil, "note: \(text)"))
        }
        report(.progress(node: nil, "preflight: \(found.summary)"))
        let errors = found.findings.filter { $0.finding.level == .error }
        guard errors.isEmpty else {
            throw DeploymentProblem(
                what: errors.map { "\($0.finding.oneLine)\n  hint: \($0.finding.remedy)" }.joined(separator: "\n"),
                hint: "`polyvisor preflight \(lab.file)` says why each matters; --no-preflight goes on without")
        }
        let facts = sights.nodes.compactMap { sight in sight.facts.map { (sight.node.name, $0) } }
        return Dictionary(facts) { first, _ in first }
    }

    private func warnOfInsecure() {
        for vcenter in lab.vcenters where vcenter.trust == .insecure {
            report(
                .warning(
                    node: vcenter.name,
                    "its certificate is NOT verified (insecure: true): anyone between can read the password"))
        }
    }

    /// Whether a KVM guest starts on a node, as far as that can be found out without installing anything.
    private func kvmState(of node: String, _ links: NodeLinks) async -> KVMState? {
        do {
            return try await links.with(node) { link in
                guard try await link.run("command -v qemu-system-x86_64").succeeded else {
                    return .unproved("QEMU is not installed there")
                }
                switch try await KVMCheck(guest: tinyGuest()).look(over: link) {
                case .usable: return .usable
                case .unusable(let reason): return .unusable(reason)
                }
            }
        } catch {
            return .unproved("\(error)")
        }
    }
}

extension Finding {
    fileprivate var oneLine: String { "\(object): expected \(expected); found \(found)" }
}
