import ArgumentParser
import Deployment
import Foundation
import Topology

/// One run of a command on a lab: its lock, its log, its console.
struct Session: Sendable {
    let console: Console

    /// A deployment that tells this console what it does.
    func deployment(
        of lab: Lab, _ command: String, _ options: Deployment.Options = Deployment.Options()
    ) throws -> Deployment {
        let state = try LabState(of: lab)
        let log = try RunLog(state, command: command)
        return try Deployment(lab, state: state, log: log, options: options) { event in
            console.show(event)
            log.write("polyvisor", "\(event)")
        }
    }

    func verify(
        _ deployment: Deployment, _ result: Deployment.Result, _ reports: ReportOptions, _ output: OutputOptions
    ) async throws {}

    /// How much was changed, and what went wrong.
    func tell(_ result: Deployment.Result) {
        let outcome = result.outcome
        if outcome.succeeded {
            console.say(outcome.done.isEmpty ? "0 changed" : "\(outcome.done.count) changed")
        } else {
            console.complain(
                "\(outcome.done.count) changed, \(outcome.failures.count) failed, \(outcome.skipped.count) left out; "
                    + "run the same command again to go on")
        }
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
        } catch is CancellationError {
            throw Exit.failed
        } catch {
            self.error("\(error)")
            throw Exit.failed
        }
    }
}
