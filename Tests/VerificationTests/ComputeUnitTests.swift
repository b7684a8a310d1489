import Testing

@testable import Verification

@Suite("unit of a compute service")
struct ComputeUnitTests {
    private func unit(_ restart: String, _ more: String = "", active: String = "active") -> ComputeUnit? {
        // In the order in which systemd 252 prints them, whatever was asked for.
        ComputeUnit(
            """
            Restart=\(restart)
            LoadState=loaded
            ActiveState=\(active)
            ActiveEnterTimestamp=Mon 2026-11-30 21:10:05 UTC
            \(more)
            """, unit: "nova-compute.service", node: "kvm1")
    }

    @Test("where it runs, since when, and what restarts it")
    func words() {
        #expect(
            unit("on-failure")?.words
                == "nova-compute.service on kvm1 since Mon 2026-11-30 21:10:05 UTC, Restart=on-failure")
    }

    @Test("a warning only where nothing restarts it")
    func warning() {
        #expect(unit("no")?.warning?.hasPrefix("kvm1: nothing restarts nova-compute.service when it fails") == true)
        #expect(unit("no", "Supervised=yes")?.warning == nil)
        for policy in ["on-failure", "always", "on-abnormal"] { #expect(unit(policy)?.warning == nil) }
    }

    @Test("nothing is said of a service that is no unit, does not run, or that nobody can ask about")
    func nothing() {
        #expect(unit("no", active: "inactive") == nil)
        #expect(ComputeUnit("Restart=no\nLoadState=not-found\nActiveState=inactive\n", unit: "u", node: "n") == nil)
        #expect(ComputeUnit("active\n", unit: "u", node: "n") == nil)
    }
}
