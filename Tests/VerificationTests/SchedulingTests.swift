import Records
import Testing

@testable import Verification

@Suite("where the scheduler puts an instance")
struct SchedulingTests {
    /// Two libvirt hosts, a container host and a cluster; the container host is in zone `nova` with them.
    private func verdict(_ landing: Landing, _ permitted: Set<String>) throws -> CheckVerdict {
        var overview = CloudOverview()
        overview.hypervisors = [
            try Recorded.hypervisor("kvm1", type: "QEMU"), try Recorded.hypervisor("kvm2", type: "QEMU"),
            try Recorded.hypervisor("lxc1", type: "LXC"),
            try Recorded.hypervisor("vmware1-a", type: "VMware vCenter Server"),
        ]
        let target = Target(cloud: "c")
        let access = Verification.Access(cloud: try LoopbackCloud(["kvm1": .boots]).cloud, guest: nil)
        let setting = Setting(
            subject: .kvm1, target: target, access: access, overview: overview,
            mark: RunMark(run: "3f9a1c20", lifetime: .seconds(60)), ingredients: .failure(.stopped))
        return .landed(landing, image: "an image tagged img_hv_type=qemu", setting) {
            permitted.contains($0.service.host)
        }
    }

    @Test("where it may")
    func permitted() throws {
        let verdict = try verdict(Landing(hosts: ["kvm2"], status: "ACTIVE"), ["kvm1", "kvm2"])
        #expect(verdict == .passed("on kvm2, of kvm1, kvm2"))
    }

    @Test("where it may not is a finding, even if it was tried elsewhere in the end")
    func stray() throws {
        let verdict = try verdict(Landing(hosts: ["vmware1-a", "kvm1"], status: "ACTIVE"), ["kvm1", "kvm2"])
        #expect(
            verdict.failure?.reason == "an image tagged img_hv_type=qemu landed on vmware1-a (VMware vCenter Server); "
                + "it may land on kvm1, kvm2")
        #expect(verdict.failure?.look?.contains("ImagePropertiesFilter") == true)
    }

    @Test("nowhere is a finding, with Nova's words")
    func nowhere() throws {
        let verdict = try verdict(Landing(hosts: [], status: "ERROR", fault: "No valid host was found."), ["kvm1"])
        #expect(verdict.failure?.reason.hasSuffix("may land on kvm1: \"No valid host was found.\"") == true)
    }

    @Test("one that does not boot is a finding where all can boot it, and not where some cannot")
    func broken() throws {
        let landing = Landing(hosts: ["lxc1"], status: "ERROR", fault: "x")
        #expect(try verdict(landing, ["lxc1"]).failure?.reason.hasSuffix("landed on lxc1, and is ERROR: \"x\"") == true)
        #expect(try verdict(landing, ["lxc1", "kvm1"]).isPassed)
    }
}
