import Testing
@testable import Topology

@testable import Verification

@Suite("hypervisors to verify")
struct SubjectTests {
    private let expected = [
        ComputeService(host: "kvm1", node: "kvm1", driver: .host(.kvm), availabilityZone: nil),
        ComputeService(
            host: "vmware1-cluster_a", node: "vmware1",
            driver: .cluster(ClusterReference(vcenter: "vc1", cluster: "cluster_a")), availabilityZone: "vmware-a"),
    ]

    @Test("those of the topology come first, in its order, whether Nova has them or not")
    func missing() {
        let all = Subject.all(expected: expected, seen: [])
        #expect(all.map(\.host) == ["kvm1", "vmware1-cluster_a"])
        #expect(all.map(\.node) == ["kvm1", "vmware1"])
        #expect(all[1].driver == .cluster(ClusterReference(vcenter: "vc1", cluster: "cluster_a")))
    }

    @Test("one that only Nova has is verified too")
    func unexpected() {
        let seen = [("z", "QEMU"), ("kvm1", "QEMU"), ("c", "VMware vCenter Server"), ("f", "fake"), ("n", nil)]
        let all = Subject.all(expected: expected, seen: seen.map(Subject.Seen.init))
        #expect(all.map(\.host) == ["kvm1", "vmware1-cluster_a", "c", "f", "n", "z"])
        #expect(
            all.dropFirst(2).map(\.driver) == [.cluster(nil), .other("fake"), .other("unknown"), .host(.qemu)])
        #expect(all.last?.node == nil)
    }

    @Test("each service has a log of its own")
    func logs() {
        let all = Subject.all(expected: expected, seen: [.init(host: "z", type: "QEMU")])
        #expect(
            all.map(\.log) == [
                "/var/log/nova/nova-compute.log on kvm1", "/var/log/nova/nova-compute-cluster_a.log on vmware1",
                "/var/log/nova/nova-compute.log on the node of z",
            ])
    }

    @Test("KVM and QEMU are one type to Nova, and no other driver's")
    func types() {
        #expect(Subject.Driver.host(.kvm).novaTypes == ["QEMU", "KVM"])
        #expect(Subject.Driver.host(.qemu).novaTypes.contains("QEMU"))
        #expect(Subject.Driver.cluster(nil).novaTypes == ["VMware vCenter Server"])
        for kind in HypervisorKind.allCases where kind != .vmware {
            #expect(!Subject.Driver.host(kind).novaTypes.isEmpty)
        }
    }
}
