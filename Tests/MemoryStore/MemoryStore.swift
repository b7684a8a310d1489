public import Records
import Synchronization
public import Topology

import struct Foundation.Date

/// What is remembered of a lab as long as a test runs. It keeps to the same rules as the store of files, with nothing on
/// disk.
public final class MemoryStore: Store {
    private let content = Mutex(Content())

    public init() {}

    private struct Content {
        var runs: [Run] = []
        var steps: [(run: Int64, step: Run.Step)] = []
        var verifications: [PastVerification] = []
        var secrets: [SecretName: Secret] = [:]
        var drill: DrillRecord?
        var isClaimed = false
    }

    public func claim() throws -> any Claim {
        try content.withLock { content in
            guard !content.isClaimed else { throw LabBusy(holding: "this store") }
            content.isClaimed = true
        }
        return Holder(self)
    }

    private final class Holder: Claim {
        private let store: MemoryStore
        init(_ store: MemoryStore) { self.store = store }
        deinit { store.content.withLock { $0.isClaimed = false } }
    }

    public func begin(_ kind: Run.Kind) -> Int64 {
        content.withLock { content in
            let number = Int64(content.runs.count + 1)
            content.runs.append(Run(number: number, kind: kind, started: Date()))
            return number
        }
    }

    public func end(_ run: Int64, _ outcome: Run.Outcome) {
        content.withLock { content in
            let index = Int(run) - 1
            content.runs[index].seconds = Date().timeIntervalSince(content.runs[index].started)
            content.runs[index].outcome = outcome
        }
    }

    public func begin(_ step: Run.Step, of run: Int64) -> Int64 {
        content.withLock { content in
            content.steps.append((run, step))
            return Int64(content.steps.count)
        }
    }

    public func end(step: Int64, error: String?) {
        content.withLock { content in
            content.steps[Int(step) - 1].step.finished = Date()
            content.steps[Int(step) - 1].step.error = error
        }
    }

    public func runs() -> [Run] {
        content.withLock { content in
            content.runs.reversed().map { run in
                var run = run
                let own = content.steps.filter { $0.run == run.number }
                (run.steps, run.failures) = (own.count, own.count { $0.step.error != nil })
                return run
            }
        }
    }

    public func steps(of run: Int64) -> [Run.Step] {
        content.withLock { $0.steps.filter { $0.run == run }.map(\.step) }
    }

    public func record(_ verification: PastVerification) { content.withLock { $0.verifications.append(verification) } }
    public func lastVerification() -> PastVerification? { content.withLock { $0.verifications.last } }

    public func secrets(named names: [SecretName]) -> [SecretName: Secret] {
        content.withLock { content in
            for name in names where content.secrets[name] == nil { content.secrets[name] = .generated() }
            return content.secrets.filter { names.contains($0.key) }
        }
    }

    public func log(of command: String) -> RunLog { RunLog() }
    public var knownHosts: String { "/dev/null" }
    public func remove() { content.withLock { $0 = Content(isClaimed: $0.isClaimed) } }

    public func drill() -> DrillRecord? { content.withLock { $0.drill } }
    public func keep(_ drill: DrillRecord) { content.withLock { $0.drill = drill } }
    public func eraseDrill() { content.withLock { $0.drill = nil } }
}
