import Testing
import Topology

@testable import Verification

@Suite("a volume, where there is Cinder", .timeLimit(.minutes(2)))
struct VolumeTests {
    private func verdict(
        _ volumes: LoopbackVolumes?, serial: String = "0b2d9f8e-0000-4c77-9d0e-5f1f6f0c1a2b", unit: String = "active",
        log: String = "", check: CheckName = .volume
    ) async throws -> CheckVerdict? {
        let text = """
            lab: loop
            release: zed
            provider: sandbox
            defaults: { physical_interfaces: { physnet1: eth1 } }
            nodes:
              controller: { address: 10.77.0.10, roles: [controller, network] }
              kvm1: { address: 10.77.0.21, roles: [compute], hypervisor: kvm }
            networks:
              management: { cidr: 10.77.0.0/24 }
              provider: { type: flat, physical_network: physnet1, cidr: 10.78.0.0/24 }
            flavors: { tiny: { vcpus: 1, ram_mb: 128, disk_gb: 1 } }
            images: { tiny: { builtin: tiny-guest, hypervisors: [kvm] } }
            verify: { image: tiny, flavor: tiny, network: provider }
            """
        let cloud = try LoopbackCloud(["kvm1": .boots], volumes: volumes)
        let access = Verification.Access(cloud: cloud.cloud, images: .init(of: "tiny")) { _ in
            throw CancellationError()
        } node: { _, command in
            if command.contains("tail -n") { return (0, log) }
            if command.contains("cinder-volume") { return (0, "\(unit)\n") }
            guard command.contains("dumpxml") else { return (0, "active\n") }
            let isAttached = serial == "always" || volumes?.statuses.values.contains("in-use") == true
            let id = serial == "always" ? volumes?.statuses.keys.first ?? "" : serial
            return (0, isAttached ? "<serial>\(id)</serial>" : "")
        }
        var options = Verification.Options()
        options.checks = .only([check])
        var lab = try Lab.read(text: Array(text.utf8), file: "loop.yaml").lab
        lab.verify.timeoutSeconds = 10
        let report = await Verification(of: lab, through: access, options: options).run()
        return report.hypervisors.first?.checks.first { $0.name == check }?.verdict
    }

    @Test("is attached, seen, detached and removed")
    func works() async throws {
        let volumes = LoopbackVolumes(.works)
        #expect(try await verdict(volumes) == .passed("attached as /dev/vdb seen by libvirt and detached"))
        #expect(volumes.made == 1 && volumes.statuses.isEmpty && volumes.type == nil)
    }

    @Test("is of the type that leads to a backend for the hypervisor, where there are several")
    func typed() async throws {
        let pools = ["controller@ceph#ceph": "ceph", "controller@vc1#vc1": "vmdk"]
        let volumes = LoopbackVolumes(.works, pools: pools, types: ["fast": "ceph", "vsphere": "vc1"])
        #expect(
            try await verdict(volumes) == .passed("attached as /dev/vdb seen by libvirt and detached, of type fast"))
        #expect(volumes.type == "fast")
        // Zones, or what users are told, may lead there all the same.
        let chance = LoopbackVolumes(.works, pools: pools)
        guard case .skipped(let reason) = try await verdict(chance) else {
            Issue.record("a volume that would come there by chance was tried")
            return
        }
        #expect(reason.contains("no volume type leads to") && chance.made == 0)
        let none = LoopbackVolumes(.works, pools: ["controller@vc1#vc1": "vmdk"])
        #expect(
            try await verdict(none)
                == .skipped(
                    "Cinder has no backend whose volumes KVM/QEMU attaches, only controller@vc1#vc1 (vmdk)"))
        #expect(none.made == 0)
    }

    @Test("that nova-compute cannot attach is a failure at once, of the layer that refused, with its words")
    func givenUp() async throws {
        let volumes = LoopbackVolumes(.givesUp)
        let words = "libvirt.libvirtError: internal error: error connecting: Permission denied"
        let line = "2026-11-21 16:36:42.271 1089 ERROR oslo_messaging.rpc.server \(words)\n"
        let failure = try await verdict(volumes, log: line)?.failure
        #expect(failure?.layer == .libvirt && failure?.reason == "the volume was not attached: \"\(words)\"")
        #expect(failure?.look?.hasPrefix("req-1 in /var/log/nova/nova-compute.log") == true)
        #expect(volumes.statuses.isEmpty)
    }

    @Test("that nova-compute cannot attach is told as Nova tells it, and without a log by the traceback's last line")
    func givenUpUnseen() async throws {
        let unseen = try await verdict(LoopbackVolumes(.givesUp))?.failure
        #expect(unseen?.layer == .libvirt && unseen?.reason.contains("virDomainAttachDeviceFlags() failed") == true)
        let told = LoopbackVolumes(.givesUp, details: "Could not find a handler for rbd volume.")
        let failure = try await verdict(told)?.failure
        #expect(failure?.layer == .nova)
        #expect(failure?.reason == "the volume was not attached: \"Could not find a handler for rbd volume.\"")
    }

    @Test("that libvirt keeps is a failure")
    func kept() async throws {
        let failure = try await verdict(LoopbackVolumes(.works), serial: "always")?.failure
        #expect(failure?.layer == .nova && failure?.reason.contains("still has its disk") == true)
    }

    @Test("that no service takes up is a failure that names the service, by Cinder's word or by its unit")
    func waits() async throws {
        let down = try await verdict(LoopbackVolumes(.waits, service: "down"))?.failure
        #expect(down?.reason.hasSuffix("Cinder calls cinder-volume controller@ceph down") == true)
        let stopped = try await verdict(LoopbackVolumes(.waits), unit: "inactive")?.failure
        #expect(stopped?.layer == .cinder)
        #expect(
            stopped?.reason
                == "the volume is creating, not available: \"no backend took it\"; Cinder calls cinder-volume controller@ceph "
                + "up, but the unit cinder-volume.service on controller is inactive")
    }

    @Test("that libvirt does not see is a failure, and is removed")
    func unseen() async throws {
        let volumes = LoopbackVolumes(.works)
        let failure = try await verdict(volumes, serial: "another")?.failure
        #expect(failure?.layer == .nova && failure?.reason.contains("libvirt has no such disk") == true)
        #expect(volumes.statuses.isEmpty)
    }

    @Test("that is not made, or not attached, is a failure with the service's words, and is removed")
    func fails() async throws {
        let broken = LoopbackVolumes(.breaks)
        #expect(
            try await verdict(broken)?.failure?.description.hasPrefix(
                "Cinder: the volume is error, not available: \"no backend took it\"") == true)
        let refusing = LoopbackVolumes(.refuses)
        #expect(try await verdict(refusing)?.failure?.reason.contains("it cannot be attached") == true)
        #expect(broken.statuses.isEmpty && refusing.statuses.isEmpty)
    }

    @Test("of the image boots an instance, whose guest says who it is; both are removed")
    func boots() async throws {
        let volumes = LoopbackVolumes(.works)
        guard case .passed(let words) = try await verdict(volumes, check: .volumeBoot) else {
            Issue.record("no instance booted from a volume")
            return
        }
        let said = try #require(words?.firstMatch(of: /^its disk seen by libvirt, its guest says (\S+) and (\S+)$/))
        #expect(said.1.hasPrefix("10.78.0.") && said.2.count == 36)
        #expect(volumes.made == 2 && volumes.image == "i" && volumes.statuses.isEmpty)
    }

    @Test("of the image that Cinder cannot make is a failure with its words, and an empty one none")
    func notFetched() async throws {
        let volumes = LoopbackVolumes(.cannotFetch)
        let failure = try await verdict(volumes, check: .volumeBoot)?.failure
        #expect(failure?.layer == .cinder && failure?.reason.contains("\"no backend took it\"") == true)
        #expect(volumes.made == 2 && volumes.statuses.isEmpty)
        #expect(try await verdict(LoopbackVolumes(.cannotFetch))?.isPassed == true)
    }

    @Test("of the image is not tried where an empty one could not be attached")
    func needsAttaching() async throws {
        let volumes = LoopbackVolumes(.refuses)
        #expect(try await verdict(volumes, check: .volumeBoot) == .skipped("needs \"volume\""))
        #expect(volumes.made == 1)
    }

    @Test("is left out where there is no Cinder")
    func none() async throws {
        #expect(try await verdict(nil) == .skipped("the cloud has no volume service (Cinder)"))
    }
}
