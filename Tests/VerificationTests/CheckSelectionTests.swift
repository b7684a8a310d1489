import Testing
import Topology

@testable import Verification

@Suite("choice of checks")
struct CheckSelectionTests {
    private func names(_ text: String) throws -> [CheckName] {
        try CheckSelection.parse(text).get().chosen(from: Check.proof(of: .host(.qemu))).map(\.name)
    }

    @Test("quick leaves out what takes as long as a boot")
    func quick() throws {
        #expect(try Set(names("all")).subtracting(names("quick")) == CheckSelection.slow)
    }

    @Test("names bring what they need, in the order of the list")
    func only() throws {
        #expect(
            try names("guest_address") == [
                .serviceUp, .hypervisorType, .placementInventory, .image, .quota, .capacity, .networkAgents, .created,
                .active, .guestReady, .guestAddress,
            ])
        #expect(try names("image") == [.image])
    }

    @Test("groups are names of several checks")
    func groups() throws {
        #expect(try Set(names("lifecycle")).isSuperset(of: CheckSelection.lifecycle))
        #expect(
            try Set(names("scheduling,snapshot")).isSuperset(of: [.schedulingTagged, .schedulingUntagged, .snapshot]))
        #expect(try !names("scheduling").contains(.snapshot))
        #expect(try Set(names("volume")).isSuperset(of: [.volume, .volumeBoot]))
    }

    @Test("what is no check is told; a drill is none", arguments: ["", "guest", "quick,image", "drill_host_failure"])
    func unknown(_ text: String) {
        #expect(throws: CheckSelection.UnknownCheck.self) { try CheckSelection.parse(text).get() }
    }

    @Test(
        "only what libvirt drives is asked by virsh, and proves itself on a libvirt console",
        arguments: HypervisorKind.allCases)
    func ofLibvirt(kind: HypervisorKind) {
        let checks = (Check.proof(of: .host(kind)) + Check.cleanUp(of: .host(kind))).map(\.name)
        for name: CheckName in [.goneFromLibvirt, .guestReady, .console] {
            #expect(checks.contains(name) == kind.isLibvirt, "\(name)")
        }
    }

    @Test("every check needs only what stands before it, and every name has its check")
    func order() {
        var seen: Set<CheckName> = []
        for driver: Subject.Driver in [.host(.qemu), .cluster(nil), .other("x")] {
            var before: Set<CheckName> = []
            let list = Check.proof(of: driver) + Check.cleanUp(of: driver)
            for check in list {
                #expect(before.isSuperset(of: check.needs), "\(check.name)")
                before.insert(check.name)
            }
            #expect(before.count == list.count)
            seen.formUnion(before)
        }
        seen.formUnion(CheckSelection.drills)
        #expect(seen == Set(CheckName.allCases))
    }
}

@Suite("limits of work")
struct WorkQueueTests {
    @Test("no more at once than allowed, in all and on a node; others go before those that must wait")
    func limits() {
        var queue = WorkQueue(["a", "a", "b", "c"], most: 2, perNode: 1)
        #expect(queue.next() == 0)
        #expect(queue.next() == 2)
        #expect(queue.next() == nil)
        queue.finish(2)
        #expect(queue.next() == 3)
        queue.finish(3)
        #expect(queue.next() == nil)
        queue.finish(0)
        #expect(queue.next() == 1)
        queue.finish(1)
        #expect(queue.next() == nil)
    }
}
