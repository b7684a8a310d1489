import Testing
import Topology

@testable import Verification

@Suite("a volume, where there is Cinder", .timeLimit(.minutes(2)))
struct VolumeTests {
    private func verdict(
        _ volumes: LoopbackVolumes?, serial: String = "0b2d9f8e-0000-4c77-9d0e-5f1f6f0c1a2b"
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
            (0, command.contains("dumpxml") ? "<serial>\(serial)</serial>" : "active\n")
        }
        var options = Verification.Options()
        options.checks = .only([.volume])
        var lab = try Lab.read(text: Array(text.utf8), file: "loop.yaml").lab
        lab.verify.timeoutSeconds = 10
        let report = await Verification(of: lab, through: access, options: options).run()
        return report.hypervisors.first?.checks.first { $0.name == .volume }?.verdict
    }

    @Test("is attached, seen, detached and removed")
    func works() async throws {
        let volumes = LoopbackVolumes(.works)
        #expect(try await verdict(volumes) == .passed("attached as /dev/vdb seen by libvirt and detached"))
        #expect(volumes.made == 1 && volumes.statuses.isEmpty)
    }

    @Test("that libvirt does not see is a failure, and is removed")
    func unseen() async throws {
        let volumes = LoopbackVolumes(.works)
        let failure = try await verdict(volumes, serial: "another")?.failure
        #expect(failure?.layer == .nova && failure?.reason.contains("no disk with its id") == true)
        #expect(volumes.statuses.isEmpty)
    }

    @Test("that is not made, or not attached, is a failure with the service's words, and is removed")
    func fails() async throws {
        let broken = LoopbackVolumes(.breaks)
        #expect(try await verdict(broken)?.failure?.description.hasPrefix("Cinder: the volume is error") == true)
        let refusing = LoopbackVolumes(.refuses)
        #expect(try await verdict(refusing)?.failure?.reason.contains("it cannot be attached") == true)
        #expect(broken.statuses.isEmpty && refusing.statuses.isEmpty)
    }

    @Test("is left out where there is no Cinder")
    func none() async throws {
        #expect(try await verdict(nil) == .skipped("the cloud has no volume service (Cinder)"))
    }
}
