public import Topology

/// What is remembered of one lab: who works on it, what was done, its secrets, and what a drill has stopped.
///
/// `FileStore` keeps it on this machine. Nothing outside of this room knows where or how it is kept.
public protocol Store: DrillBook {
    /// Takes the lab for this process; the claim goes with the value or with the process, whichever ends first.
    ///
    /// - Throws: `LabBusy` when another one has it.
    func claim() async throws -> any Claim

    /// Begins a run and gives its number.
    func begin(_ kind: Run.Kind) async throws -> Int64
    func end(_ run: Int64, _ outcome: Run.Outcome) async throws
    /// Writes down that a step begins, and gives its number.
    func begin(_ step: Run.Step, of run: Int64) async throws -> Int64
    /// - Parameter error: why it failed, in the words that the user saw.
    func end(step: Int64, error: String?) async throws

    /// The runs that changed the lab, the newest first. Looks only: where nothing was remembered, there are none.
    func runs() async throws -> [Run]
    /// What a run did, in the order in which its steps began.
    func steps(of run: Int64) async throws -> [Run.Step]

    func record(_ verification: PastVerification) async throws
    /// The newest one.
    func lastVerification() async throws -> PastVerification?

    /// The secrets with these names; the missing ones are made and kept before they are handed out.
    ///
    /// Two that make secrets at the same time, such as `render` beside `up`, get the same ones.
    func secrets(named names: [SecretName]) async throws -> [SecretName: Secret]

    /// Begins the log of a command.
    func log(of command: String) throws -> RunLog

    /// The file in which host keys stand that were accepted for this lab; the user's own file is never written.
    var knownHosts: String { get }

    /// Forgets everything.
    func remove() async throws
}

/// One process at a time changes a lab: it does so while it holds this.
public protocol Claim: AnyObject, Sendable {}

/// Where a drill is written down while it is under way, for a later run to take it back.
public protocol DrillBook: Sendable {
    /// The drill that is under way, or that a killed run has left.
    func drill() async throws -> DrillRecord?
    /// Writes a drill down, before it stops anything.
    func keep(_ drill: DrillRecord) async throws
    /// Strikes the drill out, once all runs again.
    func eraseDrill() async throws
}

extension Store {
    /// Whether there is a lab: `up` has begun, and no `down` after it has ended well. Looks only.
    public func hasLab() async throws -> Bool {
        let runs = try await runs().filter { $0.outcome != .refused }
        return runs.first { $0.kind != .down || $0.outcome == .passed }.map { $0.kind != .down } ?? false
    }

    /// The newest verification, if it was of the lab in this shape.
    public func lastVerification(of digest: String) async throws -> PastVerification? {
        try await lastVerification().flatMap { $0.digest == digest ? $0 : nil }
    }

    /// Secrets that Polyvisor makes, and those that a topology refers to.
    ///
    /// - Parameters:
    ///   - made: names of those that are made here.
    ///   - given: those with a source, and what to call each in an error.
    ///   - folder: the topology's own, to which paths are relative.
    public func secrets(
        made: [SecretName], given: [(name: SecretName, source: SecretReference, what: String)], folder: String
    ) async throws -> [SecretName: Secret] {
        var resolved: [SecretName: Secret] = [:]
        for (name, source, what) in given {
            resolved[name] = try source.resolve(for: what, relativeTo: folder)
        }
        let names = made + given.map(\.name).filter { resolved[$0] == nil }
        return try await secrets(named: names).merging(resolved) { $1 }
    }
}
