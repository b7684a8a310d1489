import Foundation
import Testing

@testable import Deployment
@testable import Topology

@Suite("the plan")
struct PlanTests {
    @Test("of prepared nodes is the same as the golden file", arguments: ["sandbox", "mixed-lab"])
    func fresh(_ name: String) throws {
        let golden = Views.folder.appending(path: "Golden/fresh-\(name).txt")
        let text = try Views.fresh(name).plan().description
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
        #expect(view.preparation(preseed: "", keepingLayers: true).isEmpty)
        let index = try #require(view.nodes.firstIndex { $0.name == "kvm1" })
        view.nodes[index].facts.packages["qemu-utils"] = nil
        #expect(
            view.preparation(preseed: "", keepingLayers: true).steps.map(\.id) == [
                "kvm1/install packages", "kvm1/keep the layer",
            ])
        #expect(
            view.preparation(preseed: "", keepingLayers: false).steps.map(\.id) == ["kvm1/install packages"])
        // A layer of a configured node would carry its passwords and databases into other labs.
        view.nodes[index].facts.files["/var/lib/polyvisor/originals"] = .init(
            digest: "", mode: 0o700, owner: "root", group: "root", changed: 100)
        #expect(view.preparation(preseed: "", keepingLayers: true).steps.map(\.id) == ["kvm1/install packages"])
    }

    @Test("keeps no layer of a node whose folder of instances is shared")
    func sharedInstances() throws {
        var view = try Views.fresh()
        for index in view.nodes.indices { view.nodes[index].facts.packages = [:] }
        func kept() -> [String?] {
            view.preparation(preseed: "", keepingLayers: true).steps.filter { $0.title == "keep the layer" }.map(\.node)
        }
        #expect(kept().contains("kvm1"))
        view.lab.sharesInstancesPath = true
        #expect(!kept().contains("kvm1") && kept().contains("controller"))
    }

    @Test("starts Nova's SSH before nova-compute, and asks nothing of a finished lab")
    func novaSSH() throws {
        let fresh = try Views.fresh("sandbox-moves").plan().steps
        let compute = try #require(fresh.first { $0.id == "kvm2/start nova-compute" })
        #expect(compute.after.contains("kvm2/start Nova's SSH"))
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
