import Access
import ArgumentParser
import Deployment
import Diagram
import Foundation
import Preflight
import Records
import Topology
import Verification

/// One run of a command on a lab: its lock, its log, its console.
struct Session: Sendable {
    let console: Console

    /// A deployment that tells this console what it does.
    func deployment(
        of lab: Lab, _ command: String, _ options: Deployment.Options = Deployment.Options()
    ) throws -> Deployment {
        try Deployment.checkRights(to: lab)
        let store = lab.store
        let log = try store.log(of: command)
        return try Deployment(lab, store: store, log: log, options: options) { event in
            console.show(event)
            log.write("polyvisor", "\(event)")
        }
    }

    /// The same for a command that has to find a lab.
    func existing(_ lab: Lab, _ command: String) async throws -> Deployment {
        try Deployment.checkRights(to: lab)
        try await Deployment.checkExists(lab, in: lab.store)
        return try deployment(of: lab, command)
    }

    /// The same for a command that needs the lab's vCenters alone: those of existing machines are there whether or not
    /// Polyvisor brought up anything.
    func withVCenters(_ lab: Lab, _ command: String) async throws -> Deployment {
        try lab.provider == .sandbox ? await existing(lab, command) : deployment(of: lab, command)
    }

    /// Verifies a lab and reports; what failed becomes exit code 1.
    ///
    /// - Parameter digest: the lab's shape, under which the journal keeps the result.
    func verify(
        _ deployment: Deployment, digest: String?, _ reports: ReportOptions, _ output: OutputOptions
    ) async throws {
        let report = try await deployment.withAccess { access in
            let ways = access.forVerification(of: deployment.lab)
            return await Verification(of: deployment.lab, through: ways, options: reports.options).run { event in
                deployment.note("\(event)")
                console.show(event)
            }
        }
        let capacity = await capacity(deployment, for: reports)
        let json = try tell(report, reports, output, picture: Diagram(deployment.lab), capacity: capacity)
        if let digest {
            let passed = [0, 3].contains(report.exitCode)
            try await deployment.record(verificationOf: digest, passed: passed, report: json)
        }
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
    }

    /// How much fits on the lab's vSphere, for a page that was asked for; what cannot be learned is left out of it.
    func capacity(_ deployment: Deployment, for reports: ReportOptions) async -> CapacityReport? {
        guard reports.html != nil, !deployment.lab.vcenters.isEmpty else { return nil }
        do {
            return try await deployment.capacity()
        } catch {
            console.warn("the page has no chart of the room on vSphere: \(error)")
            return nil
        }
    }

    /// Prints a report and writes the files that were asked for. Returns it in JSON.
    @discardableResult
    func tell(
        _ report: VerificationReport, _ reports: ReportOptions, _ output: OutputOptions, picture: Diagram? = nil,
        capacity: CapacityReport? = nil
    ) throws -> String {
        try reports.write(report, picture, capacity)
        let json = String(decoding: try report.json(), as: UTF8.self)
        try console.print(output.json ? json : report.table(colours: console.coloursOnOutput))
        return json
    }

    /// Verifies what `up` brought up, unless nothing was changed since the lab last passed.
    func verify(
        _ deployment: Deployment, _ result: Deployment.Result, _ reports: ReportOptions, _ output: OutputOptions
    ) async throws {
        if result.outcome.done.isEmpty, let passed = try await deployment.lastPassed(result.digest) {
            let time = passed.finished.formatted(.iso8601)
            let text = "0 changed; every hypervisor passed at \(time) (`polyvisor verify` boots again)"
            try console.print(output.json ? passed.report : text)
            return
        }
        try await verify(deployment, digest: result.digest, reports, output)
    }

    /// How much was changed, and what went wrong.
    func tell(_ result: Deployment.Result) {
        let outcome = result.outcome
        if !result.phases.isEmpty {
            let times = result.phases.map { "\($0.phase.rawValue) \(String(format: "%.1f s", $0.seconds))" }
            console.say("phases, some side by side: \(times.joined(separator: ", "))")
        }
        if outcome.succeeded {
            console.say(outcome.done.isEmpty ? "0 changed" : "\(outcome.done.count) changed")
        } else if outcome.cancelled {
            console.complain("stopped; \(outcome.done.count) changed; run the same command again to go on")
        } else {
            console.complain(
                "\(outcome.done.count) changed, \(outcome.failures.count) failed, \(outcome.skipped.count) left out; "
                    + "run the same command again to go on")
        }
    }
}

extension LabAccess {
    /// The same ways, as verification takes them.
    func forVerification(of lab: Lab) -> Verification.Access {
        Verification.Access(
            cloud: cloud, images: Verification.Images(of: lab), endpoint: { endpoint(of: $0) },
            node: { try await run($1, on: $0) })
    }
}

extension Console {
    /// Runs a command's work; what it throws becomes a message and exit code 1. Ctrl-C stops it between steps.
    func run(_ work: @escaping @Sendable (Session) async throws -> Void) async throws {
        let task = Task { try await work(Session(console: self)) }
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        signal(SIGINT, SIG_IGN)
        source.setEventHandler {
            self.complain("\nstopping; run the same command again to go on (Ctrl-C once more ends at once)")
            signal(SIGINT, SIG_DFL)
            task.cancel()
        }
        source.resume()
        defer { source.cancel() }
        do {
            try await task.value
        } catch let code as ExitCode {
            throw code
        } catch let error as NothingTouched {
            self.error("\(error)\nnothing was changed")
            throw Exit.wrongInput
        } catch let error as SecretProblem {
            self.error("\(error)")
            throw Exit.wrongInput
        } catch let error as CloudConfig.Problem {
            self.error("\(error)")
            throw Exit.wrongInput
        } catch let problems as TopologyProblems {
            complain("\(problems)")
            throw Exit.wrongInput
        } catch is CancellationError {
            throw Exit.failed
        } catch {
            self.error("\(error)")
            throw Exit.failed
        }
    }
}
