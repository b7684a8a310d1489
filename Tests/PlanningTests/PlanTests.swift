import Facts
import Foundation
import LabViews
import Release
import Testing

@testable import Planning
@testable import Rendering
@testable import Topology

@Suite("the plan")
struct PlanTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    @Test("of prepared nodes is the same as the golden file", arguments: ["sandbox", "mixed-lab"])
    func fresh(_ name: String) throws { try golden("fresh-\(name)", try Views.fresh(name).plan()) }

    @Test("of nodes without packages is the same as the golden file")
    func bare() throws {
        var view = try Views.bare()
        view.keepsLayers = true
        try golden("bare-sandbox", view.preparation())
    }

    @Test("of a lab with a known defect is the same as the golden file")
    func defects() throws { try golden("defective-sandbox", try Views.defective().plan()) }

    private func golden(_ name: String, _ plan: Plan) throws {
        let golden = Self.folder.appending(path: "Golden/\(name).txt")
        let text = plan.description
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try text.write(to: golden, atomically: true, encoding: .utf8)
        }
        #expect(text == (try String(contentsOf: golden, encoding: .utf8)))
    }

    @Test("of a finished lab is empty", arguments: ["sandbox", "mixed-lab"])
    func noop(_ name: String) throws {
        let plan = try Views.finished(name).plan()
        #expect(plan.isEmpty, "\(plan.description)")
    }

    @Test("has in some golden file a step of every phase")
    func everyPhase() throws {
        let folder = Self.folder.appending(path: "Golden")
        let texts = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .map { try String(contentsOf: $0, encoding: .utf8) }
        for phase in Phase.allCases {
            #expect(texts.contains { "\n\($0)".contains("\n\(phase.rawValue)\n") }, "\(phase)")
        }
    }

    @Test("can be kept and read again, and is then the same", arguments: ["sandbox", "mixed-lab"])
    func kept(_ name: String) throws {
        var view = try Views.withImageCaches()
        if name != "sandbox" { view = try Views.fresh(name) }
        for plan in [view.plan(), try Views.bare(name).preparation(), try Views.defective().plan()] {
            let text = try JSONEncoder().encode(plan)
            #expect(try JSONDecoder().decode(Plan.self, from: text) == plan)
        }
    }

    @Test("shows node, title and reason of each step to programs")
    func json() throws {
        let text = try JSONEncoder().encode(try Views.fresh().plan())
        let steps = try #require(try JSONSerialization.jsonObject(with: text) as? [[String: Any]])
        let first = try #require(steps.first)
        #expect(first["phase"] as? String == "files" && first["node"] as? String == "controller")
        #expect(first["title"] as? String == "write files")
        #expect((first["reason"] as? String)?.hasPrefix("/etc/default/nova-consoleproxy") == true)
    }

    @Test("names only steps that exist or are done, and has no circle")
    func order() throws {
        var progress = PlanProgress(try Views.fresh().plan())
        var done = 0
        while true {
            let ready = progress.takeReady()
            if ready.isEmpty { break }
            done += ready.count
            for step in ready { progress.end(step, failed: false) }
        }
        #expect(done == (try Views.fresh().plan().steps.count))
        #expect(progress.neverReady.isEmpty)
    }

    @Test("writes a file that differs and restarts only what reads it")
    func oneDiffers() throws {
        var view = try Views.finished()
        let index = try #require(view.nodes.firstIndex { $0.name == "kvm1" })
        view.nodes[index].facts.files["/etc/nova/nova.conf"]?.digest = "another"
        #expect(view.plan().steps.map(\.id) == ["kvm1/write files", "kvm1/start nova-compute"])
    }

    @Test("restarts what started before its file changed: the run was killed between the two")
    func killedBetween() throws {
        var view = try Views.finished()
        let index = try #require(view.nodes.firstIndex { $0.name == "controller" })
        view.nodes[index].facts.files["/etc/glance/glance-api.conf"]?.changed = 300
        let steps = view.plan().steps
        #expect(steps.map(\.id) == ["controller/start the APIs"])
        #expect(steps.first?.reason == "glance-api: its configuration is newer than it")
    }

    @Test("migrates a service anew when its package is of another version or its database is gone")
    func migrations() throws {
        var view = try Views.finished()
        let index = try #require(view.nodes.firstIndex { $0.name == "controller" })
        view.nodes[index].facts.packages["glance-api"] = "2.0-1"
        #expect(view.plan().steps.map(\.id) == ["controller/migrate glance"])
        view = try Views.finished()
        view.nodes[index].facts.databases.remove("nova_cell0")
        #expect(
            view.plan().steps.map(\.id) == ["controller/make databases and their accounts", "controller/migrate nova"])
    }

    @Test("starts a service that stopped, and stops one that must not run")
    func units() throws {
        var view = try Views.finished()
        let index = try #require(view.nodes.firstIndex { $0.name == "vmware1" })
        view.nodes[index].facts.units["nova-compute"] = .init(active: "active", enabled: "enabled", started: 1)
        view.nodes[index].facts.units["polyvisor-nova-compute@cluster_b"]?.active = "failed"
        #expect(
            view.plan().steps.map(\.id) == ["vmware1/stop units that are not wanted", "vmware1/start nova-compute"])
        guard case .units(let change) = view.plan().steps[1].action else { throw Unexpected() }
        #expect(change.restart == ["polyvisor-nova-compute@cluster_b"])
    }

    @Test("restarts nova-compute when its simulated vCenter was started after it")
    func restartedVCenter() throws {
        var view = try Views.finished()
        let index = try #require(view.nodes.firstIndex { $0.name == "vmware1" })
        let unit = "polyvisor-nova-compute@cluster_a"
        view.nodes[index].startAfter = [unit: 150]
        #expect(view.plan().isEmpty)
        view.nodes[index].startAfter = [unit: 250]
        #expect(view.plan().steps.map(\.reason) == ["\(unit): its vCenter was started anew"])
    }

    @Test("starts the agents of a network node that is nothing else, once Neutron listens")
    func networkNode() throws {
        var view = try Views.finished()
        let index = try #require(view.nodes.firstIndex { $0.name == "vmware1" })
        (view.lab.nodes[index].roles, view.lab.nodes[index].hypervisor) = ([.network], nil)
        let release = try Release(named: view.lab.release)
        view.nodes[index].setup = release.setup(of: view.lab.nodes[index], in: view.lab)
        let steps = view.plan().steps
        let agents = try #require(steps.first { $0.goal == .running(.networkAgents, on: "vmware1") })
        #expect(agents.after.contains(.neutronListens(on: "controller")))
        #expect(steps.contains { $0.goal == .neutronListens(on: "controller") })
    }

    @Test("tells a file with a secret from another one, without a digest by which the secret could be tried")
    func seal() throws {
        let view = try Views.fresh()
        let (other, file) = (Seal([.admin: Secret("other")]), RenderedFile(path: "/a", contents: "b", isSecret: true))
        #expect(view.seal.digest(of: file) == view.seal.digest(of: file))
        #expect(view.seal.digest(of: file) != other.digest(of: file) && view.seal.digest(of: file) != file.digest)
        let open = RenderedFile(path: "/a", contents: "b")
        #expect(view.seal.digest(of: open) == open.digest)
    }

    @Test("makes what the cloud lacks, and leaves what it has besides")
    func cloud() throws {
        var view = try Views.finished()
        view.cloud?.images["tiny-qcow2"]?.digest = "old"
        view.cloud?.flavors = []
        view.cloud?.identity.users.insert("somebody")
        view.cloud?.aggregates["theirs"] = ["other"]
        #expect(view.plan().steps.map(\.id) == ["cloud/make flavor tiny", "cloud/upload image tiny-qcow2"])
    }

    @Test("makes aggregates of the topology's own, and mends properties and extra specs that differ")
    func aggregates() throws {
        var view = try Views.finished()
        view.lab.aggregates = [
            Aggregate(
                name: "fast", members: [.node("kvm1")], properties: [Setting(name: "disk", value: "ssd")],
                mark: view.lab.releaseMark)
        ]
        view.lab.flavors[0].extraSpecs = [Setting(name: "aggregate_instance_extra_specs:disk", value: "ssd")]
        let made = ["cloud/make flavor tiny", "cloud/make aggregate fast"]
        #expect(view.plan().steps.map(\.id) == made)
        view.cloud?.aggregates["fast"] = ["kvm1"]
        view.cloud?.aggregateProperties["fast"] = ["disk": "hdd"]
        #expect(view.plan().steps.map(\.id) == made)
        view.cloud?.aggregateProperties["fast"] = ["disk": "ssd"]
        view.cloud?.extraSpecs["tiny"] = ["aggregate_instance_extra_specs:disk": "ssd"]
        #expect(view.plan().isEmpty)
    }

    @Test("installs packages only where some are missing, and keeps them as a layer only in a sandbox")
    func packages() throws {
        var view = try Views.finished()
        view.keepsLayers = true
        #expect(view.preparation().isEmpty)
        let index = try #require(view.nodes.firstIndex { $0.name == "kvm1" })
        view.nodes[index].facts.packages["qemu-utils"] = nil
        #expect(
            view.preparation().steps.map(\.id) == [
                "kvm1/install packages", "kvm1/keep the layer",
            ])
        view.keepsLayers = false
        #expect(view.preparation().steps.map(\.id) == ["kvm1/install packages"])
        view.keepsLayers = true
        // A layer of a configured node would carry its passwords and databases into other labs.
        view.nodes[index].facts.files["/var/lib/polyvisor/originals"] = .init(
            digest: "", mode: 0o700, owner: "root", group: "root", changed: 100)
        #expect(view.preparation().steps.map(\.id) == ["kvm1/install packages"])
    }

    @Test("keeps no layer of a node whose folder of instances is shared")
    func sharedInstances() throws {
        var view = try Views.bare()
        view.keepsLayers = true
        func kept() -> [String?] {
            view.preparation().steps.filter { $0.title == "keep the layer" }.map(\.node)
        }
        #expect(kept().contains("kvm1"))
        view.lab.sharesInstancesPath = true
        #expect(!kept().contains("kvm1") && kept().contains("controller"))
    }

    @Test("starts Nova's SSH before nova-compute, and asks nothing of a finished lab")
    func novaSSH() throws {
        let fresh = try Views.fresh("sandbox-moves").plan().steps
        let compute = try #require(fresh.first { $0.id == "kvm2/start nova-compute" })
        #expect(compute.after.contains(.running(.novaSSH, on: "kvm2")))
        #expect(
            fresh.contains { $0.id == "kvm2/start Nova's SSH" }
                && !fresh.contains { $0.id == "controller/start Nova's SSH" })
        #expect(try Views.finished("sandbox-moves").plan().isEmpty)
    }

    @Test("shows no secret, however it is printed")
    func secrets() throws {
        let view = try Views.fresh()
        let plan = view.plan()
        var dumped = ""
        dump(plan, to: &dumped)
        for text in [plan.description, "\(plan)", String(reflecting: plan), "\(plan.steps)", dumped] {
            #expect(!text.contains("PLANTED"))
        }
    }
}

struct Unexpected: Error {}
