import Foundation
import MemoryStore
import Testing
import Topology

@testable import Records

/// The stores there are; all keep to the same rules.
enum StoreKind: CaseIterable, Sendable {
    case files, memory

    func make() -> any Store {
        switch self {
        case .files:
            let folder = FileManager.default.temporaryDirectory.appending(path: "polyvisor-\(UUID().uuidString)")
            return FileStore(LabState(directory: folder))
        case .memory: return MemoryStore()
        }
    }
}

@Suite("a store", .serialized)
struct StoreTests {
    @Test("lists runs, the newest first, also one that was killed in a step", arguments: StoreKind.allCases)
    func runs(_ kind: StoreKind) async throws {
        let store = kind.make()
        #expect(try await store.runs().isEmpty)
        try await store.end(try await store.begin(.up), .passed)
        let killed = try await store.begin(.up)
        let first = try await store.begin(Run.Step(phase: "files", node: "kvm1", title: "write files"), of: killed)
        try await store.end(step: first, error: "disk full")
        _ = try await store.begin(Run.Step(phase: "identity", node: nil, title: "make accounts"), of: killed)
        var runs = try await store.runs()
        #expect(
            runs.map(\.outcome) == [nil, .passed] && runs.map(\.steps) == [2, 0] && runs.map(\.failures) == [1, 0])
        #expect(runs[0].seconds == nil && runs[1].seconds != nil)
        #expect(runs[0].number == killed)
        let steps = try await store.steps(of: killed)
        #expect(steps.map(\.name) == ["kvm1: write files", "cloud: make accounts"])
        #expect(steps.map(\.phase) == ["files", "identity"] && steps.map { $0.finished != nil } == [true, false])
        runs[0].performed = steps
        let end =
            "up  not ended  -  2 steps, 1 failed\n  ✗ kvm1: write files: disk full\n  ? cloud: make accounts, not ended\n"
        #expect(runs[0].text.hasSuffix(end))
    }

    @Test("has a lab from the first run that was not refused until it was removed", arguments: StoreKind.allCases)
    func hasLab(_ kind: StoreKind) async throws {
        let store = kind.make()
        #expect(try await !store.hasLab())
        let runs: [(kind: Run.Kind, outcome: Run.Outcome?, expected: Bool)] = [
            (.down, .failed, false), (.up, .refused, false), (.up, nil, true), (.up, .failed, true),
            (.up, .refused, true), (.other("push"), .passed, true), (.down, .failed, true), (.down, nil, true),
            (.down, .passed, false), (.down, .failed, false), (.up, .passed, true),
        ]
        for (index, run) in runs.enumerated() {
            let number = try await store.begin(run.kind)
            if let outcome = run.outcome { try await store.end(number, outcome) }
            #expect(try await store.hasLab() == run.expected, "after \(index): \(run)")
        }
    }

    @Test("gives a verification only for the shape that was verified last", arguments: StoreKind.allCases)
    func verification(_ kind: StoreKind) async throws {
        let store = kind.make()
        #expect(try await store.lastVerification() == nil)
        try await store.record(PastVerification(of: "one", passed: true, report: "{}"))
        #expect(try await store.lastVerification(of: "one")?.passed == true)
        #expect(try await store.lastVerification(of: "two") == nil)
        try await store.record(PastVerification(of: "one", passed: false, report: "{}"))
        #expect(try await store.lastVerification(of: "one")?.passed == false)
    }

    @Test("makes a secret once, and gives only those that were asked for", arguments: StoreKind.allCases)
    func secrets(_ kind: StoreKind) async throws {
        let store = kind.make()
        let made = try await store.secrets(named: [.admin, .messageQueue])
        #expect(made[.admin] != made[.messageQueue] && made[.admin]?.reveal().count == 32)
        #expect(try await store.secrets(named: [.admin]) == [.admin: try #require(made[.admin])])
    }

    @Test("takes a secret that is given in place of one that it makes", arguments: StoreKind.allCases)
    func given(_ kind: StoreKind) async throws {
        let given: [(name: SecretName, source: SecretReference, what: String)] = [
            (.vcenter("a"), .command("echo PLANTED"), "password of a"), (.vcenter("b"), .generated, "password of b"),
        ]
        let secrets = try await kind.make().secrets(made: [.admin], given: given, folder: "/")
        #expect(secrets.keys.sorted() == [.admin, .vcenter("a"), .vcenter("b")])
        #expect(secrets[.vcenter("a")]?.reveal() == "PLANTED" && secrets[.vcenter("b")]?.reveal().count == 32)
    }

    @Test("is claimed by one at a time", arguments: StoreKind.allCases)
    func claim(_ kind: StoreKind) async throws {
        let store = kind.make()
        let claim = try await store.claim()
        await #expect(throws: LabBusy.self) { try await store.claim() }
        withExtendedLifetime(claim) {}
    }

    @Test("lets go of a lab with the claim", arguments: StoreKind.allCases)
    func claimEnds(_ kind: StoreKind) async throws {
        let store = kind.make()
        for _ in 0..<2 { withExtendedLifetime(try await store.claim()) {} }
    }

    @Test("keeps a drill until it is struck out", arguments: StoreKind.allCases)
    func drill(_ kind: StoreKind) async throws {
        let store = kind.make()
        #expect(try await store.drill() == nil)
        var drill = DrillRecord(run: "3f9a1c20", owner: ProcessOwner.current().text, drill: "compute-failure")
        (drill.node, drill.unit) = ("kvm1", "nova-compute.service")
        try await store.keep(drill)
        #expect(try await store.drill() == drill)
        try await store.eraseDrill()
        try await store.eraseDrill()
        #expect(try await store.drill() == nil)
    }

    @Test("forgets everything, and can be used again", arguments: StoreKind.allCases)
    func remove(_ kind: StoreKind) async throws {
        let store = kind.make()
        try await store.end(try await store.begin(.up), .passed)
        let secret = try await store.secrets(named: [.admin])
        try await store.remove()
        try await store.remove()
        #expect(try await store.runs().isEmpty)
        #expect(try await !store.hasLab())
        #expect(try await store.secrets(named: [.admin]) != secret)
    }

    @Test("of files leaves no trace of who only looks")
    func looks() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "polyvisor-\(UUID().uuidString)")
        let store = FileStore(LabState(directory: folder))
        #expect(try await !store.hasLab())
        #expect(try store.lastVerification() == nil && store.drill() == nil && store.steps(of: 1).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }
}
