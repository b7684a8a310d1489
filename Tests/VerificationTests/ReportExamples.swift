import Foundation

@testable import Verification

extension VerificationReport {
    /// A libvirt node and a cluster that passed, a cluster that failed, one that Nova does not have.
    static let mixed = VerificationReport(
        run: "3f9a1c20", lab: "sandbox", release: "zed", started: Date(timeIntervalSince1970: 1_795_242_612),
        seconds: 41.234, hypervisors: [.kvm, .clusterA, .clusterB, .missing],
        warnings: ["Nova has a hypervisor old1 that topologies/sandbox.yaml does not name"],
        notes: ["deleted polyvisor-verify-11aa22bb-kvm1, which an earlier run left behind"])

    static let passed = VerificationReport(
        run: "3f9a1c20", lab: "sandbox", release: "zed", started: Date(timeIntervalSince1970: 1_795_242_612),
        seconds: 18.4, hypervisors: [.kvm])

    static let empty = VerificationReport(
        run: "3f9a1c20", lab: "bare", release: "zed", started: Date(timeIntervalSince1970: 1_795_242_612),
        seconds: 0.4, hypervisors: [])
}

extension HypervisorReport {
    static let kvm = timed(
        "kvm1", "QEMU", "kvm1", active: 5.412, ready: 17.903,
        [
            CheckReport(.serviceUp, .passed(nil), seconds: 0.012),
            CheckReport(.hypervisorType, .passed("QEMU"), seconds: 0),
            CheckReport(.created, .passed("polyvisor-verify-3f9a1c20-kvm1"), seconds: 0.61),
            CheckReport(.active, .passed("after 5.4 s"), seconds: 4.802),
            CheckReport(.guestReady, .passed("17.9 s after the request"), seconds: 12.49),
            CheckReport(.guestAddress, .passed("10.78.0.14"), seconds: 0),
            CheckReport(.deleted, .passed(nil), seconds: 2.1),
            CheckReport(.goneFromLibvirt, .passed(nil), seconds: 0.2),
        ])

    static let clusterA = make(
        "vmware1-cluster_a", "VMware vCenter Server", "vmware1", active: 6.1, ready: nil,
        [
            CheckReport(.active, .passed("after 6.1 s"), seconds: 6.1),
            CheckReport(
                .guestReady,
                .skipped(
                    "the simulated vCenter runs no guest, so nobody can hear what it says, nor whether it has an address"
                )),
            CheckReport(.vmDatastore, .passed("shared-1 数据存储"), seconds: 0.04),
        ])

    static let clusterB = make(
        "vmware1-cluster_b", "VMware vCenter Server", "vmware1", active: nil, ready: nil,
        [
            CheckReport(.created, .passed("polyvisor-verify-3f9a1c20-vmware1-cluster_b"), seconds: 0.7),
            CheckReport(
                .active,
                .failed(
                    CheckFailure(
                        layer: .nova,
                        reason: "the instance went to ERROR: \"No <valid> host &\u{1B}[31m such\u{0} 'was' found\"",
                        look: "/var/log/nova/nova-compute-cluster_b.log on vmware1")), seconds: 3.21),
            CheckReport(.vmFound, .skipped("needs \"instance ACTIVE\"")),
        ])

    static let missing = make(
        "vmware2-cluster_c", nil, "vmware2", active: nil, ready: nil,
        [
            CheckReport(
                .serviceUp,
                .failed(CheckFailure(layer: .nova, reason: "has no nova-compute service vmware2-cluster_c")),
                seconds: 0.01)
        ])

    /// With the times of a run of today, which earlier reports lack.
    private static func timed(
        _ host: String, _ type: String?, _ node: String, active: Double?, ready: Double?, _ checks: [CheckReport]
    ) -> HypervisorReport {
        var report = make(host, type, node, active: active, ready: ready, checks)
        var end = 1.5
        for index in report.checks.indices {
            report.checks[index].starts = end
            end += report.checks[index].seconds
        }
        report.phases = [
            BootPhase(name: "scheduling", starts: 1.522, seconds: 1.2),
            BootPhase(name: "spawning", starts: 2.722, seconds: 4.212),
            BootPhase(name: "guest", starts: 6.934, seconds: 12.491),
        ]
        return report
    }

    private static func make(
        _ host: String, _ type: String?, _ node: String, active: Double?, ready: Double?, _ checks: [CheckReport]
    ) -> HypervisorReport {
        var report = HypervisorReport(host: host, node: node, checks: checks)
        report.type = type
        report.instance = type == nil ? nil : "0b2d9f8e-3a51-4c77-9d0e-5f1f6f0c1a2b"
        report.secondsToActive = active
        report.secondsToGuestReady = ready
        return report
    }
}
