import OpenStack
import Testing

@testable import Verification

@Suite("where a volume has to be for a hypervisor")
struct VolumePlacementTests {
    private func pool(_ backend: String, _ protocols: [String]) -> VolumePool {
        VolumePool(
            name: "controller@\(backend)#\(backend)",
            capabilities: ["volume_backend_name": [backend], "storage_protocol": protocols, "vendor_name": ["V"]])
    }

    private func choose(
        _ driver: Subject.Driver, _ pools: [VolumePool], _ types: [String: [String: String]?] = [:],
        standard: String? = "__DEFAULT__"
    ) -> VolumePlacement {
        .choose(
            for: driver, among: pools, types: types.map { VolumeType(name: $0.key, extraSpecs: $0.value) },
            standard: standard)
    }

    @Test("the default type does where every backend will, or none may be seen")
    func anywhere() {
        #expect(choose(.host(.kvm), [pool("ceph", ["ceph"]), pool("lvm", ["iSCSI", "iscsi"])]) == .ofType(nil))
        #expect(choose(.cluster(nil), [pool("lvm", ["iSCSI"]), pool("vc1", ["vmdk"])]) == .ofType(nil))
        #expect(choose(.cluster(nil), []) == .ofType(nil))
        #expect(choose(.other("zVM"), [pool("vc1", ["vmdk"])]) == .ofType(nil))
    }

    @Test("a type that leads to backends for the hypervisor alone is taken, the default one first")
    func typed() {
        let pools = [pool("ceph", ["ceph"]), pool("vc1", ["vmdk"]), pool("fcd", ["vstorageobject"])]
        let types: [String: [String: String]?] = [
            "__DEFAULT__": [:], "fast": ["volume_backend_name": "ceph"], "s": ["storage_protocol": "<in> vmdk"],
            "vsphere": ["capabilities:volume_backend_name": "s== vc1"], "unseen": nil,
            "old": ["volume_backend_name": "gone"],
        ]
        #expect(choose(.host(.qemu), pools, types) == .ofType("fast"))
        #expect(choose(.cluster(nil), pools, types) == .ofType("s"))
        #expect(choose(.cluster(nil), pools, types, standard: "vsphere") == .ofType(nil))
    }

    @Test("a hypervisor without a backend has no place, and one without a type only by chance")
    func none() {
        #expect(choose(.cluster(nil), [pool("ceph", ["ceph"])]) == .nowhere("controller@ceph#ceph (ceph)"))
        let both = [pool("ceph", ["ceph"]), pool("vc1", ["vmdk"])]
        guard case .byChance(let reason) = choose(.cluster(nil), both, ["any": ["vendor_name": "V"]]) else {
            Issue.record("not by chance")
            return
        }
        #expect(reason.contains("volumes may come to controller@ceph#ceph (ceph), which VMware does not attach"))
    }
}
