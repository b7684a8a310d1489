import Facts
import Foundation
import LabViews
import Planning
import SeededGenerator
import Testing

/// Labs of which anything may be missing or out of date: whatever the plan holds, its steps wait for each other.
@Suite("the order of a plan")
struct PlanOrderTests {
    /// A lab of which about every tenth thing is not as it should be, the same for each number.
    static func damaged(_ seed: UInt64) throws -> LabView {
        var numbers = SeededGenerator(seed)
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
        let held = Set(plan.steps.map(\.goal))
        for step in plan.steps {
            let before = Self.all(before: step, in: plan)
            for needed in Self.needs(of: step) where held.contains(needed) && needed != step.goal {
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
    private static func needs(of step: Step) -> [Goal] {
        let servers: [Goal] = [.running(.database, on: "controller"), .running(.messageQueue, on: "controller")]
        let identity = servers + [.running(.identity, on: "controller"), .catalogue]
        let apis = identity + [.running(.apis, on: "controller")]
        let files = step.node.map { [Goal.files(on: $0), .repairs(on: $0)] } ?? []
        switch (step.action, step.phase) {
        case (.units, .files), (.write, _): return []
        case (.units, .controlPlane): return files + identity
        case (.units, .compute) where step.goal != .running(.libvirt, on: step.node ?? ""): return files + apis
        case (.units, _): return files
        case (.migrate, _): return files + [servers[0], .databases(on: "controller")]
        case (.makeDatabases, _): return [servers[0]]
        case (.makeQueueAccount, _): return [servers[1]]
        case (.cloud, .identity): return [.running(.identity, on: "controller"), servers[0]]
        case (.awaitNeutron, _): return apis
        case (.discoverHosts, _): return apis + [.computeServicesUp]
        case (.cloud, _): return apis
        default: return []
        }
    }

    /// Everything that has ended when a step begins.
    private static func all(before step: Step, in plan: Plan) -> Set<Goal> {
        let steps = Dictionary(uniqueKeysWithValues: plan.steps.map { ($0.goal, $0) })
        var found: Set<Goal> = []
        var next = step.after
        while let goal = next.popLast() {
            guard let step = steps[goal], found.insert(goal).inserted else { continue }
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
            #expect(started.sorted() == node.setup.services.start.sorted(), "on \(node.name)")
        }
    }
}

extension SeededGenerator {
    /// One time in ten.
    fileprivate var isHit: Bool {
        mutating get { Int.random(in: 0..<10, using: &self) == 0 }
    }
}

extension NodeFacts {
    fileprivate mutating func damage(_ numbers: inout SeededGenerator) {
        for path in files.keys.sorted() where numbers.isHit { files[path]?.digest = "another" }
        for unit in units.keys.sorted() where numbers.isHit { units[unit]?.active = "failed" }
        for stamp in stamps.keys.sorted() where numbers.isHit { stamps[stamp] = "old" }
        for database in databases.sorted() where numbers.isHit { databases.remove(database) }
    }
}
