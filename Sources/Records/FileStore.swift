public import Foundation
import Synchronization
public import Topology

/// What is remembered of a lab, in a folder of this machine: a journal in SQLite, and files, for their owner's eyes only.
///
/// The folder is made when there is something to keep in it.
public final class FileStore: Store {
    private let state: LabState
    private let opened = Mutex<Journal?>(nil)

    /// Under `$POLYVISOR_STATE`, else under `/var/lib/polyvisor/state` for root and
    /// `$XDG_STATE_HOME/polyvisor` (`~/.local/state/polyvisor`) for others.
    public init(of lab: Lab, environment: [String: String] = ProcessInfo.processInfo.environment) {
        state = LabState(directory: StateFolder.root(environment).appendingPathComponent(lab.name))
    }

    init(_ state: LabState) { self.state = state }

    /// The journal; made if there is none.
    private func journal() throws -> Journal {
        try opened.withLock { journal in
            if let journal { return journal }
            let made = try Journal(state)
            journal = made
            return made
        }
    }

    /// The journal, if there is one.
    private func existingJournal() throws -> Journal? { try state.has(Journal.file) ? journal() : nil }

    public func claim() throws -> any Claim { try state.lock() }

    public func begin(_ kind: Run.Kind) throws -> Int64 { try journal().begin(kind) }
    public func end(_ run: Int64, _ outcome: Run.Outcome) throws { try journal().end(run, outcome) }
    public func begin(_ step: Run.Step, of run: Int64) throws -> Int64 { try journal().begin(step, of: run) }
    public func end(step: Int64, error: String?) throws { try journal().end(step: step, error: error) }
    public func runs() throws -> [Run] { try existingJournal()?.runs() ?? [] }
    public func steps(of run: Int64) throws -> [Run.Step] { try existingJournal()?.steps(of: run) ?? [] }

    public func record(_ verification: PastVerification) throws { try journal().record(verification) }
    public func lastVerification() throws -> PastVerification? { try existingJournal()?.lastVerification() }

    public func secrets(named names: [SecretName]) throws -> [SecretName: Secret] {
        var secrets = try SecretStore(state)
        return try secrets.secrets(named: names)
    }

    public func log(of command: String) throws -> RunLog { try RunLog(state, command: command) }

    public var knownHosts: String { state.path("known_hosts") }

    public func remove() throws {
        opened.withLock { $0 = nil }
        try state.remove()
    }

    public func drill() throws -> DrillRecord? {
        try state.read(Self.drill).map { try JSONDecoder().decode(DrillRecord.self, from: $0) }
    }

    public func keep(_ drill: DrillRecord) throws { try state.write(JSONEncoder().encode(drill), to: Self.drill) }

    public func eraseDrill() throws { try state.erase(Self.drill) }

    private static let drill = "drill.json"
}
