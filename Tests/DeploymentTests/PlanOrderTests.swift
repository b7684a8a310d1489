import Foundation
import Testing

@testable import Deployment

/// Labs of which anything may be missing or out of date: whatever the plan holds, its steps wait for each other.
@Suite("the order of a plan")
struct PlanOrderTests {
    /// A lab of which about every tenth thing is not as it should be, the same for each number.
    static func damaged(_ seed: UInt64) throws -> LabView {
        var numbers = Numbers(state: seed)
        var view = try Views.finished(seed.isMultiple(of: 2) ? "sandbox" : "mixed-lab")
        for index in view.nodes.indices { view.nodes[index].facts.damage(&numbers) }
        if numbers.isHit { view.cloud = nil }
        if numbers.isHit { view.cloud?.computeHosts = [] }
        if numbers.isHit { view.cloud?.aggregates = [:] }
        if numbers.isHit { view.cloud?.identity = IdentityFacts() }
        return view
    }

    @Test("services restart after their files, migrations find their database, calls their API", arguments: 1...60)
    func waits(seed: UInt64) throws {
        let plan = try Self.damaged(seed).plan()
        let held = Set(plan.steps.map(\.id))
        for step in plan.steps {
            let before = Self.all(before: step, in: plan)
            for needed in Self.needs(of: step) where held.contains(needed) && needed != step.id {
                #expect(before.contains(needed), "\(step.id) does not wait for \(needed)")
            }
        }
    }

    @Test("every step comes to its turn", arguments: 1...60)
    func noCircle(seed: UInt64) throws {
        let plan = try Self.damaged(seed).plan()
        var progress = PlanProgress(plan)
        var turns: [String] = []
        while case let ready = progress.takeReady(), !ready.isEmpty {
            turns += ready.map(\.id)
            for step in ready { progress.end(step, failed: false) }
        }
        #expect(Set(turns).count == turns.count)
        #expect(turns.sorted() == plan.steps.map(\.id).sorted())
    }

    /// What must not still be going on when a step begins.
    private static func needs(of step: Step) -> [String] {
        let servers = ["controller/start MariaDB", "controller/start RabbitMQ and memcached"]
        let apis = servers + ["controller/start Keystone", "cloud/make users and the catalogue"]
        switch (step.action, step.phase) {
        case (.units, .files), (.write, _): return []
        case (.units, .controlPlane): return ["controller/write files"] + apis
        case (.units, .compute) where step.title != "start libvirt":
            return ["\(step.node ?? "")/write files", "controller/start the APIs"] + apis
        case (.units, _): return ["\(step.node ?? "")/write files"]
        case (.run, .databases): return ["controller/write files", servers[0]]
        case (.cloud, .identity): return ["controller/start Keystone", servers[0]]
        case (.cloud, _): return apis + ["controller/start the APIs"]
        default: return []
        }
    }

    /// Everything that has ended when a step begins.
    private static func all(before step: Step, in plan: Plan) -> Set<String> {
        let steps = Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.id, $0) })
        var found: Set<String> = []
        var next = step.after
        while let id = next.popLast() {
            guard let step = steps[id], found.insert(id).inserted else { continue }
            next += step.after
        }
        return found
    }

    @Test("every unit that should run is started by some step", arguments: ["sandbox", "mixed-lab"])
    func everyUnit(_ name: String) throws {
        let view = try Views.fresh(name)
        for node in view.nodes {
            let started = view.plan().steps.filter { $0.node == node.name }.flatMap { step -> [String] in
                guard case .units(let change) = step.action else { return [] }
                return change.restart
            }
            #expect(started.sorted() == node.services.start.sorted(), "on \(node.name)")
        }
    }
}

/// Numbers that are the same each time: SplitMix64 (Steele, Lea and Flood 2014).
struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// One time in ten.
    var isHit: Bool {
        mutating get { Int.random(in: 0..<10, using: &self) == 0 }
    }
}

extension NodeFacts {
    fileprivate mutating func damage(_ numbers: inout Numbers) {
        for path in files.keys.sorted() where numbers.isHit { files[path]?.digest = "another" }
        for unit in units.keys.sorted() where numbers.isHit { units[unit]?.active = "failed" }
        for stamp in stamps.keys.sorted() where numbers.isHit { stamps[stamp] = "old" }
        for database in databases.sorted() where numbers.isHit { databases.remove(database) }
    }
}
