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

    @Test("Placement counts what the hypervisor reports, or its inventory is stale")
    func inventory() throws {
        let hypervisor = try hypervisor()
        #expect(
            CheckVerdict.inventory(try inventories(), of: hypervisor, look: "L") == .passed("2 VCPU, 4096 MB, 50 GB"))
        let stale = CheckVerdict.inventory(try inventories(memory: 1024), of: hypervisor, look: "L")
        #expect(
            stale.failure?.reason
                == "its inventory of kvm1 is stale: MEMORY_MB 1024, and the hypervisor reports 4096")
        #expect(stale.failure?.layer == .placement)
        // Memory that is hot-plugged differs between two honest readings.
        #expect(
            CheckVerdict.inventory(try inventories(memory: 4000), of: hypervisor, look: "L")
                == .passed("2 VCPU, 4000 MB, 50 GB (MEMORY_MB 4000, and the hypervisor reports 4096: it moves)"))
        #expect(
            CheckVerdict.inventory([:], of: hypervisor, look: "L").failure?.reason.hasSuffix("it has nothing") == true)
    }

    @Test("a flavor that no consumer may have, and one that does not fit now")
    func capacity() throws {
        let room = ProviderRoom(inventories: try inventories(), usages: ["MEMORY_MB": 4000])
        #expect(CheckVerdict.capacity(room, for: try flavor(1, 96, 1), look: "L").isPassed)
        #expect(
            CheckVerdict.capacity(room, for: try flavor(3, 96, 1), look: "L").failure?.reason
                == "flavor big is too large for this host: it needs 3 VCPU, of which one gets 2 at the most")
        #expect(
            CheckVerdict.capacity(room, for: try flavor(1, 97, 1), look: "L").failure?.reason
                == "flavor big does not fit now: it needs 97 MEMORY_MB, and 96 are free")
    }

    @Test("a quota that holds what the run needs at once, and one that does not")
    func quota() throws {
        let limits = ComputeLimits(
            instances: .init(limit: 10, used: 8), cores: .init(limit: -1, used: 900), ramMB: .init(limit: 0, used: 0))
        let small = try flavor(1, 0, 1)
        #expect(CheckVerdict.quota(limits, for: small, count: 2).isPassed)
        #expect(
            CheckVerdict.quota(limits, for: try flavor(1, 128, 1), count: 3).failure?.reason
                == "the project's quota is too small: the run needs 3 more instances, and has used 8 of 10; "
                + "384 more MB of memory, and has used 0 of 0")
    }

    @Test("an image that the scheduler would send elsewhere, or that would not boot")
    func image() throws {
        let tagged = try image(#", "disk_format": "qcow2", "img_hv_type": "vmware""#)
        #expect(
            CheckVerdict.image(tagged, for: .libvirt(.kvm)).failure?.reason.hasPrefix(
                "image tiny is tagged img_hv_type=vmware") == true)
        #expect(CheckVerdict.image(tagged, for: .vcenter(nil)).failure?.reason.contains("is qcow2") == true)
        let ide = try image(#", "disk_format": "vmdk", "vmware_adaptertype": "ide""#)
        #expect(CheckVerdict.image(ide, for: .vcenter(nil)).failure?.layer == .glance)
        #expect(CheckVerdict.image(try image(#", "disk_format": "vmdk""#), for: .vcenter(nil)).isPassed)
    }

    @Test("agents of Neutron")
    func agents() throws {
        func agent(_ kind: String, _ host: String, alive: Bool) throws -> NetworkAgent {
            try Recorded.decode(
                NetworkAgent.self, #"{"binary": "b", "host": "\#(host)", "alive": \#(alive), "agent_type": "\#(kind)"}"#
            )
        }
        func verdict(_ all: [NetworkAgent], _ serving: [NetworkAgent]) -> CheckVerdict {
            .networkAgents(all: all, serving: serving, network: "provider", subject: .kvm1, look: "L")
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
    }

    @Test("a service that goes away while an instance is built")
    func lostService() throws {
        func service(_ host: String, _ state: String, _ second: Int) throws -> ComputeServiceState {
            try Recorded.decode(
                ComputeServiceState.self,
                """
                {"id": "1", "binary": "nova-compute", "host": "\(host)", "zone": "nova", "state": "\(state)",
                 "status": "enabled", "updated_at": "2026-11-21T07:00:\(second).000000"}
                """)
        }
        let server = try Recorded.server("BUILD")
        let other = try service("kvm2", "up", 59)
        func reason(_ mine: ComputeServiceState) -> String? {
            CheckVerdict.lostService([mine, other], server, of: .kvm1)?.failure?.reason
        }
        #expect(reason(try service("kvm1", "up", 50)) == nil)
        #expect(
            reason(try service("kvm1", "up", 15))
                == "the service kvm1 has not reported for 44 s; the instance is still BUILD")
        #expect(reason(try service("kvm1", "down", 50)) == "the service kvm1 went down; the instance is still BUILD")
        #expect(
            CheckVerdict.lostService([other], server, of: .kvm1)?.failure?.reason == "no longer has the service kvm1")
    }

    @Test("a unit that does not run, though Nova still believes in its service")
    func unit() {
        #expect(CheckVerdict.unit("active\n", of: .kvm1) == nil)
        #expect(CheckVerdict.unit("", of: .kvm1) == nil)
        #expect(
            CheckVerdict.unit("failed\n", of: .clusterA)?.failure?.reason
                == "calls the service vmware1-cluster_a up, but its unit polyvisor-nova-compute@cluster_a.service is failed"
        )
    }
}
