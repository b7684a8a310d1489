import Release
import Testing

@testable import Rendering
@testable import Topology

@Suite("scheduling")
struct SchedulingTests {
    private func weighed(_ lab: Lab, _ pairs: [(String, String)]) -> Lab {
        var lab = lab
        lab.scheduling.weights = pairs.map { .init(weigher: $0, multiplier: $1, mark: Mark(line: 7, column: 3)) }
        return lab
    }

    private func nova(_ lab: Lab) throws -> INIDocument {
        let files = try Release(named: lab.release).era == .legacy ? Legacy.render(lab) : Labs.files(lab)
        return try INIDocument(files.files(of: "controller").first { $0.path == "/etc/nova/nova.conf" }?.contents ?? "")
    }

    @Test("has the topology's weights, where the release looks for them", arguments: Release.names)
    func weights(_ release: String) throws {
        let isLegacy = try Release(named: release).era == .legacy
        var lab = try Labs.named(isLegacy ? "legacy-juno-vlan" : "controller-and-computes")
        (lab.release, lab.overrides) = (release, [])
        let document = try nova(weighed(lab, [("ram", "-1.0")]))
        #expect(document.values(isLegacy ? "DEFAULT" : "filter_scheduler", "ram_weight_multiplier") == ["-1.0"])
        guard release != "havana" else { return }
        #expect(try nova(weighed(lab, [("metrics", "2.0")])).values("metrics", "weight_multiplier") == ["2.0"])
    }

    @Test("refuses a weigher that the release has not, at its place")
    func unknownWeigher() throws {
        var lab = try Labs.named("controller-and-computes")
        for (release, weigher) in [("2023.1", "num_instances"), ("zed", "rma")] {
            lab.release = release
            let problems = try Labs.fileProblems(weighed(lab, [(weigher, "1.0")]))
            #expect(problems.count == 1)
            #expect(problems[0].what.hasPrefix("Nova of \(release) has no weigher \(weigher): "))
            #expect(problems[0].place == .topology(file: lab.file, Mark(line: 7, column: 3)))
        }
        lab.release = "2023.2"
        #expect(try Labs.fileProblems(weighed(lab, [("num_instances", "1.0")])).isEmpty)
        let juno = weighed(try Labs.named("legacy-juno-vlan"), [("io_ops", "-1.0")])
        #expect(try Legacy.problems(juno).map(\.what).first?.contains("comes to nova.conf with kilo") == true)
    }

    @Test("compares flavors with aggregates' properties in Havana to Kilo, once there are some")
    func filter() throws {
        var lab = try Labs.named("legacy-juno-vlan")
        let name = "AggregateInstanceExtraSpecsFilter"
        func filters() throws -> String { try nova(lab).values("DEFAULT", "scheduler_default_filters").joined() }
        #expect(try !filters().contains(name))
        lab.aggregates = [
            Aggregate(
                name: "fast", members: [.node("kvm1")], properties: [Setting(name: "disk", value: "ssd")],
                mark: lab.releaseMark)
        ]
        #expect(try filters().hasSuffix(",\(name)"))
    }

    @Test("has a script that makes zones and aggregates, in the words of the release's client")
    func script() throws {
        func script(_ lab: Lab) throws -> String {
            let files = try Release(named: lab.release).era == .legacy ? Legacy.render(lab) : Labs.files(lab)
            let file = try #require(files.files(of: "controller").first { $0.path == "/root/create-aggregates" })
            #expect(try file.mode == 0o755 && Shell.accepts(file.contents))
            return file.contents
        }
        var lab = try Labs.mixed
        lab.aggregates = [
            Aggregate(
                name: "it's fast", members: [.node("vmware1")], properties: [Setting(name: "disk", value: "ssd")],
                mark: lab.releaseMark)
        ]
        let modern = try script(lab)
        #expect(
            modern.contains(
                "openstack aggregate create --zone 'kvm' 'kvm'\nopenstack aggregate add host 'kvm' 'kvm1'\n"))
        #expect(modern.contains("openstack aggregate create --property 'disk=ssd' 'it'\\''s fast'\n"))
        #expect(modern.contains("openstack aggregate add host 'it'\\''s fast' 'vmware1-cluster_b'\n"))
        var legacy = try Labs.named("legacy-icehouse-neutron")
        legacy.aggregates = lab.aggregates
        let old = try script(legacy)
        #expect(old.contains("nova aggregate-create 'vmware' 'vmware'\nnova aggregate-add-host 'vmware' 'vmware1'\n"))
        #expect(old.contains("nova aggregate-set-metadata 'it'\\''s fast' 'disk=ssd'\n"))
        #expect(!old.contains("cluster_a"))
    }
}
