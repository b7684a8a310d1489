import Testing

@testable import Topology

@Suite("Scheduling in a topology")
struct SchedulingTests {
    private static let scheduling = """
        scheduling: { weights: { ram: 2.5, disk: -1, io_ops: 0.0 } }
        aggregates:
          fast: { hosts: [kvm1, vc1/a], properties: { disk: ssd, 'quota:x y': 1 } }

        """

    private func read(_ old: String = "", _ new: String = "") throws -> Lab.Reading {
        let text = Self.scheduling + Sample.sandbox
        return try Lab.read(text: (old.isEmpty ? text : text.replacing(old, with: new)).utf8, file: "lab.yaml")
    }

    @Test("is read: weights, aggregates, extra specs and capacity")
    func good() throws {
        let lab = try read("vcpus: 1", "extra_specs: { 'aggregate_instance_extra_specs:disk': ssd }, vcpus: 1").lab
        #expect(lab.scheduling.weights.map(\.multiplier) == ["2.5", "-1", "0.0"])
        #expect(lab.aggregates[0].properties.map(\.name) == ["disk", "quota:x y"])
        #expect(lab.services(of: lab.aggregates[0]).map(\.host) == ["kvm1", "vmware1-a"])
        #expect(lab.flavors[0].extraSpecs == [Setting(name: "aggregate_instance_extra_specs:disk", value: "ssd")])
        let node = try read("hypervisor: kvm", "hypervisor: kvm, capacity: { vcpus: 8, ram_mb: 4096 }").lab.node("kvm1")
        #expect(node?.capacity == HypervisorCapacity(vcpus: 8, ramMB: 4096, diskGB: nil))
    }

    @Test(
        "is refused where it makes no sense",
        arguments: [
            ("kvm1, vc1/a", "kmv1", "there is no node \"kmv1\""),
            ("kvm1, vc1/a", "controller", "node \"controller\" has no hypervisor that an aggregate could hold"),
            ("kvm1, vc1/a", "vc1/x", "there is no cluster \"vc1/x\""),
            ("kvm1, vc1/a", "kvm1, kvm1", "kvm1 stands here twice"),
            ("ram: 2.5", "ram: '2.5'", "expected a number, found the text \"2.5\""),
            ("ram: 2.5", "ram: 1e3", "expected a number"), ("ram: 2.5", "ram: 2.", "expected a number"),
            ("hosts: [kvm1, vc1/a], ", "", "aggregate \"fast\" has no \"hosts\""),
            ("disk: ssd", "'a=b': ssd", "\"a=b\" is no name for a property"),
            ("weights: { ram: 2.5, disk: -1, io_ops: 0.0 }", "weighers: {}", "unknown key \"weighers\" in scheduling"),
            ("vcpus: 1", "vcpus: 1, extra_specs: { a#b: 1 }", "\"a#b\" is no name for an extra spec"),
            ("hypervisor: kvm", "hypervisor: kvm, capacity: { vcpus: 0 }", "0 is out of range"),
        ])
    func bad(_ old: String, _ new: String, _ what: String) throws {
        let error = #expect(throws: TopologyProblems.self) { try read(old, new) }
        #expect(error?.problems.first?.what.hasPrefix(what) == true, "\(error?.problems.first?.what ?? "")")
    }
}
