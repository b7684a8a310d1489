import Foundation
public import Records
public import Topology

extension Deployment {
    /// Whether this user can do anything with the lab here; looks only, and makes no folder.
    ///
    /// - Throws: `NothingTouched` when the lab is a sandbox and we are not root.
    public static func checkRights(to lab: Lab) throws {
        guard let missing = provider(of: lab).missingRight else { return }
        throw NothingTouched(cause: DeploymentProblem(what: "lab “\(lab.name)” \(missing.what)", hint: missing.hint))
    }

    /// Whether there is a lab to look at or to log in to; looks only, and makes no folder.
    ///
    /// - Throws: `NothingTouched` when `up` never began here, or `down` ended it.
    public static func checkExists(_ lab: Lab, in store: any Store) async throws {
        if try await store.hasLab() { return }
        throw NothingTouched(
            cause: DeploymentProblem(
                what: "there is no lab “\(lab.name)” here", hint: "`polyvisor up \(lab.file)` brings it up"))
    }

    /// Whether the nodes of a sandbox run, as they do not after this machine was started anew.
    ///
    /// - Throws: `NothingTouched` that names those that do not.
    public func checkRunning() throws {
        let provider = provider
        let stopped = lab.nodes.filter { !provider.isRunning($0) }.map(\.name)
        guard !stopped.isEmpty else { return }
        throw NothingTouched(
            cause: DeploymentProblem(
                what: "these nodes of lab “\(lab.name)” do not run: \(stopped.joined(separator: ", "))",
                hint: "`polyvisor up \(lab.file)` starts them"))
    }

    /// The runs that changed the lab, the newest first.
    ///
    /// - Parameter number: only this one, with its steps.
    public func history(run number: Int64? = nil) async throws -> [Run] {
        let runs = try await store.runs()
        guard let number else { return runs }
        guard var run = runs.first(where: { $0.number == number }) else {
            throw NothingTouched(
                cause: DeploymentProblem(
                    what: "lab “\(lab.name)” has no run \(number)", hint: "`polyvisor history \(lab.file)` lists them"))
        }
        run.performed = try await store.steps(of: number)
        return [run]
    }
}
