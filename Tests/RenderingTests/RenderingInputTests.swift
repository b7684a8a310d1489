import Testing

@testable import Rendering
@testable import Topology

@Suite("what keeps a lab from being rendered")
struct RenderingInputTests {
    @Test("is all told at once, each with its place in the topology")
    func together() throws {
        var lab = try Labs.mixed
        lab.nodes[1].hypervisor = .host(.xen)
        lab.nodes[2].roles.append(.controller)
        let problems = try Labs.problems(lab) { input in
            input.secrets[.vcenter("vc1")] = nil
            input.vcenterCAs = [:]
        }
        let places = problems.map(\.place.description)
        #expect(problems.count == 4)
        #expect(places.filter { $0 == "topologies/mixed-lab.yaml:\(lab.vcenters[0].mark)" }.count == 2)
        #expect(places.contains("topologies/mixed-lab.yaml:\(lab.nodes[1].mark)"))
        #expect(places.contains("topologies/mixed-lab.yaml:\(lab.nodes[2].mark)"))
    }

    @Test("is a password that no file of oslo.config can hold, at the template's line, and the password is not shown")
    func password() throws {
        let problems = try Labs.problems(Labs.sandbox) { $0.secrets[.vcenter("vc1")] = Secret("hunter\\$2") }
        #expect(problems.count == 2)
        let place = RenderProblem.Place.template("modern/nova/nova-compute-cluster.conf", line: 18)
        #expect(problems.allSatisfy { $0.place == place && $0.node == "vmware1" && !"\($0)".contains("hunter") })
    }

    @Test("is a secret that is missing")
    func missing() throws {
        let problems = try Labs.problems(Labs.sandbox) { $0.secrets[.metadataProxy] = nil }
        #expect(problems.map(\.what) == ["there is no value for the secret metadata-proxy"])
    }

    @Test("is a pinned certificate that nobody fetched")
    func thumbprint() throws {
        var lab = try Labs.mixed
        lab.vcenters[0].trust = .thumbprint(String(repeating: "a", count: 64))
        #expect(
            try Labs.problems(lab) { $0.vcenterCAs = [:] }.map(\.place) == [
                .topology(file: lab.file, lab.vcenters[0].mark)
            ])
        #expect(try Labs.problems(lab) == [])
    }

    @Test("is not the want of a certificate where none is checked")
    func insecure() throws {
        var lab = try Labs.mixed
        lab.vcenters[0].trust = .insecure
        let conf = try Labs.render(lab) { $0.vcenterCAs = [:] }.files(of: "vmware1")
            .first { $0.path == "/etc/nova/nova-compute-cluster_a.conf" }
        #expect(conf?.contents.contains("\ninsecure = true\n") == true)
        #expect(conf?.contents.contains("ca_file") == false)
    }

    @Test("is no warning: a network without a port group or interface is rendered")
    func warnings() throws {
        var lab = try Labs.sandbox
        lab.networks[0].portGroup = nil
        lab.nodes[1].physicalInterfaces = []
        let marks = [lab.nodes[1].mark, lab.networks[0].mark]
        #expect(try Labs.render(lab).warnings.map(\.place) == marks.map { .topology(file: lab.file, $0) })
    }
}
