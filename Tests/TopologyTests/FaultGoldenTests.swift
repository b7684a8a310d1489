import Testing

@testable import Topology

@Suite("Faulty topologies")
struct FaultGoldenTests {
    @Test("have their diagnostics in full in a golden file")
    func diagnostics() throws {
        let faults = Fault.nodes + Fault.addresses + Fault.vcenters + Fault.networks + Fault.resources + Fault.roles
        #expect(faults.count >= 60)
        let texts = faults.map { fault in
            let text = MarkedText(fault.sample.replacing(fault.old, with: fault.new)).text
            return "== \(fault.name)\n\(problems(of: text))\n"
        }
        try expectGolden(texts.joined(separator: "\n"), "faults.txt")
    }
}
