import Testing
import Topology

@testable import Verification

@Suite("what a driver is known to support")
struct SupportTests {
    @Test("live migration came to vSphere with Stein, and never to containers")
    func liveMigration() {
        func level(_ driver: HypervisorKind, _ release: String) -> MatrixColumn.Level {
            SupportMatrix.level(.liveMigrate, driver, in: release)
        }
        #expect(level(.vmware, "kilo") == .missing && level(.vmware, "rocky") == .missing)
        #expect(level(.vmware, "stein") == .complete && level(.vmware, "zed") == .complete)
        #expect(level(.vmware, "2026.1") == .complete)
        #expect(level(.kvm, "kilo") == .complete && level(.lxc, "2026.1") == .missing)
    }

    @Test("evacuation is known of KVM alone, from Liberty on")
    func evacuation() {
        #expect(SupportMatrix.level(.evacuate, .kvm, in: "kilo") == .unknown)
        #expect(SupportMatrix.level(.evacuate, .kvm, in: "liberty") == .complete)
        #expect(SupportMatrix.level(.evacuate, .vmware, in: "zed") == .unknown)
    }

    @Test(
        "a cloud without a topology is told by its compute API",
        arguments: [
            ("2.93", "stein"), ("2.72", "stein"), ("2.65", "liberty"), ("2.1", "kilo"), (nil, ""),
        ])
    func api(_ version: String?, _ release: String) {
        #expect(SupportMatrix.release(ofComputeAPI: version) == release)
    }

    private func expected(_ name: CheckName, _ driver: Subject.Driver, hosts: Int = 2) -> Support {
        .expected(name, driver, release: "zed", hosts: hosts)
    }

    @Test("not supported: containers are not resized, a single node does not resize")
    func unsupported() {
        for (name, driver, hosts): (CheckName, Subject.Driver, Int) in [
            (.resize, .host(.lxc), 2), (.snapshot, .host(.lxc), 2), (.resize, .host(.kvm), 1),
            (.resize, .cluster(nil), 1),
        ] {
            guard case .unsupported = expected(name, driver, hosts: hosts) else {
                Issue.record("\(name) on \(driver)")
                continue
            }
        }
        #expect(expected(.resize, .host(.kvm)) == .supported)
        #expect(expected(.snapshot, .cluster(nil)) == .supported)
        #expect(expected(.resize, .cluster(nil)) == .supported)
        #expect(expected(.coldMigration, .cluster(nil)) == .supported)
        #expect(expected(.stopStart, .host(.lxc)) == .supported)
        #expect(expected(.reboot, .other("zVM")) == .unknown)
    }

    @Test("not supported: live migration over a sandbox's shared folder, which libvirt takes for a local disk")
    func sharedFolder() {
        func expected(_ name: CheckName, _ driver: Subject.Driver) -> Support {
            .expected(name, driver, release: "zed", hosts: 2, sharesFolder: true)
        }
        #expect(expected(.liveMigration, .host(.qemu)).whenItFails(saying: "unsafe")?.isPassed == true)
        #expect(expected(.coldMigration, .host(.qemu)) == .supported)
        #expect(expected(.liveMigration, .cluster(nil)) == .supported)
    }

    @Test("a surprise is a finding, both ways")
    func surprises() {
        let none = Support.unsupported("the matrix says so")
        #expect(none.whenItWorks("x").1 == "works, which was not expected: the matrix says so")
        #expect(none.whenItFails(saying: "no")?.isPassed == true)
        #expect(Support.supported.whenItWorks("x") == (.passed("x"), nil))
        #expect(Support.supported.whenItFails(saying: "no") == nil)
        #expect(Support.unknown.whenItFails(saying: "no\u{1B}")?.isSkipped == true)
    }
}
