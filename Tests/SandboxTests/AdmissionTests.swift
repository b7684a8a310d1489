import Foundation
import Testing

@testable import Sandbox
@testable import Topology

@Suite("whether a lab may be made")
struct AdmissionTests {
    private func refusal(_ change: (inout Lab) throws -> Void) throws -> SandboxError? {
        var lab = try LabFixture.lab("t9", subnet: 9)
        lab.vcenters = [try LabFixture.vcenter("vc1", subnet: 9)]
        try change(&lab)
        do { try Admission(lab: lab, paths: Paths(root: "/nowhere")).checkTopology() } catch let error as SandboxError {
            return error
        }
        return nil
    }

    @Test("a lab that can be made is")
    func good() throws { #expect(try refusal { _ in } == nil) }

    @Test("a node with the gateway's address")
    func gateway() throws {
        let error = try refusal { $0.nodes[0].address = try #require(IPv4Address("10.201.9.1")) }
        #expect(error?.kind == .topology && error?.reason.contains("n1") == true)
    }

    @Test("another user than root")
    func user() throws { #expect(try refusal { $0.nodes[1].ssh.user = "debian" }?.reason.contains("n2") == true) }

    @Test("a physical network on the management interface, or two on one", arguments: [["eth0"], ["eth1", "eth1"]])
    func interface(names: [String]) throws {
        let error = try refusal { lab in
            lab.nodes[0].physicalInterfaces = names.enumerated().map {
                PhysicalInterface(physicalNetwork: "physnet\($0.offset)", interface: $0.element)
            }
        }
        #expect(error?.reason.contains("is taken") == true)
    }

    @Test("a vCenter with a name for an address, outside of the network, or without ESXi hosts")
    func vcenter() throws {
        #expect(try refusal { $0.vcenters[0].address = "vc.example" }?.reason.contains("vc.example") == true)
        #expect(try refusal { $0.vcenters[0].address = "10.202.0.1" }?.reason.contains("10.202.0.1") == true)
        #expect(try refusal { $0.vcenters[0].clusters[0].hosts = [] }?.reason.contains("cluster_a") == true)
    }
}
