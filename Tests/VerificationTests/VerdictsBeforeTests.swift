import Foundation
import OpenStack
import Testing
import Topology

@testable import Verification

@Suite("what an instance needs, judged")
struct VerdictsBeforeTests {
    private func inventories(cores: Int = 2, memory: Int = 4096, disk: Int = 50) throws -> [String: OpenStack.Inventory]
    {
        func one(_ total: Int) throws -> OpenStack.Inventory {
            try Recorded.decode(
                OpenStack.Inventory.self,
                #"{"total": \#(total), "reserved": 0, "allocation_ratio": 1.0, "max_unit": \#(total)}"#)
        }
        return ["VCPU": try one(cores), "MEMORY_MB": try one(memory), "DISK_GB": try one(disk)]
    }

    private func hypervisor() throws -> HypervisorState {
        try Recorded.decode(
            HypervisorState.self,
            """
            {"id": 1, "hypervisor_hostname": "kvm1", "hypervisor_type": "QEMU", "hypervisor_version": 7, "state": "up",
             "status": "enabled", "service": {"host": "kvm1"}, "vcpus": 2, "memory_mb": 4096, "local_gb": 50}
            """)
    }

    private func flavor(_ vcpus: Int, _ ram: Int, _ disk: Int) throws -> OpenStack.Flavor {
        try Recorded.decode(
            OpenStack.Flavor.self,
            #"{"id": "f", "name": "big", "vcpus": \#(vcpus), "ram": \#(ram), "disk": \#(disk)}"#)
    }

    private func image(_ more: String) throws -> OpenStack.Image {
        try Recorded.decode(
            OpenStack.Image.self, #"{"id": "i", "name": "tiny", "status": "active"\#(more)}"#)
    }

    private func comparison(
        _ inventories: [String: OpenStack.Inventory], for flavor: OpenStack.Flavor? = nil, onVSphere: Bool = false
    ) throws -> InventoryComparison {
        InventoryComparison(inventories, of: try hypervisor(), for: flavor, countsOneDatastore: onVSphere)
    }

    @Test("Placement counts what the hypervisor reports")
    func inventory() throws {
        let same = try comparison(inventories())
        #expect(same.sighting(look: "L") == .settled(.passed("2 VCPU, 4096 MB, 50 GB")))
        #expect(same.note == nil)
    }

    @Test("an inventory that differs by much, or has no memory, is stale if it stays so")
    func staleInventory() throws {
        let stale = try comparison(inventories(memory: 1024)).sighting(look: "L")
        guard case .moving(.failed(let failure)) = stale else {
            Issue.record("\(stale)")
            return
        }
        #expect(failure.reason == "its inventory of kvm1 is stale: MEMORY_MB 1024, and the hypervisor reports 4096")
        #expect(failure.layer == .placement)
        let nothing = try comparison([:]).sighting(look: "L")
        #expect(nothing.verdict.failure?.reason.hasSuffix("it has nothing") == true)
        guard case .moving = nothing else {
            Issue.record("a nova-compute that has just started reports in a moment")
            return
        }
    }

    @Test("memory that is hot-plugged differs between two honest readings, which is a note with both numbers")
    func harmlessInventory() throws {
        let moved = try comparison(inventories(memory: 4000), for: try flavor(1, 128, 1))
        #expect(moved.sighting(look: "L") == .settled(.passed("2 VCPU, 4000 MB, 50 GB")))
        #expect(moved.note?.contains("MEMORY_MB 4000, and the hypervisor reports 4096") == true)
    }

    @Test("a small difference that decides whether the instance fits is stale")
    func decidingInventory() throws {
        let decides = try comparison(inventories(memory: 4000), for: try flavor(1, 4050, 1))
        #expect(decides.sighting(look: "L").verdict.failure?.reason.contains("MEMORY_MB 4000") == true)
        #expect(decides.note == nil)
    }

    @Test("Nova's VMware driver reports one datastore to Nova and all of them to Placement")
    func datastoresInInventory() throws {
        let three = try comparison(inventories(disk: 150), onVSphere: true)
        #expect(three.sighting(look: "L") == .settled(.passed("2 VCPU, 4096 MB, 150 GB")))
        #expect(try comparison(inventories(disk: 150)).sighting(look: "L").verdict.failure != nil)
    }

    @Test("a flavor that no consumer may have, and one that does not fit now")
    func capacity() throws {
        let room = ProviderRoom(inventories: try inventories(), usages: ["MEMORY_MB": 4000])
        func sighting(_ flavor: OpenStack.Flavor) -> Sighting { CheckVerdict.capacity(room, for: flavor, look: "L") }
        #expect(sighting(try flavor(1, 96, 1)) == .settled(.passed("big")))
        let tooLarge = sighting(try flavor(3, 96, 1))
        #expect(
            tooLarge.verdict.failure?.reason
                == "flavor big is too large for this host: it needs 3 VCPU, of which one gets 2 at the most")
        #expect(tooLarge == .settled(tooLarge.verdict))
        // Others may be deleting what takes the room.
        let full = sighting(try flavor(1, 97, 1))
        #expect(
            full.verdict.failure?.reason == "flavor big does not fit now: it needs 97 MEMORY_MB, and 96 are free")
        #expect(full == .moving(full.verdict))
    }

    @Test("a quota that holds what the run needs at once, and one that does not")
    func quota() throws {
        let limits = ComputeLimits(
            instances: .init(limit: 10, used: 8), cores: .init(limit: -1, used: 900), ramMB: .init(limit: 0, used: 0))
        let small = try flavor(1, 0, 1)
        #expect(CheckVerdict.quota(limits, for: small, count: 2) == .settled(.passed(nil)))
        let never = CheckVerdict.quota(limits, for: try flavor(1, 128, 1), count: 3)
        #expect(
            never.verdict.failure?.reason
                == "the project's quota is too small: the run needs 3 more instances, and has used 8 of 10; "
                + "384 more MB of memory, and has used 0 of 0")
        #expect(never == .settled(never.verdict))
        // What is used may be given back.
        let later = CheckVerdict.quota(limits, for: small, count: 3)
        #expect(later == .moving(later.verdict) && later.verdict.failure != nil)
    }

    @Test("an image that the scheduler would send elsewhere, or that would not boot")
    func image() throws {
        func parts(_ more: String, tiny: Bool = false) throws -> Ingredients {
            Ingredients(
                image: try image(more), flavor: try flavor(1, 128, 1),
                network: try Recorded.decode(OpenStack.Network.self, #"{"id": "n", "name": "n"}"#), provesItself: tiny)
        }
        let tagged = try parts(#", "disk_format": "qcow2", "img_hv_type": "vmware""#)
        #expect(
            CheckVerdict.image(tagged, for: .host(.kvm)).failure?.reason.hasPrefix(
                "image tiny is tagged img_hv_type=vmware") == true)
        #expect(CheckVerdict.image(tagged, for: .cluster(nil)).failure?.reason.contains("is qcow2") == true)
        let ide = #", "disk_format": "vmdk", "vmware_adaptertype": "ide""#
        #expect(CheckVerdict.image(try parts(ide, tiny: true), for: .cluster(nil)).failure?.layer == .glance)
        // Guests with a driver for IDE are no fault.
        #expect(CheckVerdict.image(try parts(ide), for: .cluster(nil)).isPassed)
        #expect(CheckVerdict.imageWarning(try parts(ide), for: .cluster(nil))?.contains("ide") == true)
        let plain = try parts(#", "disk_format": "vmdk""#)
        #expect(CheckVerdict.image(plain, for: .cluster(nil)).isPassed)
        #expect(CheckVerdict.imageWarning(plain, for: .cluster(nil)) == nil)
    }

    @Test("agents of Neutron")
    func agents() throws {
        func agent(_ kind: String, _ host: String, alive: Bool) throws -> NetworkAgent {
            try Recorded.decode(
                NetworkAgent.self, #"{"binary": "b", "host": "\#(host)", "alive": \#(alive), "agent_type": "\#(kind)"}"#
            )
        }
        func verdict(_ all: [NetworkAgent], _ serving: [NetworkAgent]) -> CheckVerdict {
            AgentSighting(all: all, serving: serving, network: "provider", subject: .kvm1).verdict(look: "L")
        }
        let alive = try agent("DHCP agent", "net1", alive: true)
        let dead = try agent("DHCP agent", "net2", alive: false)
        #expect(verdict([], [dead, alive]) == .passed("DHCP on net1"))
        #expect(
            verdict([], []).failure?.reason == "no DHCP agent serves network provider, and none is up that could")
        #expect(verdict([alive], []) == .passed("DHCP from the first port on"))
        #expect(verdict([dead], []).failure != nil)
        #expect(
            verdict([], [dead]).failure?.reason.hasPrefix("the DHCP agent of network provider on net2 is down") == true)
        #expect(
            verdict([try agent("Linux bridge agent", "kvm1", alive: false)], [alive]).failure?.reason
                == "the Linux bridge agent on kvm1 is down, so no port is plugged there")
        #expect(verdict([try agent("OVN Controller agent", "kvm1", alive: true)], []) == .passed("OVN"))
        // What remains of another driver, or of a host that is gone, harms nothing.
        let old = try agent("Linux bridge agent", "kvm1", alive: false)
        let ovs = try agent("Open vSwitch agent", "kvm1", alive: true)
        #expect(verdict([old, ovs], [alive]) == .passed("DHCP on net1"))
        let near = try agent("Metadata agent", "net1", alive: true)
        let gone = try agent("Metadata agent", "net9", alive: false)
        #expect(verdict([gone, near], [alive]) == .passed("DHCP on net1"))
        #expect(
            verdict([try agent("Metadata agent", "net1", alive: false)], [alive]).failure?.reason
                == "the metadata agent on net1 is down")
    }

    @Test("an agent that is down beside one that serves is a warning")
    func agentsInReserve() throws {
        func agent(_ host: String, alive: Bool) throws -> NetworkAgent {
            try Recorded.decode(
                NetworkAgent.self,
                #"{"binary": "b", "host": "\#(host)", "alive": \#(alive), "agent_type": "DHCP agent"}"#)
        }
        let pair = AgentSighting(
            all: [], serving: [try agent("net1", alive: true), try agent("net2", alive: false)], network: "provider",
            subject: .kvm1)
        #expect(pair.verdict(look: "L").isPassed)
        #expect(pair.warnings == ["the DHCP agent on net2 is down; another serves network provider"])
    }

    @Test("a unit that does not run, though Nova still believes in its service")
    func unit() {
        func verdict(_ state: String, isCalledUp: Bool = true) -> CheckVerdict? {
            .unit(UnitState(activeState: state), of: .clusterA, isCalledUp: isCalledUp)
        }
        #expect(verdict("active\n") == nil && verdict("") == nil)
        #expect(
            verdict("failed\n")?.failure?.reason
                == "calls the service vmware1-cluster_a up, but its unit polyvisor-nova-compute@cluster_a.service is failed"
        )
        #expect(
            verdict("inactive\n", isCalledUp: false)?.failure?.reason.hasPrefix(
                "calls the service vmware1-cluster_a down, and its unit") == true)
    }
}
