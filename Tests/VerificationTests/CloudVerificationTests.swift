import Foundation
import OpenStack
import Records
import Testing

@testable import Verification

@Suite("verification of a cloud without a topology", .timeLimit(.minutes(2)))
struct CloudVerificationTests {
    private func verification(
        _ cloud: LoopbackCloud, _ change: (inout Verification.Options) -> Void = { _ in }
    ) -> Verification {
        var options = Verification.Options()
        change(&options)
        var target = Target(cloud: "c")
        target.timeout = .seconds(20)
        return Verification(of: target, through: Verification.Access(cloud: cloud.cloud, guest: nil), options: options)
    }

    private func verdict(_ report: VerificationReport, _ host: String, _ check: CheckName) -> CheckVerdict? {
        report.hypervisors.first { $0.host == host }?.checks.first { $0.name == check }?.verdict
    }

    @Test("finds the hypervisors itself, and chooses what they boot")
    func discovers() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots, "kvm2": .boots])
        let report = await verification(cloud).run()
        #expect(report.exitCode == 0, "\(report.table())")
        #expect(report.hypervisors.map(\.host) == ["kvm1", "kvm2"])
        #expect(report.release == "with compute API 2.93")
        #expect(cloud.made.map(\.host).sorted() == ["kvm1", "kvm2"] && cloud.instances.isEmpty)
    }

    @Test("without admin rights Nova chooses, and what only an administrator sees is left out with that reason")
    func withoutAdmin() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots, "kvm2": .boots])
        cloud.takeAdminRights()
        let report = await verification(cloud).run()
        #expect(report.exitCode == 0, "\(report.table())")
        #expect(report.hypervisors.map(\.host) == ["any-libvirt"])
        for check: CheckName in [.serviceUp, .hypervisorType, .capacity, .host, .portBinding, .goneFromPlacement] {
            #expect(verdict(report, "any-libvirt", check) != nil)
            #expect(verdict(report, "any-libvirt", check)?.isSkipped == true, "\(check)")
        }
        #expect(verdict(report, "any-libvirt", .active)?.isPassed == true)
        #expect(report.notes.contains { $0.hasPrefix("without admin rights") })
        #expect(cloud.instances.isEmpty)
    }

    @Test("only the hypervisors that were asked for; a name that is none is told")
    func chosen() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots, "kvm2": .boots])
        let report = await verification(cloud) { $0.hypervisors = ["kvm2", "kvm9"] }.run()
        #expect(report.hypervisors.map(\.host) == ["kvm2"])
        #expect(report.warnings == ["there is no hypervisor kvm9; there are kvm1, kvm2"])
        #expect(
            await verification(cloud) { $0.kinds = Set([SubjectKind(rawValue: "vmware")].compactMap(\.self)) }.run()
                .exitCode == 2)
        #expect(cloud.made.map(\.host) == ["kvm2"])
    }

    @Test("a quota that is used up is told before anything is made")
    func quota() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        cloud.setQuota(0)
        let report = await verification(cloud) { $0.hasOwnProject = false }.run()
        #expect(
            verdict(report, "kvm1", .quota)?.failure?.reason
                == "the project's quota is too small: the run needs 1 more instances, and has used 0 of 0")
        #expect(verdict(report, "kvm1", .created)?.isSkipped == true)
        #expect(cloud.made.isEmpty)
    }

    @Test("a dry run tells what would be made, and makes nothing")
    func plan() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        let plan = try await verification(cloud) { $0.run = "3f9a1c20" }.plan()
        #expect(plan.instances.map(\.name) == ["polyvisor-verify-3f9a1c20-kvm1"])
        #expect(plan.instances.first?.image == "tiny-qcow2")
        #expect(plan.text.contains("  flavor   tiny\n  network  provider (DHCP on 10.78.0.0/24)\n"))
        #expect(plan.text.contains("\nproject  polyvisor-verify-3f9a1c20, which would be made for the run"))
        #expect(cloud.made.isEmpty && cloud.groups.isEmpty && cloud.identity.made.isEmpty)
    }

    @Test("cleaning removes what a killed run left, and nothing else")
    func clean() async throws {
        let cloud = try LoopbackCloud(["kvm1": .boots])
        let (killed, living) = RunMark.killedAndLiving
        for mark in [killed, living] {
            cloud.add("\(mark.prefix)kvm1", host: "kvm1", metadata: mark.metadata)
            cloud.add(.init(id: mark.run, name: "\(RunMark.prefix)\(mark.run)", description: mark.text))
        }
        cloud.add("mine", host: "kvm1", metadata: killed.metadata)
        cloud.add(.init(id: "u", name: "polyvisor-verify-mine", description: "polyvisor_owner=me"))
        let result = try await verification(cloud).clean()
        #expect(result.isClean && result.warnings.isEmpty)
        #expect(cloud.instances.map(\.name).sorted() == ["mine", "polyvisor-verify-33cc44dd-kvm1"])
        #expect(cloud.groups.map(\.id).sorted() == ["33cc44dd", "u"])
        #expect(result.notes.count == 4)
    }
}

extension RunMark {
    /// The marks of a run whose process has gone, and of one that goes on.
    static var killedAndLiving: (killed: RunMark, living: RunMark) {
        let here = ProcessOwner.current()
        let gone = ProcessOwner(place: here.place, process: here.process, started: 1)
        return (
            RunMark(run: "11aa22bb", owner: gone, lifetime: .seconds(3600)),
            RunMark(run: "33cc44dd", owner: here, lifetime: .seconds(3600))
        )
    }
}
