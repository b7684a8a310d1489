import Preflight
import Testing

@testable import VSphere

@Suite("What Nova owns in a cluster")
struct OwnedMachinesTests {
    private func machine(_ name: String, _ uuid: String?, byNova: Bool = true) -> ManagedVirtualMachine {
        ManagedVirtualMachine(
            reference: ManagedObjectReference(type: "VirtualMachine", value: "vm-\(name)"), name: name,
            instanceUUID: uuid, powerState: "poweredOn", extensionKey: byNova ? "org.openstack.compute" : nil, host: nil
        )
    }

    @Test("tells its own, what only vCenter has, what only Nova has, and what is neither's business")
    func kinds() {
        let owned = OwnedMachines(
            of: "vc1/cluster_a",
            machines: [
                machine("one", "AAAA"), machine("left", "BBBB"), machine("by hand", "CCCC", byNova: false),
                machine("moving", "DDDD"),
                machine("OSTACK_IMG_b2dfd2c6-60d6-4c08-b9cb-891b655b17f5", nil, byNova: false),
            ],
            instances: [
                .init(id: "aaaa", name: "first", status: "ACTIVE"), .init(id: "eeee", name: "lost", status: "ACTIVE"),
                .init(id: "ffff", name: "new", status: "BUILD"),
            ], elsewhere: ["dddd"])
        #expect(owned.owned.map(\.name) == ["one"])
        #expect(owned.onlyInVCenter.map(\.name) == ["left"])
        #expect(owned.onlyInNova.map(\.name) == ["lost"])
        #expect(owned.imports.map(\.name) == ["OSTACK_IMG_b2dfd2c6-60d6-4c08-b9cb-891b655b17f5"])
        #expect(owned.text.contains("import of an image: OSTACK_IMG_b2dfd2c6"))
        #expect(owned.others == 2)
        #expect(!owned.agrees)
    }
}
